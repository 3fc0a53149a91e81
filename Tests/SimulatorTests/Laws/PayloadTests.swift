import GS1
import Testing

@testable import LineCore

/// Goal: law 4 for what comes with a serial: printed as the file has it, accepted with just that and nothing
/// else. Method: a pool with a payload; the right code, and codes with one element wrong, missing, of another
/// serial, or too many.
@Suite struct PayloadTests {
    static let file = "crypto"

    static func tail(_ number: Int) -> [String] { ["K\(100 + number % 7)", "code+\(number)/x="] }

    static func table(_ numbers: ClosedRange<Int>) throws -> SerialTable {
        var table = SerialTable()
        for number in numbers {
            let values = tail(number)
            let payload = try SerialPayload(bracketed: "(91)\(values[0])(92)\(values[1])".utf8)
            if table.count == 0 { table = SerialTable(payload: payload.identifiers) }
            guard table.append(LineRig.serial(number).utf8, with: payload) else { break }
        }
        return table
    }

    private static func running(kind: PoolKind = .printed, market: String = "") throws -> LineRig {
        var rig = LineRig()
        rig.files[file] = try table(1...200)
        rig.start()
        var offer = PoolOffer(
            name: "units", kind: kind, key: LineRig.gtin,
            content: .file(sha256: file, try table(1...200)))
        offer.market = market
        rig.ask(.addPool(offer))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.market = market
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        return rig
    }

    /// A code with these values behind the serial.
    private func code(_ number: Int, _ tail: [(String, String)]) -> ReadResult {
        guard case .code(let own) = LineRig.code(serial: LineRig.serial(number)) else { return .noRead }
        return .code(own + tail.flatMap { Array("\u{1D}\($0.0)\($0.1)".utf8) })
    }

    private func whole(_ number: Int) -> ReadResult {
        code(number, Array(zip(["91", "92"], Self.tail(number))))
    }

    @Test func theCoderGetsWhatTheFileHas() throws {
        let rig = try Self.running()
        let coder = rig.actions.compactMap {
            if case .coder(let command, _) = $0.action { command } else { nil }
        }
        #expect(coder.contains(.prepare(fields: ["gtin", "expiry", "lot", "serial", "ai91", "ai92"])))
        let first = [LineRig.gtin, "290331", "LOT1", LineRig.serial(1)] + Self.tail(1)
        #expect(coder.contains(.send(index: 1, values: first)))
        let third = [LineRig.gtin, "290331", "LOT1", LineRig.serial(3)] + Self.tail(3)
        #expect(coder.contains(.send(index: 3, values: third)))
    }

    @Test(arguments: [PoolKind.printed, .preprinted])
    func lawFourEveryElementOfThePayloadIsCompared(kind: PoolKind) throws {
        var rig = try Self.running(kind: kind)
        rig.give(.coder(.printed(through: 8)))
        #expect(rig.verdict(whole(1)) == nil)
        let wrong: [(Int) -> [(String, String)]] = [
            { [("91", "K999"), ("92", Self.tail($0)[1])] },
            { [("91", Self.tail($0)[0]), ("92", "code+\($0)/x")] },
            { [("91", Self.tail($0)[0])] }, { _ in [] }, { [("92", Self.tail($0)[1])] },
            { Array(zip(["91", "92"], Self.tail($0 + 1))) },
            { Array(zip(["91", "92"], Self.tail($0))) + [("93", "more")] },
        ]
        for (step, spoil) in wrong.enumerated() {
            let track = rig.unit(code(step + 2, spoil(step + 2)))
            #expect(rig.rejection(of: track) == "wrong-payload", "fault \(step)")
            #expect(!rig.passSignals.contains(track))
        }
        rig.give(.coder(.printed(through: 9)))
        #expect(rig.verdict(whole(9)) == nil)
        #expect(rig.verified == [LineRig.serial(1), LineRig.serial(9)])
    }

    @Test func anotherPayloadIsNotPacked() throws {
        var rig = try Self.running()
        rig.give(.coder(.printed(through: 8)))
        rig.unit(whole(1))
        rig.move(millimetres: 700)
        rig.give(.read(device: "case-camera", code(1, [("91", "K101"), ("92", "other")])))
        #expect(rig.feedback == false && rig.stop == .packRefused)
        rig.ask(.resume)
        rig.give(.read(device: "case-camera", whole(1)))
        #expect(rig.feedback == true)
        let year = 2026
        guard case .code(let right) = whole(1), case .code(let wrong) = code(1, []) else { return }
        #expect(rig.line.state.unit(scanned: right, year: year)?.state == .commissioned)
        #expect(rig.line.state.unit(scanned: wrong, year: year) == nil)
    }

    /// The payload leaves memory with the serials of a closed batch, and comes back with them.
    @Test func thePayloadRestsWithItsPool() throws {
        var rig = try Self.running()
        rig.give(.coder(.printed(through: 1)))
        rig.unit(whole(1))
        rig.move(millimetres: 700)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "end"))
        rig.ask(.closeBatch("B1", reason: "spares", deviation: "D-1"))
        #expect(rig.line.state.unitPools[0].rests && rig.line.state.unitPools[0].source.payload(0) == [])
        #expect(rig.line.state.unitPools[0].payload.map(\.description) == ["91", "92"])
        let bytes = rig.line.state.encoded()
        #expect(try LineState.decode(bytes, 0..<bytes.count) == rig.line.state)
        rig.crash()
        rig.start()
        #expect(rig.failure == nil)
        var order = LineRig.order
        order.batch = "B2"
        var plain = SerialTable()
        for number in 1...200 { _ = plain.append(LineRig.serial(number).utf8) }
        rig.ask(.openBatch(order, serials: try Self.table(1...200)))
        #expect(rig.line.state.unitPools[0].source.payload(99) == Self.tail(100))
        var again = rig.line.state.unitPools[0]
        again.rest()
        #expect(throws: StateFault.self) { try again.wake(plain) }
        try again.wake(try Self.table(1...200))
        let awake = rig.line.state.encoded()
        #expect(try LineState.decode(awake, 0..<awake.count) == rig.line.state)
    }
}

/// Goal: a market's table says what is printed, verified and taken. Method: each market's order, pool and
/// code, and what is not of it.
@Suite struct MarketTests {
    private static func offer(_ market: String, _ content: PoolContent) -> PoolOffer {
        var offer = PoolOffer(name: "units", kind: .printed, key: LineRig.gtin, content: content)
        offer.market = market
        return offer
    }

    private static func file(_ serials: [String]) -> PoolContent {
        var table = SerialTable()
        for serial in serials { _ = table.append(serial.utf8) }
        return .file(sha256: "f", table)
    }

    private static let serials = (100...160).map { "ABCDEF\($0)" }

    private static func running(_ market: String, _ change: (inout Order) -> Void = { _ in }) -> LineRig {
        var rig = LineRig()
        rig.start()
        rig.ask(.addPool(offer(market, file(serials))))
        rig.ask(.addPool(LineRig.ssccs()))
        var order = LineRig.order
        order.market = market
        change(&order)
        rig.ask(.openBatch(order))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.give(.coder(.printed(through: 8)))
        return rig
    }

    private func sent(_ rig: LineRig) -> (fields: [String], values: [String]) {
        var found: (fields: [String], values: [String]) = ([], [])
        for entry in rig.actions {
            if case .coder(.prepare(let fields), _) = entry.action { found.fields = fields }
            if case .coder(.send(1, let values), _) = entry.action { found.values = values }
        }
        return found
    }

    private func scan(_ text: String) -> ReadResult { .code(Array("]d2\(text)".utf8)) }

    @Test func theMarketSaysTheOrderOfElements() {
        let rig = Self.running("us-dscsa")
        #expect(sent(rig).fields == ["gtin", "serial", "expiry", "lot"])
        #expect(sent(rig).values == [LineRig.gtin, "ABCDEF100", "290331", "LOT1"])
    }

    @Test func aNationalNumberIsPrintedAndVerified() {
        var rig = Self.running("eu-fmd") { $0.nationalNumber = "(713)1234567890123" }
        #expect(sent(rig).fields == ["gtin", "serial", "expiry", "lot", "ai713"])
        #expect(sent(rig).values.last == "1234567890123")
        func code(_ serial: Int, _ tail: String) -> ReadResult {
            scan("01\(LineRig.gtin)1729033121ABCDEF\(serial)\u{1D}10LOT1\(tail)")
        }
        #expect(rig.verdict(code(100, "\u{1D}7131234567890123")) == nil)
        #expect(rig.verdict(code(101, "\u{1D}7131234567890124")) == "wrong-payload")
        #expect(rig.verdict(code(102, "")) == "wrong-payload")
        #expect(rig.verdict(code(103, "\u{1D}7101234567890123")) == "wrong-payload")
        #expect(rig.verdict(code(104, "\u{1D}7131234567890123")) == nil)
    }

    /// Lot and expiry of the order are no part of this market's code.
    @Test func whatTheMarketLeavesOutIsNotTaken() throws {
        var rig = Self.running("eu-tobacco")
        #expect(sent(rig).fields == ["gtin", "serial"])
        #expect(rig.verdict(scan("01\(LineRig.gtin)235ABCDEF100")) == nil)
        #expect(rig.verdict(scan("01\(LineRig.gtin)21ABCDEF101")) == "wrong-payload")
        let more = "01\(LineRig.gtin)235ABCDEF101\u{1D}10LOT1"
        #expect(rig.verdict(scan(more)) == "wrong-lot")
    }

    @Test func orderAndPoolAreOfOneMarket() {
        var rig = LineRig()
        rig.start()
        rig.ask(.addPool(LineRig.ssccs()))
        rig.ask(.addPool(Self.offer("us-dscsa", Self.file(Self.serials))))
        var order = LineRig.order
        for market in ["", "eu-fmd"] {
            order.market = market
            #expect(rig.refusal(.openBatch(order)) == "BATCH-109")
        }
        order.market = "us-dscsa"
        #expect(rig.refusal(.openBatch(order)) == nil)
    }

    @Test(
        arguments: [
            ("eu-fmd", "", nil), ("eu-fmd", "(710)123", nil), ("eu-fmd", "(715)123", "ORDER-108"),
            ("eu-fmd", "(710)123(711)4", "ORDER-108"), ("eu-fmd", "123", "ORDER-108"),
            ("us-dscsa", "(710)123", "ORDER-108"), ("", "(710)123", "ORDER-108"), ("mars", "", "ORDER-107"),
        ] as [(String, String, String?)])
    func aNationalNumberIsOfItsMarket(_ market: String, _ number: String, _ code: String?) {
        var order = LineRig.order
        (order.market, order.nationalNumber) = (market, number)
        #expect(order.fault?.code == code)
    }

    @Test func poolsFollowTheirMarket() throws {
        let range = PoolContent.range(prefix: "S", first: 1, count: 100, width: 6)
        let long = PoolContent.range(prefix: "S-", first: 1, count: 100, width: 6)
        let crypto = PoolContent.file(sha256: "f", try PayloadTests.table(1...20))
        let plain = Self.file(Self.serials)
        let cases: [(String, PoolContent, String?)] = [
            ("eu-fmd", plain, nil), ("eu-fmd", range, "POOL-117"), ("eu-fmd", crypto, "POOL-117"),
            ("us-dscsa", range, nil), ("us-dscsa", long, "POOL-117"), ("ru-medicines", plain, "POOL-117"),
            ("ru-medicines", crypto, nil), ("ru-medicines", range, "POOL-117"), ("mars", plain, "POOL-116"),
            ("", crypto, nil),
        ]
        for (market, content, code) in cases {
            var rig = LineRig()
            rig.start()
            #expect(rig.refusal(.addPool(Self.offer(market, content))) == code, "\(market) \(code ?? "")")
        }
        var rig = LineRig()
        rig.start()
        var ssccs = LineRig.ssccs()
        ssccs.market = "eu-fmd"
        #expect(rig.refusal(.addPool(ssccs)) == "POOL-116")
    }
}

extension LineRig {
    /// Why a unit with this code was rejected; `nil` if it was not.
    fileprivate mutating func verdict(_ result: ReadResult) -> String? {
        let track = unit(result)
        return rejection(of: track)
    }
}
