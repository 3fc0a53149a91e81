import GS1

@testable import HubCore

/// One hub, some lines, a network that loses, repeats and reorders, people who restore and enrol.
struct HubSimulation {
    private enum Parcel {
        case toHub(line: Int, NumberRequest)
        case toLine(line: Int, NumberRequest, NumberAnswer)
    }

    static let gtin = "09506000134352"
    private static let limits: NumberLimits = {
        var limits = NumberLimits()
        limits.shownPerPart = 7
        limits.unconfirmed = 4
        return limits
    }()

    private var chance: Chance
    private var hub: SimulatedHub
    private var lines: [SimulatedLine] = []
    private(set) var book = Bookkeeper()
    private var network: [Parcel] = []
    private var now: UInt64 = 1
    private var backups: [[[UInt8]]] = []
    private var generations = 1
    private var list: SerialList
    /// Calm: nothing is lost, broken or begun any more.
    private var isCalm = false
    private(set) var counts = (taken: 0, crashes: 0, restores: 0, returns: 0, stops: 0, retired: 0)
    private(set) var faults: [String] = []
    /// Lines that are scrapped.
    private var dead: Set<Int> = []

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        hub = SimulatedHub(limits: Self.limits)
        let texts = (0..<600).map { "L\($0 * 7 + 10_000)X" }
        list = SerialList(
            sha256: String(repeating: "ab", count: 32), serials: texts.compactMap { try? SerialNumber($0) })
        book.files[list.sha256] = texts
        command(.beginGeneration(generation: "g1", by: "Anna", reason: "new hub", lines: []))
        command(.start(boot: "b0"))
        hub.sync(at: now)
        setUp()
        for _ in 0..<3 { addLine() }
    }

    private mutating func command(_ request: NumberRequest) { _ = hub.handle(request, from: -1, at: now) }

    /// Defines and makes all there should be; what there is stays as it is.
    private mutating func setUp() {
        var product = Product()
        product.gtin = Self.gtin
        product.name = "Tablets"
        command(.define(product, by: "Anna"))
        let key = NumberKey.gtin(Self.gtin)
        let offers = [
            PoolOffer(
                name: "range", key: key, source: .range(prefix: "R", first: 1, count: 20_000, width: 6)),
            PoolOffer(
                name: "random", key: key,
                source: .random(
                    alphabet: "ACDEFGHKMN", length: 6, count: 900_000,
                    secret: "000102030405060708090a0b0c0d0e0f")),
            PoolOffer(name: "list", key: key, source: .list(list)),
            PoolOffer(
                name: "sscc", key: .sscc("09506000"),
                source: .range(prefix: "", first: 5, count: 40_000, width: 9), lines: ["line-0", "line-1"]),
        ]
        for offer in offers where hub.numbers.state.pools[offer.name]?.isAdopted != false {
            command(.addPool(offer, lists: [list], by: "Anna"))
        }
    }

    private mutating func addLine() {
        lines.append(SimulatedLine(name: "line-\(lines.count)"))
        enrolAll()
    }

    private mutating func enrolAll() {
        for (place, line) in lines.enumerated() where !dead.contains(place) {
            command(.enrol(line: line.name, by: "Anna"))
        }
    }

    // MARK: Steps

    mutating func run(steps: Int) {
        for _ in 0..<steps { step() }
        isCalm = true
        for _ in 0..<400 { calmStep() }
        account()
    }

    private mutating func step() {
        now += chance.next() % 300_000_000
        switch chance.below(100) {
        case 0..<20: send()
        case 20..<40: for _ in 0..<6 { deliver() }
        case 40..<65: deliver()
        case 65..<80: hub.sync(at: now)
        case 80..<93: ask()
        case 93..<95: giveBack()
        case 95: if chance.oneIn(2) { crash() }
        case 96: backups.append(hub.backup(at: now))
        case 97: if chance.oneIn(4) { restore() }
        case 98: if lines.count < 6, chance.oneIn(6) { addLine() }
        default: people()
        }
        answer()
    }

    private mutating func calmStep() {
        now += 400_000_000
        people()
        for place in lines.indices where !dead.contains(place) {
            // One that asks for nothing hears of a new generation when it sends its journal (seed 1162).
            lines[place].hear(of: hub.numbers.state.generation)
            post(from: place)
        }
        while !network.isEmpty { deliver() }
        hub.sync(at: now)
        now += HubNumbers.ageNanoseconds
        answer()
        while !network.isEmpty { deliver() }
    }

    private mutating func ask() {
        let place = chance.below(lines.count)
        guard !dead.contains(place), lines[place].errands.count < 5 else { return }
        let pool = ["range", "random", "list", "sscc"][chance.below(4)]
        lines[place].ask(pool: pool, count: 1 + UInt64(chance.below(40)))
    }

    private mutating func giveBack() {
        let place = chance.below(lines.count)
        guard !dead.contains(place), lines[place].reporting == nil, lines[place].errands.count < 5 else {
            return
        }
        lines[place].giveBackSome(chance: &chance, book: &book)
        counts.returns += 1
    }

    private mutating func send() {
        let place = chance.below(lines.count)
        if !dead.contains(place) { post(from: place) }
    }

    private mutating func post(from place: Int) {
        for message in lines[place].messages(partSize: Self.limits.shownPerPart) {
            network.append(.toHub(line: place, message))
            if !isCalm, chance.oneIn(5) { network.append(.toHub(line: place, message)) }
        }
        // A line that knows no generation asks anything, to be told.
        if lines[place].generation.isEmpty, lines[place].reporting == nil {
            network.append(
                .toHub(
                    line: place, .request(lines[place].caller, pool: "range", count: 1, token: "first")))
        }
    }

    /// Any parcel: the network keeps no order. One in six is lost, one in ten comes again later.
    private mutating func deliver() {
        guard !network.isEmpty else { return }
        let place = isCalm ? 0 : chance.below(network.count)
        let parcel = network.remove(at: place)
        if !isCalm {
            if chance.oneIn(6) { return }
            if chance.oneIn(10) { network.append(parcel) }
        }
        switch parcel {
        case .toHub(let line, let request): _ = hub.handle(request, from: line, at: now)
        case .toLine(let line, let request, let answer):
            guard !dead.contains(line) else { return }
            lines[line].receive(answer, to: request, chance: &chance, book: &book)
        }
        if network.count > 400 { network.removeFirst(200) }
    }

    private mutating func answer() {
        for (one, answer) in hub.answers(at: now) {
            network.append(.toLine(line: one.line, one.request, answer))
            if !isCalm, chance.oneIn(6) { network.append(.toLine(line: one.line, one.request, answer)) }
        }
    }

    // MARK: What goes wrong, and who mends it

    private mutating func crash() {
        hub.crash(lies: chance.oneIn(2), at: now)
        counts.crashes += 1
    }

    private mutating func restore() {
        guard !backups.isEmpty else { return }
        let place = chance.below(backups.count)
        generations += 1
        hub.restore(
            backups[place], generation: "g\(generations)", lines: lines.map(\.name), at: now)
        counts.restores += 1
        if chance.oneIn(2) { backups.removeSubrange((place + 1)...) }
        enrolAll()
    }

    /// Makes again what a restore or crash lost; retires a line that is gone; looks after a hub that stopped.
    private mutating func people() {
        // Lost before it was synced (seed 1498).
        if hub.numbers.state.generation.isEmpty {
            command(.beginGeneration(generation: "g1", by: "Anna", reason: "new hub", lines: []))
        }
        if hub.numbers.state.stopped != nil {
            counts.stops += 1
            faults.append("stopped: \(hub.numbers.state.stopped ?? "")")
            generations += 1
            command(
                .beginGeneration(
                    generation: "g\(generations)", by: "Anna", reason: "looked at it",
                    lines: lines.map(\.name)))
        }
        if !isCalm, lines.count > 3, dead.isEmpty { retireOne() }
        for place in dead.sorted() {
            command(.retire(line: lines[place].name, by: "Anna", reason: "scrapped"))
        }
        enrolAll()
        setUp()
    }

    /// A line is scrapped; the person has made sure that the hub holds all it ever took.
    private mutating func retireOne() {
        let place = chance.below(lines.count)
        let known = hub.numbers.state.lines[lines[place].name]?.allotments ?? [:]
        guard lines[place].errands.isEmpty,
            lines[place].shown.allSatisfy({ known[$0.block.id]?.returned == $0.returned })
        else { return }
        dead.insert(place)
        // What the person looked at is on the disk for good.
        hub.sync(at: now)
        now += HubNumbers.ageNanoseconds
        // Nobody restores from before its end: what it holds would be forgotten, and it could not show it.
        backups = []
        counts.retired += 1
    }

    // MARK: At the end

    /// Numbers held and given back, by the hub's books and by the bookkeeper's.
    private mutating func account() {
        faults += hub.faults + book.faults
        let pools = hub.numbers.state.pools
        for (name, pool) in pools.sorted(by: { $0.key < $1.key }) {
            let figures = pool.figures
            let sum = figures.held + figures.returned + figures.retired + figures.free
            if sum != figures.count { faults.append("pool \(name): \(sum) of \(figures.count)") }
            if !pool.conflicts.isEmpty { faults.append("pool \(name) has conflicts") }
        }
        let held = pools.values.reduce(0) { $0 + $1.figures.held }
        let returned = pools.values.reduce(0) { $0 + $1.figures.returned }
        // What a line declined was never in its hands; the hub counts it as returned.
        let declined = lines.reduce(0) { sum, line in
            sum
                + (hub.numbers.state.lines[line.name]?.allotments.values ?? [:].values)
                .filter { line.declined.contains($0.id) }.reduce(0) { $0 + Int($1.range.count) }
        }
        // A parcel that comes late may still draw numbers for a line that has given up asking or was
        // scrapped.
        let forNobody = lines.enumerated().reduce(UInt64(0)) { sum, one in
            let entry = hub.numbers.state.lines[one.element.name]
            let shown = Set(one.element.shown.map(\.block.id))
            let drawn = (entry?.unconfirmed ?? []).compactMap { entry?.allotments[$0] }.filter {
                !shown.contains($0.id)
                    && (dead.contains(one.offset) || one.element.givenUp.contains($0.token))
            }
            return sum + drawn.reduce(0) { $0 + $1.range.count }
        }
        if held != UInt64(book.held) + forNobody { faults.append("hub: \(held) held, lines: \(book.held)") }
        if returned != UInt64(book.givenBack + declined) {
            faults.append("hub: \(returned) returned, lines: \(book.givenBack) and \(declined) declined")
        }
        if !hub.numbers.state.awaited.isEmpty { faults.append("still waits: \(hub.numbers.state.awaited)") }
        for (place, line) in lines.enumerated() where !dead.contains(place) {
            if !line.errands.isEmpty {
                faults.append(
                    "\(line.name) is left with \(line.errands.count) errands"
                )
            }
        }
        counts.taken = lines.reduce(0) { $0 + $1.taken }
    }
}
