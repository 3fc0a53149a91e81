import ControlAPI
import Foundation
import JSONText
import JournalCore
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: law 10 at the socket: who signs on is proved, a badge alone never signs, secrets are looked at apart
/// from line and tasks, and no secret, badge or hash of one stands in the journal. Method: a whole daemon
/// with `[operators]`, asked as the socket asks it; the file of operators and the journal read afterwards.
@Suite(.serialized) struct OperatorDaemonTests {
    private let directory: TemporaryDirectory
    private static let pin = "480215"
    private static let newPIN = "903117"

    init() throws { directory = try TemporaryDirectory() }

    private func start(_ rules: OperatorRules? = OperatorRules(maxTries: 3, release: true)) async throws
        -> Daemon
    {
        try await Waiting.run { [directory] in
            var setup = DaemonSetup.test(directory.path)
            setup.configuration.operators = rules
            setup.secretCost.rounds = 1 << 10
            return try Daemon(setup, connections: SilentDevices(), log: { _ in }, fail: { _ in })
        }
    }

    private func stop(_ daemon: Daemon) async throws { #expect(try await Waiting.run { daemon.stop() }) }

    // MARK: What is asked

    private static let owner: UInt32 = 0
    private static let guest: UInt32 = 4_711

    private func code(
        _ daemon: Daemon, _ request: ControlRequest, _ proof: Proof = Proof(), by account: UInt32 = owner
    ) async throws -> String {
        let reply = await daemon.control.reply(
            to: request, actor: "uid:\(account)", account: account, proof: proof)
        guard reply.status != 200 else { return "" }
        return try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true).code
    }

    private func add(_ name: String, _ role: String, badge: String) -> ControlRequest {
        var message = OperatorMessage()
        message.name = name
        message.role = role
        message.badge = Secret(badge)
        message.secret = Secret(Self.pin)
        return .addOperator(message)
    }

    private func signOn(
        _ badge: String, _ pin: String = Self.newPIN, new: String = "", terminal: String = ""
    ) -> ControlRequest {
        var message = SignOnMessage()
        message.badge = Secret(badge)
        message.secret = Secret(pin)
        message.newSecret = Secret(new)
        message.terminal = terminal
        return .signOn(message)
    }

    /// Signs on and answers the proof for what follows.
    private func proof(
        _ daemon: Daemon, _ badge: String, terminal: String = "", by account: UInt32 = owner,
        secret: Bool = false
    ) async throws -> Proof {
        var reply = await daemon.control.reply(
            to: signOn(badge, terminal: terminal), actor: "uid:\(account)", account: account)
        if reply.status == 403 {
            reply = await daemon.control.reply(
                to: signOn(badge, Self.pin, new: Self.newPIN, terminal: terminal), actor: "uid:\(account)",
                account: account)
        }
        let answer = try SignOnAnswer.decode(reply.body, limits: JSONLimits(), strict: false)
        #expect(reply.status == 200 && answer.token.text.utf8.count == 22)
        var proof = Proof()
        proof.token = answer.token
        if secret { proof.secret = Secret(Self.newPIN) }
        return proof
    }

    private var range: ControlRequest {
        var pool = PoolMessage()
        pool.name = "P"
        pool.kind = "printed"
        pool.key = TestLine.gtin
        pool.first = 1
        pool.count = 10
        return .addPool(pool)
    }

    /// Ada, Sue, Ann and Quinn, with badges of their names; Ada's proof.
    private func people(_ daemon: Daemon) async throws -> Proof {
        #expect(try await code(daemon, add("Ada", "admin", badge: "BADGE-ADA")) == "")
        let ada = try await proof(daemon, "BADGE-ADA", terminal: "office", secret: true)
        #expect(try await code(daemon, add("Sue", "supervisor", badge: "BADGE-SUE"), ada) == "")
        #expect(try await code(daemon, add("Ann", "operator", badge: "BADGE-ANN"), ada) == "")
        #expect(try await code(daemon, add("Quinn", "quality", badge: "BADGE-QUINN"), ada) == "")
        return ada
    }

    private func records() throws -> [LineRecord] {
        var found: [LineRecord] = []
        let storage = try FileStorage(directory.path + "/data/journal", writable: false)
        var reader = try JournalReader(storage: storage)
        let end = try #require(try JournalVerifier.verify(storage: storage).end)
        _ = try reader.read(upTo: end) { (record) throws(RecordRefused) in
            if let fact = (try? LineRecord.decode(record.body))?.record { found.append(fact) }
        }
        return found
    }

    // MARK: Tests

    @Test func theFirstAdminIsMadeByTheOwnerAlone() async throws {
        let daemon = try await start()
        let ada = add("Ada", "admin", badge: "BADGE-ADA")
        #expect(try await code(daemon, ada, by: Self.guest) == "AUTH-110")
        #expect(try await code(daemon, add("Ada", "operator", badge: "B")) == "AUTH-137")
        #expect(try await code(daemon, ada) == "")
        // A second one is not the first: nobody is signed on.
        #expect(try await code(daemon, add("Eve", "admin", badge: "BADGE-EVE")) == "AUTH-101")
        #expect(try FileMode.isPrivate(directory.path + "/data/operators.json"))
        try await stop(daemon)
    }

    @Test func nobodyActsUntilSomebodySignsOn() async throws {
        let daemon = try await start()
        _ = try await people(daemon)
        #expect(try await code(daemon, range) == "AUTH-101")
        #expect(try await code(daemon, signOn("BADGE-SUE", "")) == "AUTH-121")
        let sue = try await proof(daemon, "BADGE-SUE")
        #expect(try await code(daemon, range, sue, by: Self.guest) == "AUTH-126")
        #expect(try await code(daemon, range, sue) == "")
        #expect(try await code(daemon, .signOff, sue) == "")
        #expect(try await code(daemon, range, sue) == "AUTH-126")
        try await stop(daemon)
        let names = try records().compactMap { if case .poolAdded(let fact) = $0 { fact.actor } else { nil } }
        #expect(names == ["Sue"])
    }

    @Test func aFirstPINIsChangedBeforeItIsUsed() async throws {
        let daemon = try await start()
        _ = try await people(daemon)
        #expect(try await code(daemon, signOn("BADGE-ANN", Self.pin)) == "AUTH-124")
        for weak in ["48021", "111111", "123456", "987654", "BADGE-ANN", Self.pin] {
            #expect(try await code(daemon, signOn("BADGE-ANN", Self.pin, new: weak)) == "AUTH-134", "\(weak)")
        }
        #expect(try await code(daemon, signOn("BADGE-ANN", Self.pin, new: Self.newPIN)) == "")
        #expect(try await code(daemon, signOn("BADGE-ANN", Self.pin)) == "AUTH-121")
        #expect(try await code(daemon, signOn("BADGE-ANN")) == "")
        try await stop(daemon)
    }

    @Test func whatCannotBeTakenBackAsksForThePINAgain() async throws {
        let daemon = try await start()
        var ada = try await people(daemon)
        ada.secret = Secret()
        let bob = add("Bob", "operator", badge: "BADGE-BOB")
        #expect(try await code(daemon, bob, ada) == "AUTH-104")
        ada.secret = Secret("000000")
        #expect(try await code(daemon, bob, ada) == "AUTH-121")
        ada.secret = Secret(Self.newPIN)
        #expect(try await code(daemon, bob, ada) == "")
        #expect(try await code(daemon, bob, ada) == "AUTH-136")
        #expect(try await code(daemon, add("Bea", "operator", badge: "BADGE-BOB"), ada) == "AUTH-136")
        try await stop(daemon)
    }

    @Test func wrongPINsLockForAWhileAndStandInOneRecord() async throws {
        let daemon = try await start()
        let ada = try await people(daemon)
        let ann = try await proof(daemon, "BADGE-ANN")
        for _ in 0..<3 { #expect(try await code(daemon, signOn("BADGE-ANN", "000000")) == "AUTH-121") }
        for _ in 0..<20 { #expect(try await code(daemon, signOn("BADGE-ANN")) == "AUTH-122") }
        #expect(try await code(daemon, .resumeBatch("B"), ann) == "AUTH-126")
        // Devices that are not there raise alarms of their own, sooner or later.
        var alarmed: [String] {
            daemon.board.snapshot?.status.alarms.filter { $0.code == "AUTH-201" }.map(\.station) ?? []
        }
        for _ in 0..<200 where alarmed.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(alarmed == ["Ann"])
        // It outlives a restart of the daemon.
        try await stop(daemon)
        let again = try await start()
        #expect(try await code(again, signOn("BADGE-ANN")) == "AUTH-122")
        let admin = try await proof(again, "BADGE-ADA", secret: true)
        #expect(ada != admin)
        var why = OperatorChangeMessage()
        #expect(try await code(again, .unlockOperator("Ann", why), admin) == "AUTH-132")
        why.reason = "she asked"
        #expect(try await code(again, .unlockOperator("Nobody", why), admin) == "AUTH-135")
        #expect(try await code(again, .unlockOperator("Ann", why), admin) == "")
        #expect(try await code(again, signOn("BADGE-ANN")) == "")
        try await stop(again)
        let locked = try records().compactMap {
            if case .operatorLocked(let fact) = $0 { fact } else { nil }
        }
        #expect(locked.count == 1 && locked.first?.tries == 3 && locked.first?.actor == "Ann")
    }

    @Test func unknownBadgesLockTheTerminalAndNobodyElse() async throws {
        let daemon = try await start()
        _ = try await people(daemon)
        for _ in 0..<3 { #expect(try await code(daemon, signOn("NONE", terminal: "x")) == "AUTH-121") }
        #expect(try await code(daemon, signOn("BADGE-SUE", Self.pin, terminal: "x")) == "AUTH-122")
        _ = try await proof(daemon, "BADGE-SUE", terminal: "y")
        try await stop(daemon)
    }

    @Test func aBatchIsReleasedByAnother() async throws {
        let daemon = try await start()
        _ = try await people(daemon)
        let sue = try await proof(daemon, "BADGE-SUE", terminal: "s", secret: true)
        let quinn = try await proof(daemon, "BADGE-QUINN", terminal: "q", secret: true)
        #expect(try await code(daemon, range, sue) == "")
        var boxes = PoolMessage()
        boxes.name = "S"
        boxes.kind = "sscc"
        boxes.key = "39506000"
        boxes.first = 1
        boxes.count = 10
        #expect(try await code(daemon, .addPool(boxes), sue) == "")
        var order = OrderMessage()
        order.batch = "B1"
        order.gtin = TestLine.gtin
        order.product = "Testol"
        order.lot = "LOT1"
        order.expiry = "490331"
        order.quantity = 10
        order.itemsPerCase = 5
        order.itemsPerPallet = 2
        order.unitPool = "P"
        order.ssccPool = "S"
        #expect(try await code(daemon, .openBatch(order), sue) == "")
        #expect(try await code(daemon, .releaseBatch("B1"), sue) == "AUTH-111")
        #expect(try await code(daemon, .releaseBatch("B1"), quinn) == "")
        let batch = daemon.board.snapshot?.batches.first
        #expect(batch?.state == .ready && batch?.openedBy == "Sue" && batch?.releasedBy == "Quinn")
        try await stop(daemon)
    }

    @Test func aShiftGoesToTheSecondPerson() async throws {
        let daemon = try await start()
        _ = try await people(daemon)
        var ann = try await proof(daemon, "BADGE-ANN", terminal: "line", secret: true)
        _ = try await proof(daemon, "BADGE-SUE", terminal: "elsewhere")
        #expect(try await code(daemon, .handOver(NoteMessage()), ann) == "AUTH-105")
        (ann.secondBadge, ann.secondSecret) = (Secret("BADGE-SUE"), Secret("000000"))
        #expect(try await code(daemon, .handOver(NoteMessage()), ann) == "AUTH-121")
        ann.secondSecret = Secret(Self.newPIN)
        let reply = await daemon.control.reply(
            to: .handOver(NoteMessage()), actor: "uid:0", account: 0, proof: ann)
        let answer = try SignOnAnswer.decode(reply.body, limits: JSONLimits(), strict: false)
        #expect(answer.name == "Sue" && answer.terminal == "uid:0 line")
        #expect(try await code(daemon, .acknowledge("X", AcknowledgeMessage()), ann) == "AUTH-126")
        var sue = Proof()
        sue.token = answer.token
        #expect(try await code(daemon, .acknowledge("X", AcknowledgeMessage()), sue) == "ALARM-101")
        try await stop(daemon)
    }

    @Test func whoIsDisabledIsOut() async throws {
        let daemon = try await start()
        let ada = try await people(daemon)
        let sue = try await proof(daemon, "BADGE-SUE", terminal: "s")
        var why = OperatorChangeMessage()
        why.reason = "left"
        #expect(try await code(daemon, .disableOperator("Ada", why), ada) == "AUTH-138")
        #expect(try await code(daemon, .disableOperator("Sue", why), ada) == "")
        #expect(try await code(daemon, range, sue) == "AUTH-126")
        #expect(try await code(daemon, signOn("BADGE-SUE")) == "AUTH-121")
        why.secret = Secret("771902")
        #expect(try await code(daemon, .resetOperator("Sue", why), ada) == "")
        #expect(try await code(daemon, signOn("BADGE-SUE", "771902")) == "AUTH-124")
        try await stop(daemon)
    }

    @Test func noSecretBadgeOrHashStandsInTheJournal() async throws {
        let daemon = try await start()
        let ada = try await people(daemon)
        _ = try await proof(daemon, "BADGE-ANN", terminal: "t")
        #expect(try await code(daemon, signOn("BADGE-ANN", "000000")) == "AUTH-121")
        try await stop(daemon)
        let segments = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/data/journal")
        var journal = ""
        for name in segments where name.hasSuffix(".jsonl") {
            journal += try String(contentsOfFile: directory.path + "/data/journal/" + name, encoding: .utf8)
        }
        let file = try String(contentsOfFile: directory.path + "/data/operators.json", encoding: .utf8)
        #expect(journal.contains("Ann") && file.contains("Ann"))
        let kept = file.split(separator: "\"").map(String.init).filter { $0.utf8.count > 20 }
        #expect(kept.count >= 9)
        for text in kept + ["BADGE-", Self.pin, Self.newPIN, "000000", ada.token.text] {
            #expect(!journal.contains(text))
        }
        for text in ["BADGE-", Self.pin, Self.newPIN] { #expect(!file.contains(text)) }
    }

    @Test func aLineWithoutOperatorsGoesOnAsBefore() async throws {
        let daemon = try await start(nil)
        #expect(try await code(daemon, range, by: Self.guest) == "")
        #expect(try await code(daemon, signOn("X")) == "AUTH-107")
        #expect(try await code(daemon, .operators) == "AUTH-107")
        #expect(!DurableFile.exists(directory.path + "/data/operators.json"))
        try await stop(daemon)
    }

    @Test(arguments: ["mode", "text", "cost"]) func aFileThatIsNotOursStartsNothing(_ fault: String)
        async throws
    {
        let daemon = try await start()
        _ = try await people(daemon)
        try await stop(daemon)
        let path = directory.path + "/data/operators.json"
        switch fault {
        case "mode": try FileMode.set(path, 0o640)
        case "text": try DurableFile.replace(path, Array("{}".utf8), mode: 0o600)
        default:
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacingOccurrences(of: "scrypt$1024$", with: "scrypt$1099511627776$")
            try DurableFile.replace(path, Array(text.utf8), mode: 0o600)
        }
        await #expect { _ = try await start() } throws: { ($0 as? DaemonError)?.code == "DMN-114" }
    }
}
