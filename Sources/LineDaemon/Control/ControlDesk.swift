import ControlAPI
import DeviceCore
import Dispatch
import JournalCore
import LineCore
import SystemIO

/// Answers the requests of the control socket; knows nothing of HTTP.
package struct ControlDesk: Sendable {
    /// What the line is made of, as `devices list` shows it.
    package struct DeviceFacts: Sendable {
        /// As configured.
        package var name: String
        /// Its profile, as configured.
        package var profile: String
        /// Vendor and model.
        package var model: String
        /// As configured.
        package var address: String
        /// Strongest proof of the profile.
        package var evidence: String

        /// Makes the facts of a device.
        package init(name: String, profile: String, model: String, address: String, evidence: String) {
            self.name = name
            self.profile = profile
            self.model = model
            self.address = address
            self.evidence = evidence
        }
    }

    let board: SnapshotBoard
    let queue: InputQueue
    let answers: PendingAnswers
    let imports: ImportStore
    let index: LineIndex?
    let devices: [DeviceFacts]
    let seen: @Sendable (String) -> DeviceDesk.Seen
    let said: @Sendable (_ device: String, _ from: UInt64) -> (said: [DeviceTrace.Said], next: UInt64)
    let version: String
    /// Who signs on, where the configuration says that somebody does.
    let operators: OperatorDesk?

    /// A body to send.
    package struct Reply: Equatable, Sendable {
        /// HTTP status.
        package var status: Int
        /// JSON.
        package var body: [UInt8]

        init(_ payload: some ControlPayload) {
            status = 200
            body = payload.encoded
        }

        init(_ fault: ControlFault) {
            status = fault.status
            body = fault.encoded
        }
    }

    /// Answers one request; a command only once its records are durable.
    ///
    /// - Parameters:
    ///   - actor: Who asks, `uid:NAME`; `nil` when the kernel did not say. Reading is free, changing is not.
    ///   - account: Number of the asking Unix account: what it cannot read, the daemon does not read for it.
    ///   - proof: What the caller proves beside it, where operators sign on.
    package func reply(
        to request: ControlRequest, actor: String?, account: UInt32 = ControlDesk.nobody,
        proof: Proof = Proof()
    ) async -> Reply {
        do {
            switch request {
            case .status: return Reply(try status())
            case .devices: return Reply(try devicesAnswer())
            case .deviceTrace(let name, let number): return Reply(try deviceTrace(name, from: number))
            case .pools: return Reply(try pools())
            case .batches: return Reply(try batches())
            case .products: return Reply(try products())
            case .labels: return Reply(try labels())
            case .label(let name): return Reply(try label(name))
            case .item(let code): return Reply(try await item(code))
            case .trace(let code): return Reply(try await index(orThrow: code).trace(ItemCode(code)))
            case .openBatch, .defineProduct, .defineLabel, .startBatch, .holdBatch, .resumeBatch,
                .completeBatch, .suspendBatch,
                .judgeFirstArticle, .challenge, .handCount, .packByHand, .endOrphans, .clearLine, .closeBatch,
                .scrapBatch,
                .closePartial, .countRejects, .addPool, .act, .acknowledge, .releaseBatch:
                let by = try await authority(actor, account, proof)
                return Reply(try await obey(request, by: by, account: account))
            case .operators: return Reply(try desk().list)
            case .signOn(let message):
                guard let actor else { throw ControlFault.nobody }
                return Reply(try await desk().signOn(message, account: actor, number: account))
            case .handOver(let message):
                let by = try await authority(actor, account, proof)
                return Reply(
                    try await desk().handOver(message.note, by, token: proof.token, number: account))
            case .signOff, .addOperator, .disableOperator, .resetOperator, .unlockOperator:
                let by = try await authority(actor, account, proof)
                return Reply(try await manage(request, by, account, proof))
            }
        } catch {
            return Reply(ControlFault(of: error))
        }
    }

    /// An account that owns no files.
    package static let nobody: UInt32 = 65_534

    // MARK: - Reading

    func snapshot() throws(ControlFault) -> LineSnapshot {
        guard let snapshot = board.snapshot else { throw .stopping }
        return snapshot
    }

    private func status() throws(ControlFault) -> StatusAnswer {
        let snapshot = try snapshot()
        return StatusAnswer(snapshot, devices: deviceAnswers(snapshot), version: version)
    }

    private func devicesAnswer() throws(ControlFault) -> DevicesAnswer {
        var answer = DevicesAnswer()
        answer.devices = deviceAnswers(try snapshot())
        return answer
    }

    /// Entries in one answer, at most.
    static let maxTraceEntries = 2_000

    private func deviceTrace(_ name: String, from number: UInt64) throws(ControlFault) -> DeviceTraceAnswer {
        guard let facts = devices.first(where: { $0.name == name }) else { throw .noDevice(name) }
        var answer = DeviceTraceAnswer()
        (answer.profile, answer.address) = (facts.profile, facts.address)
        let (said, next) = said(name, number)
        answer.entries = said.prefix(Self.maxTraceEntries).map { said in
            var entry = DeviceTraceEntry()
            (entry.number, entry.at, entry.kind) = (said.number, said.at, said.kind.rawValue)
            (entry.bytes, entry.words) = (Hexadecimal.text(said.bytes), said.words)
            return entry
        }
        answer.next = said.count > Self.maxTraceEntries ? said[Self.maxTraceEntries].number : next
        return answer
    }

    private func deviceAnswers(_ snapshot: LineSnapshot) -> [DeviceAnswer] {
        snapshot.status.devices.map { device in
            var answer = DeviceAnswer()
            answer.name = device.name
            if let facts = devices.first(where: { $0.name == device.name }) {
                answer.profile = facts.profile
                answer.model = facts.model
                answer.address = facts.address
                answer.evidence = facts.evidence
            }
            let seen = seen(device.name)
            (answer.condition, answer.detail) = seen.condition(inRules: device.condition).words
            if seen.sinceMilliseconds > 0 {
                answer.since = Timestamp.text(milliseconds: seen.sinceMilliseconds)
            }
            let identity = seen.identity
            answer.says = [identity.model, identity.version, identity.serial].filter { !$0.isEmpty }
                .joined(separator: " ")
            answer.faults = seen.faults
            answer.lastFault = seen.lastFault
            if let read = snapshot.status.reads.first(where: { $0.device == device.name })?.answer {
                answer.answer = read.text
                answer.answerGood = read.good
                answer.answerAt = Timestamp.text(milliseconds: read.wallMilliseconds)
            }
            return answer
        }
    }

    private func pools() throws(ControlFault) -> PoolsAnswer {
        var answer = PoolsAnswer()
        answer.pools = try snapshot().pools.map { PoolAnswer($0) }
        return answer
    }

    private func batches() throws(ControlFault) -> BatchesAnswer {
        let snapshot = try snapshot()
        var answer = BatchesAnswer()
        answer.batches = snapshot.batches.map { BatchAnswer($0, snapshot.status) }
        answer.leftOut = snapshot.batchesLeftOut
        return answer
    }

    private func index(orThrow code: String) throws(ControlFault) -> LineIndex {
        guard let index else {
            throw ControlFault(
                "IDX-101", "there is no index", "Restart the daemon; see its messages.", status: 503)
        }
        return index
    }

    // MARK: - Commands

    /// Who asks, as far as it is proved.
    private func authority(_ actor: String?, _ account: UInt32, _ proof: Proof) async throws -> Authority {
        guard let actor else { throw ControlFault.nobody }
        guard let operators else { return Authority(account: actor) }
        return try await operators.authority(account: actor, number: account, proof: proof)
    }

    private func desk() throws(ControlFault) -> OperatorDesk {
        guard let operators else {
            throw ControlFault(
                "AUTH-107", "nobody signs on at this line: its configuration has no [operators]",
                "Add the table [operators] to it and start the line again.", status: 409)
        }
        return operators
    }

    /// What the desk of operators does, and not the line alone.
    private func manage(
        _ request: ControlRequest, _ by: Authority, _ number: UInt32, _ proof: Proof
    ) async throws -> DoneAnswer {
        let desk = try desk()
        var answer = DoneAnswer()
        switch request {
        case .signOff: answer.text = try await desk.signOff(by, token: proof.token)
        case .addOperator(let message): answer.text = try await desk.add(message, by, number: number)
        case .disableOperator(let name, let message):
            answer.text = try await desk.change(name, .disabled, message, by, number: number)
        case .resetOperator(let name, let message):
            answer.text = try await desk.change(name, .reset, message, by, number: number)
        case .unlockOperator(let name, let message):
            answer.text = try await desk.change(name, .unlocked, message, by, number: number)
        default: throw ControlFault.stopping
        }
        return answer
    }

    /// Does for another system what it may ask for.
    func take(_ request: ControlRequest, by: Authority) async throws -> String {
        try await obey(request, by: by, account: Self.nobody).text
    }

    private func obey(_ request: ControlRequest, by: Authority, account: UInt32) async throws -> DoneAnswer {
        guard let verb = try await verb(of: request, account: account) else { throw ControlFault.stopping }
        switch try await ask(verb, by: by) {
        case .done(let text):
            var answer = DoneAnswer()
            answer.text = text
            return answer
        case .refused(let refusal): throw ControlFault(refusal)
        case .found: throw ControlFault.stopping
        }
    }

    /// Asks the line; a serial file whose numbers it refuses is not kept.
    private func ask(_ verb: LineCommand.Verb, by: Authority) async throws -> CommandAnswer {
        guard case .addPool(let offer) = verb, case .file(let file, _) = offer.content else {
            return try await answers.ask(verb, by: by, queue: queue)
        }
        do {
            let answer = try await answers.ask(verb, by: by, queue: queue)
            imports.settle(file) { isNamed(file) }
            return answer
        } catch {
            // Whether a line that stops took the numbers is not known.
            let wasOffered = error as? ControlFault != .busy
            imports.settle(file) { wasOffered || isNamed(file) }
            throw error
        }
    }

    /// Whether a pool was made of a file. True for what was answered, because the line shows it before.
    private func isNamed(_ file: String) -> Bool {
        board.snapshot?.pools.contains { $0.file == file } ?? true
    }

    /// What the index knows of an item. A number that never left the line stands in no record of its own: the
    /// line itself is asked for it.
    private func item(_ text: String) async throws -> ItemAnswer {
        let code = try ItemCode(text)
        do {
            return try await index(orThrow: text).item(code)
        } catch let fault as ControlFault where fault.code == "IDX-102" {
            guard case .unit(let gtin, let serial) = code,
                case .found(let unit?) = try await answers.ask(
                    .find(gtin: gtin, serial: serial), by: Authority(account: ""), queue: queue)
            else { throw fault }
            return ItemAnswer(unit)
        }
    }

    /// What the rules are asked; `nil` for a request that only reads.
    private func verb(of request: ControlRequest, account: UInt32) async throws -> LineCommand.Verb? {
        switch request {
        case .openBatch(let order):
            return .openBatch(try order.draft(), serials: try await storedSerials(order.unitPool))
        case .defineProduct(let product): return .defineProduct(try product.product())
        case .defineLabel(let label): return try Self.verb(defining: label)
        case .startBatch(let id, let message): return .startBatch(id, setsUp: message.setUp)
        case .suspendBatch(let id):
            try checkOnLine(id)
            return .suspendBatch
        case .judgeFirstArticle(let id, let message):
            try checkOnLine(id)
            return .judgeFirstArticle(
                code: message.code, approves: !message.refuse, reason: message.reason)
        case .challenge(let id, let message):
            try checkOnLine(id)
            return .challenge(try Self.word(message.challenge, "challenge"))
        case .handCount(let id, let message):
            return .handCount(batch: id, try Self.word(message.what, "what"), count: message.count)
        case .packByHand(_, let message):
            return .packByHand(station: message.station, isOver: message.end, reason: message.reason)
        case .endOrphans(let id, let message):
            return .endOrphans(batch: id, try Self.word(message.end, "end"), reason: message.reason)
        case .clearLine(let message): return .clearLine(points: message.checked)
        case .holdBatch(let id, let hold):
            try checkOnLine(id)
            return .hold(immediate: hold.immediate, reason: hold.reason)
        case .resumeBatch(let id):
            try checkOnLine(id)
            return .resume
        case .completeBatch(let id):
            try checkOnLine(id)
            return .completeBatch
        case .closeBatch(let id, let close):
            return .closeBatch(id, reason: close.reason, deviation: close.deviation)
        case .scrapBatch(let id, let message): return .scrapInDoubt(batch: id, reason: message.reason)
        case .countRejects(let id, let message):
            return .countRejects(batch: id, count: message.count, reason: message.reason)
        case .closePartial(_, let message): return .closePartial(station: message.station)
        case .addPool(let pool): return .addPool(try await intake(pool, account: account))
        case .act(let code, let act): return try verb(of: act, on: code)
        case .acknowledge(let code, let message):
            return .acknowledge(alarm: code, station: message.station.isEmpty ? nil : message.station)
        case .releaseBatch(let id): return .releaseBatch(id)
        case .status, .devices, .deviceTrace, .pools, .batches, .products, .labels, .label, .item, .trace,
            .signOn,
            .signOff,
            .handOver, .operators,
            .addOperator, .disableOperator, .resetOperator, .unlockOperator:
            return nil
        }
    }

    /// - Throws: `CTL-112` for a word that is none of those there are.
    static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ member: String
    ) throws(ControlFault) -> Word {
        guard let word = Word(rawValue: text) else {
            throw ControlFault(
                "CTL-112", "\(member) \"\(text.prefix(40))\" is unknown",
                "Use one of: \(Word.allCases.map(\.rawValue).joined(separator: ", ")).", status: 400)
        }
        return word
    }

    /// Reads, checks and keeps numbers on a thread that may wait for the disk; the tasks of others go on.
    private func intake(_ pool: PoolMessage, account: UInt32) async throws -> PoolOffer {
        let intake = PoolIntake(imports: imports, account: account)
        let pools = try snapshot().pools
        return try await reading { try intake.offer(pool, beside: pools) }
    }

    /// The serials of a pool that left memory, for a batch to be opened on it.
    private func storedSerials(_ pool: String) async throws -> SerialTable? {
        guard let file = try snapshot().pools.first(where: { $0.name == pool })?.storedFile else {
            return nil
        }
        return try await reading { [imports] in try imports.serialsForBatch(file) }
    }

    /// Runs `body` on a thread that may wait for the disk.
    private func reading<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// A person who names another batch than the one on the line looked at an old screen.
    private func checkOnLine(_ id: String) throws(ControlFault) {
        guard let batch = try snapshot().status.batch?.order.batch else {
            throw ControlFault(
                "BATCH-130", "no batch is on the line", "Start one: seriatim batch start ID.", status: 409)
        }
        guard batch == id else {
            throw ControlFault(
                "CTL-110", "batch \(id.prefix(40)) is not on the line, \(batch) is",
                "Name the batch on the line.",
                status: 409)
        }
    }
}
