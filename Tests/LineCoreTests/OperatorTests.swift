import Testing

@testable import LineCore

/// Goal: law 10: nobody does what their role does not allow, what cannot be taken back is signed, and every
/// act bears a name. Method: the rules alone, with the authority a shell would hand over; each refusal by its
/// code, and nothing recorded with it.
@Suite struct OperatorTests {
    private var desk = OperatorDeskRig()

    // MARK: The table

    private static let item = ItemName("1")

    @Test func theTableSaysWhoMayDoWhat() {
        let rows: [(LineCommand.Verb, [Role], Bool, [Role])] = [
            (.hold(immediate: true, reason: "r"), Role.allCases, false, []),
            (.startBatch("B"), [.operator, .supervisor], false, []),
            (.resume, [.operator, .supervisor], false, []),
            (.completeBatch, [.operator, .supervisor], false, []),
            (.closePartial(station: "s"), [.operator, .supervisor], false, []),
            (.reprint(sscc: "1", reason: "r", old: .read), [.operator, .supervisor], false, []),
            (.remove(item: Self.item, reason: "r"), [.operator, .supervisor], false, []),
            (.remove(item: Self.item, reason: "r", dissolves: true), [.operator, .supervisor], true, []),
            (.dissolve(sscc: "1", reason: "r"), [.operator, .supervisor], true, []),
            (.add(item: Self.item, to: "2", reason: "r"), [.operator, .supervisor], false, []),
            (
                .replace(item: Self.item, by: Self.item, end: nil, reason: "r"),
                [.operator, .supervisor], false, []
            ),
            (
                .replace(item: Self.item, by: Self.item, end: .sampled, reason: "r"),
                [.operator, .supervisor], true, []
            ),
            (.replace(item: Self.item, by: Self.item, end: .destroyed, reason: "r"), [.supervisor], true, []),
            (.end(Self.item, as: .sampled, reason: "r"), [.operator, .supervisor, .quality], true, []),
            (.end(Self.item, as: .labelSampled, reason: "r"), [.operator, .supervisor, .quality], true, []),
            (.end(Self.item, as: .destroyed, reason: "r"), [.supervisor, .quality], true, []),
            (.end(Self.item, as: .inactive, reason: "r"), [.supervisor, .quality], true, []),
            (.move(item: Self.item, to: "2", reason: "r"), [.operator, .supervisor], false, []),
            (
                .move(item: Self.item, to: "2", reason: "r", dissolves: true), [.operator, .supervisor],
                true, []
            ),
            (.recover(code: "c", reintroduces: false, reason: "r"), [.supervisor, .quality], true, []),
            (.recover(code: "c", reintroduces: true, reason: "r"), [.supervisor, .quality], true, []),
            (.countRejects(batch: "B", count: 1), [.operator, .supervisor, .quality], false, []),
            (.takeOut(item: Self.item, reason: "r"), [.operator, .supervisor, .quality], false, []),
            (.bringBack(code: "c"), [.operator, .supervisor, .quality], false, []),
            (.ship(sscc: "1", reference: ""), [.operator, .supervisor], false, []),
            (.readAgain(sscc: "1"), [.operator, .supervisor], false, []),
            (.finishReadAgain(sscc: "1"), [.operator, .supervisor], false, []),
            (.acknowledge(alarm: "a"), [.operator, .supervisor, .quality], false, []),
            (.handOver(note: ""), [.operator, .supervisor], true, [.operator, .supervisor]),
            (.addPool(OperatorDeskRig.pool), [.supervisor], false, []),
            (.openBatch(Order()), [.supervisor, .quality], false, []),
            (.defineProduct(Product()), [.supervisor, .quality], false, []),
            (.defineLabel(name: "n", text: "t", sha256: ""), [.supervisor, .quality], false, []),
            (.releaseBatch("B"), [.supervisor, .quality], true, []),
            (.scrapInDoubt(batch: "B", reason: "r"), [.supervisor, .quality], true, []),
            (.closeBatch("B", reason: nil, deviation: nil), [.supervisor, .quality], true, []),
            (.addOperator(name: "n", .operator, until: ""), [.admin], true, []),
            (.changeOperator(name: "n", .reset, reason: "r"), [.admin], true, []),
        ]
        for (verb, roles, secret, second) in rows {
            #expect(verb.permission == .roles(roles, secret: secret, second: second), "\(verb.act)")
        }
        #expect(LineCommand.Verb.find(gtin: nil, serial: "").permission == .free)
        #expect(LineCommand.Verb.addFirstAdmin(name: "n", until: "").permission == .owner)
    }

    // MARK: Signing on

    @Test mutating func nobodyActsWithoutSigningOn() {
        #expect(desk.refusal(.addPool(OperatorDeskRig.pool), Authority(account: "uid:x")) == "AUTH-101")
        // A name alone, without a sign-on in the journal, is nobody.
        #expect(desk.refusal(.addPool(OperatorDeskRig.pool), desk.at("t", "Sue", .supervisor)) == "AUTH-102")
        desk.signOn("t", "Sue", .supervisor)
        #expect(desk.refusal(.addPool(OperatorDeskRig.pool), desk.at("t", "Sue", .supervisor)) == nil)
        // At another terminal she is not; nor with another role.
        #expect(
            desk.refusal(.hold(immediate: true, reason: ""), desk.at("u", "Sue", .supervisor)) == "AUTH-102")
        #expect(desk.refusal(.hold(immediate: true, reason: ""), desk.at("t", "Sue", .quality)) == "AUTH-102")
        #expect(
            desk.ask(.signOff(terminal: "t", .idle), Authority(account: "")) == .done("Sue is signed off"))
        #expect(desk.refusal(.acknowledge(alarm: "A"), desk.at("t", "Sue", .supervisor)) == "AUTH-102")
        #expect(desk.kinds == ["operator.signed-on", "pool.added", "operator.signed-off"])
    }

    @Test mutating func aBadgeAloneSignsNobodyOn() {
        var by = desk.at("t", "Sue", .supervisor)
        by.person?.gaveSecret = false
        #expect(desk.refusal(.signOn(), by) == "AUTH-101")
        #expect(desk.kinds.isEmpty && desk.line.state.signedOn.isEmpty)
    }

    @Test mutating func oneIsSignedOnAtATerminal() {
        desk.signOn("t", "Ann", .operator)
        desk.signOn("t", "Bob", .operator)
        #expect(desk.line.state.signedOn.map(\.name) == ["Bob"])
        #expect(desk.kinds == ["operator.signed-on", "operator.signed-off", "operator.signed-on"])
        #expect(desk.refusal(.signOff(terminal: "u", .asked), Authority(account: "")) == "AUTH-109")
    }

    @Test mutating func aScannerIsATerminalWhereTheLineHasIt() {
        #expect(desk.refusal(.signOn(), desk.at("scanner:nosuch", "Ann", .operator)) == "AUTH-112")
        #expect(desk.refusal(.signOn(), desk.at("scanner:case-camera", "Ann", .operator)) == "AUTH-112")
        #expect(desk.refusal(.signOn(), desk.at("scanner:", "Ann", .operator)) == "AUTH-112")
        #expect(desk.kinds.isEmpty)
        desk.signOn("scanner:handheld", "Ann", .operator)
        #expect(desk.line.state.signedOn.map(\.terminal) == ["scanner:handheld"])
    }

    @Test mutating func terminalsHaveALimit() {
        for number in 0..<OperatorRules.maxSignedOn { desk.signOn("t\(number)", "A\(number)", .operator) }
        #expect(desk.refusal(.signOn(), desk.at("one more", "Z", .operator)) == "AUTH-108")
        desk.signOn("t3", "Z", .operator)
        #expect(desk.line.state.signedOn.count == OperatorRules.maxSignedOn)
    }

    @Test mutating func aStartEndsEverySession() {
        desk.signOn("t", "Ann", .operator)
        desk.signOn("u", "Bob", .operator)
        desk.start(over: desk.line.state)
        #expect(desk.line.state.signedOn.isEmpty)
        #expect(desk.kinds.suffix(3) == ["line.started", "operator.signed-off", "operator.signed-off"])
    }

    @Test mutating func aLockoutIsOneRecordAndAnAlarm() {
        desk.signOn("t", "Ann", .operator)
        desk.signOn("u", "Ann", .operator)
        let shell = Authority(account: "")
        #expect(desk.refusal(.lockOut(name: "Ann", terminal: "t", tries: 5), shell) == nil)
        #expect(desk.kinds.filter { $0 == "operator.locked" }.count == 1)
        #expect(desk.line.state.signedOn.isEmpty)
        #expect(desk.line.state.alarms.map(\.code) == ["AUTH-201"])
        _ = desk.ask(.lockOut(name: "Ann", terminal: "t", tries: 5), shell)
        #expect(desk.line.state.alarms.count == 1)
        desk.signOn("a", "Ada", .admin)
        let admin = desk.at("a", "Ada", .admin)
        #expect(desk.refusal(.changeOperator(name: "Ann", .unlocked, reason: ""), admin) == "AUTH-132")
        #expect(desk.refusal(.changeOperator(name: "Ann", .unlocked, reason: "her cat"), admin) == nil)
        #expect(desk.line.state.alarms.allSatisfy { $0.state == .returned })
    }

    /// Goal: an alarm of a lock is over with the lock, also where nobody signs on there. Method: a person and
    /// two terminals are locked; the locks end one after another, some while the line is stopped.
    @Test mutating func aLockThatRanOutIsNoAlarm() {
        let shell = Authority(account: "")
        _ = desk.ask(.lockOut(name: "Ann", terminal: "uid:x t", tries: 5), shell)
        for terminal in ["uid:x ty2", "uid:x ty3"] {
            _ = desk.ask(.lockOut(name: "", terminal: terminal, tries: 5), shell)
        }
        var active: [String] { desk.line.state.alarms.filter(\.isActive).map(\.station) }
        #expect(active == ["Ann", "uid:x ty2", "uid:x ty3"])
        #expect(desk.refusal(.endLocks(besides: ["uid:x ty3", "Ann"]), shell) == nil)
        #expect(active == ["Ann", "uid:x ty3"])
        desk.start(over: desk.line.state)
        #expect(active == ["Ann", "uid:x ty3"])
        _ = desk.ask(.endLocks(besides: ["Ann"]), shell)
        #expect(active == ["Ann"])
        _ = desk.ask(.endLocks(besides: []), shell)
        _ = desk.ask(.endLocks(besides: []), shell)
        #expect(active.isEmpty)
        #expect(desk.kinds.filter { $0 == "alarm.returned" }.count == 3)
        // Nobody has seen them yet.
        #expect(desk.line.state.alarms.count == 3)
    }

    // MARK: Acts

    @Test(arguments: [
        (Role.operator, "AUTH-103"), (.quality, "AUTH-103"), (.admin, "AUTH-103"), (.supervisor, ""),
    ]) mutating func rolesDecide(_ role: Role, _ code: String) {
        desk.signOn("t", "P", role)
        #expect(desk.refusal(.addPool(OperatorDeskRig.pool), desk.at("t", "P", role)) ?? "" == code)
        #expect(desk.kinds.contains("pool.added") == code.isEmpty)
    }

    @Test mutating func whatCannotBeTakenBackIsSigned() throws {
        desk.signOn("a", "Ada", .admin)
        var by = desk.at("a", "Ada", .admin)
        by.person?.gaveSecret = false
        let add = LineCommand.Verb.addOperator(name: "Ann", .operator, until: "2027-12-31")
        #expect(desk.refusal(add, by) == "AUTH-104")
        #expect(desk.kinds.count == 1)
        #expect(desk.refusal(add, desk.at("a", "Ada", .admin)) == nil)
        #expect(desk.kinds.suffix(2) == ["act.signed", "operator.added"])
        guard case .actSigned(let fact)? = desk.records.dropLast().last else {
            Issue.record("no signature")
            return
        }
        #expect(
            fact
                == ActSigned(
                    actor: "Ada", role: .admin, meaning: "performed by", act: "add an operator",
                    subject: "Ann", terminal: "a"))
    }

    @Test mutating func whatIsRefusedIsNotSigned() {
        desk.signOn("a", "Ada", .admin)
        let by = desk.at("a", "Ada", .admin)
        for (name, until, code) in [
            ("uid:root", "", "AUTH-130"), ("", "", "AUTH-130"), (" Ann", "", "AUTH-130"),
            ("A\u{1B}", "", "AUTH-130"), (String(repeating: "a", count: 41), "", "AUTH-130"),
            ("Ann", "2027-02-29", "AUTH-131"), ("Ann", "soon", "AUTH-131"), ("Ann", "2027-12-00", "AUTH-131"),
        ] {
            #expect(desk.refusal(.addOperator(name: name, .operator, until: until), by) == code, "\(name)")
        }
        #expect(desk.kinds == ["operator.signed-on"])
    }

    @Test mutating func theFirstAdminIsMadeByTheOwner() {
        let first = LineCommand.Verb.addFirstAdmin(name: "Ada", until: "")
        #expect(desk.refusal(first, Authority(account: "uid:x")) == "AUTH-110")
        var owner = Authority(account: "uid:root")
        owner.isOwner = true
        #expect(desk.refusal(first, owner) == nil)
        #expect(
            desk.records == [.operatorAdded(OperatorAdded(person: "Ada", role: .admin, actor: "uid:root"))])
    }

    // MARK: Release

    @Test mutating func aBatchIsReleasedByAnother() {
        desk.openBatch(by: "Sue")
        #expect(desk.line.state.batches.first?.state == .waiting)
        desk.signOn("t", "Ann", .operator)
        #expect(desk.refusal(.startBatch("B1"), desk.at("t", "Ann", .operator)) == "BATCH-114")
        #expect(desk.refusal(.releaseBatch("B1"), desk.at("t", "Ann", .operator)) == "AUTH-103")
        #expect(desk.refusal(.releaseBatch("B1"), desk.at("s", "Sue", .supervisor)) == "AUTH-111")
        desk.signOn("q", "Quinn", .quality)
        #expect(desk.refusal(.releaseBatch("B9"), desk.at("q", "Quinn", .quality)) == "BATCH-111")
        #expect(desk.refusal(.releaseBatch("B1"), desk.at("q", "Quinn", .quality)) == nil)
        #expect(desk.kinds.suffix(2) == ["act.signed", "batch.released"])
        #expect(desk.line.state.batches.first?.state == .ready)
        #expect(desk.line.state.batches.first?.releasedBy == "Quinn")
        #expect(desk.refusal(.releaseBatch("B1"), desk.at("q", "Quinn", .quality)) == "BATCH-115")
        guard case .actSigned(let fact)? = desk.records.dropLast().last else {
            Issue.record("no signature")
            return
        }
        #expect(fact.meaning == "reviewed by" && fact.subject == "B1")
    }

    @Test mutating func withoutTheRuleABatchIsReadyAtOnce() {
        desk = OperatorDeskRig(OperatorRules(release: false))
        desk.openBatch(by: "Sue")
        #expect(desk.line.state.batches.first?.state == .ready)
    }

    // MARK: Shift

    @Test mutating func aShiftHasTwoPersons() {
        desk.openBatch(by: "Sue")
        desk.signOn("t", "Ann", .operator)
        let verb = LineCommand.Verb.handOver(note: "bin emptied")
        var by = desk.at("t", "Ann", .operator)
        #expect(desk.refusal(verb, by) == "AUTH-105")
        by.second = Authority.Person(name: "Bob", role: .operator)
        #expect(desk.refusal(verb, by) == "AUTH-105")
        by.second = Authority.Person(name: "Ann", role: .operator, gaveSecret: true)
        #expect(desk.refusal(verb, by) == "AUTH-106")
        by.second = Authority.Person(name: "Ada", role: .admin, gaveSecret: true)
        #expect(desk.refusal(verb, by) == "AUTH-103")
        by.second = Authority.Person(name: "Bob", role: .operator, gaveSecret: true)
        let note = String(repeating: "n", count: OperatorRules.maxNote + 1)
        #expect(desk.refusal(.handOver(note: note), by) == "AUTH-133")
        #expect(desk.refusal(verb, by) == nil)
        #expect(
            desk.kinds.suffix(5) == [
                "act.signed", "act.signed", "shift.handed-over", "operator.signed-off", "operator.signed-on",
            ])
        #expect(desk.line.state.signedOn.last == SignedOn(terminal: "t", name: "Bob", role: .operator))
        guard case .shiftHandedOver(let fact)? = desk.records.dropLast(2).last else {
            Issue.record("no handover")
            return
        }
        #expect(fact.actor == "Ann" && fact.successor == "Bob" && fact.note == "bin emptied")
        #expect(fact.stations == ["cases: 0 closed, 0 of 0 in the open case"])
        #expect(fact.alarms.isEmpty)
    }

    // MARK: No operators

    @Test mutating func withoutOperatorsTheAccountActs() {
        desk = OperatorDeskRig(nil)
        let account = Authority(account: "uid:line")
        #expect(desk.refusal(.addPool(OperatorDeskRig.pool), account) == nil)
        #expect(desk.refusal(.signOn(), desk.at("t", "Ann", .operator)) == "AUTH-107")
        #expect(desk.refusal(.handOver(note: ""), account) == "AUTH-107")
        #expect(desk.refusal(.addOperator(name: "Ann", .operator, until: ""), account) == "AUTH-107")
        #expect(desk.refusal(.lockOut(name: "Ann", terminal: "", tries: 1), account) == "AUTH-107")
        #expect(desk.refusal(.endLocks(besides: []), account) == "AUTH-107")
        #expect(desk.kinds == ["pool.added"])
        #expect(!desk.line.status.signsOn)
    }

    /// Goal: a signature changes no state and stands in one part with what it is for, also where a list is
    /// cut. Method: the records folded once more; the parts of the decision.
    @Test mutating func theStateIsTheFoldOfTheRecords() throws {
        desk.openBatch(by: "Sue")
        desk.signOn("q", "Quinn", .quality)
        _ = desk.ask(.releaseBatch("B1"), desk.at("q", "Quinn", .quality))
        var state = LineState()
        for record in desk.all { try state.apply(record) }
        #expect(state == desk.line.state)
        let bytes = state.encoded()
        #expect(try LineState.decode(bytes, 0..<bytes.count) == state)
    }
}

/// A line without a belt, and people at it.
private struct OperatorDeskRig {
    var line: Line
    /// All records, and those after the last start.
    private(set) var all: [LineRecord] = []
    private(set) var records: [LineRecord] = []
    private var now: UInt64 = 1_000_000_000
    private let configuration: LineConfiguration

    static let gtin = "09506000134352"
    static let pool = PoolOffer(
        name: "units", kind: .printed, key: gtin,
        content: .range(prefix: "S", first: 1, count: 1_000, width: 6))

    init(_ rules: OperatorRules? = OperatorRules(release: true)) {
        var configuration = LineConfiguration(
            name: "rig",
            lanes: [
                Lane(
                    io: "io",
                    unitPrint: UnitPrintStation(
                        name: "coding", device: "coder", lookAhead: 8, sendBatch: 2, maxSkip: 4),
                    unitVerify: UnitVerifyStation(
                        name: "verify", cameras: ["camera"], decideWithinMillimetres: 90,
                        minPitchMillimetres: 50,
                        triggerLagMilliseconds: 50),
                    gate: GateStation(
                        name: "gate", mode: .pass, distanceMillimetres: 400, passSensorMillimetres: 500,
                        toleranceMillimetres: 20, marginMillimetres: 50, confirmWithinMillimetres: 200,
                        confirmTimeoutMilliseconds: 2_000, maxRejectsInRow: 30, signalMaxAgeMilliseconds: 100)
                )
            ], countsPerMetre: 1_000, maxMillimetresPerSecond: 1_000,
            packing: [
                PackStation(
                    name: "cases", level: .case, itemReaders: ["case-camera"], printer: "printer",
                    labelReaders: ["scanner"], transit: 2)
            ],
            numbers: NumberRules(unitBlock: 24, ssccBlock: 6, lowWater: 10), zone: .reject,
            drainMillimetres: 1_000)
        configuration.operators = rules
        configuration.handhelds = ["handheld"]
        self.configuration = configuration
        line = Line(configuration: configuration)
        start(over: LineState())
        records = []
    }

    var kinds: [String] { records.map(\.kindWord) }

    mutating func start(over state: LineState) {
        line = Line(configuration: configuration, state: state)
        take(.started(LineStart(boot: "b", version: "1", configuration: "c", isJournalVerified: true)))
    }

    @discardableResult
    private mutating func take(_ input: LineInput) -> Decision {
        now += 1_000_000
        let instant = LineInstant(monotonicNanoseconds: now, wallMilliseconds: 1_790_000_000_000)
        let decision = line.handle(input, at: instant)
        records += decision.records
        all += decision.records
        return decision
    }

    mutating func ask(_ verb: LineCommand.Verb, _ by: Authority) -> CommandAnswer? {
        let decision = take(.command(LineCommand(request: 1, by: by, verb: verb)))
        return decision.actions.compactMap {
            if case .answer(_, let answer) = $0 { answer } else { nil }
        }.first
    }

    mutating func refusal(_ verb: LineCommand.Verb, _ by: Authority) -> String? {
        if case .refused(let refusal) = ask(verb, by) { refusal.code } else { nil }
    }

    /// Somebody who gave the secret with this command.
    func at(_ terminal: String, _ name: String, _ role: Role) -> Authority {
        Authority(
            account: "uid:line", terminal: terminal,
            person: Authority.Person(name: name, role: role, gaveSecret: true))
    }

    mutating func signOn(_ terminal: String, _ name: String, _ role: Role) {
        let answer = ask(.signOn(), at(terminal, name, role))
        #expect(answer == .done("\(name) (\(role.rawValue)) is signed on"))
    }

    /// A supervisor at terminal `s` brings numbers and order.
    mutating func openBatch(by name: String) {
        signOn("s", name, .supervisor)
        let by = at("s", name, .supervisor)
        _ = ask(.addPool(Self.pool), by)
        let ssccs = PoolOffer(
            name: "ssccs", kind: .sscc, key: "39506000",
            content: .range(prefix: "", first: 1, count: 1_000, width: 0))
        _ = ask(.addPool(ssccs), by)
        var order = Order()
        order.batch = "B1"
        order.gtin = Self.gtin
        order.product = "Testol"
        order.lot = "LOT1"
        order.expiry = "290331"
        order.quantity = 20
        order.packing[.case] = 2
        order.packing[.pallet] = 2
        order.unitPool = "units"
        order.ssccPool = "ssccs"
        #expect(refusal(.openBatch(order), by) == nil)
    }
}
