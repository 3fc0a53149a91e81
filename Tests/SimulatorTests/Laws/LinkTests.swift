import Testing

@testable import LineCore

/// Goal: a helper code stands for the one unit it was read with, and for no other; whoever packs by helper
/// codes packs the units. Method: a line whose case camera sees helper codes alone; right and wrong pairs.
@Suite struct LinkTests {
    private static func rig(good: Int = 6) -> LineRig {
        var configuration = LineRig.configuration()
        configuration.link = LinkStation(name: "link", readers: ["link-camera"], separator: UInt8(ascii: "|"))
        var rig = LineRig.running(configuration)
        for number in 1...good { rig.good(number) }
        rig.move(millimetres: 700)
        return rig
    }

    private static func text(_ number: Int, lot: String = "LOT1") -> String {
        guard case .code(let bytes) = LineRig.code(lot: lot, serial: LineRig.serial(number)) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func link(_ message: String, _ rig: inout LineRig) {
        rig.give(.read(device: "link-camera", .code(Array(message.utf8))))
    }

    private static func answer(_ rig: LineRig, _ device: String) -> ReadAnswer? {
        rig.line.status.reads.first { $0.device == device }?.answer
    }

    @Test func unitsArePackedByTheirHelperCodes() throws {
        var rig = Self.rig()
        Self.link("\(Self.text(1))|]d1CAP-1", &rig)
        Self.link("]d1CAP-2|\(Self.text(2))", &rig)
        Self.link("]d1CAP-2|\(Self.text(2))", &rig)
        #expect(Self.answer(rig, "link-camera")?.text == "read already" && rig.stop == nil, "\(rig.why)")
        for cap in 1...2 {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", .code(Array("]d1CAP-\(cap)".utf8))))
        }
        #expect(rig.stop == nil, "\(rig.why)")
        let container = try #require(rig.line.state.containers.first)
        let serials = container.children.compactMap { rig.line.state.unitPools[0].source[Int($0)] }
        #expect(serials == [1, 2].map(LineRig.serial))
        #expect(try ReworkTests.isFold(rig))
        let bytes = rig.line.state.encoded()
        #expect(try LineState.decode(bytes, 0..<bytes.count) == rig.line.state)
        // By its own code it is the same unit, packed already; so after a start.
        rig.crash()
        rig.start()
        rig.ask(.resume)
        rig.give(.read(device: "case-camera", .code(Array("]d1CAP-1".utf8))))
        #expect(rig.stop == .packRefused && rig.why.contains("is in case"), "\(rig.why)")
    }

    @Test(arguments: [
        ("]d1CAP-1", "1 codes are not"), ("]d1CAP-1|]d1CAP-2", "2 codes are not"), ("", "1 codes are not"),
        ("U1|U2", "2 codes are not"), ("U1|]d1CAP-1|", "3 codes are not"), ("U1|", "2 codes are not"),
        ("U1|]C0SR/STOP", "2 codes are not"), ("L1|]d1CAP-1", "wrong-lot"), ("U900|]d1CAP-1", "the unit is"),
        ("U1|]d1\(String(repeating: "A", count: 41))", "2 codes are not"), ("U1|]d1A B", "2 codes are not"),
        ("U1|]d1\u{E9}", "2 codes are not"),
    ]) func aWrongPairStopsTheLine(_ message: String, _ text: String) {
        var rig = Self.rig()
        let codes = message.replacing("U900", with: Self.text(900)).replacing("U1", with: Self.text(1))
            .replacing("U2", with: Self.text(2)).replacing("L1", with: Self.text(1, lot: "LOT2"))
        Self.link(codes, &rig)
        #expect(rig.stop == .linkRefused && rig.why.contains(text), "\(rig.why)")
        #expect(rig.line.state.batches[0].links.isEmpty)
        rig.ask(.resume)
        Self.link("\(Self.text(1))|]d1CAP-1", &rig)
        #expect(rig.stop == nil && rig.line.state.batches[0].links.count == 1, "the right one goes")
    }

    @Test func nothingReadIsNoPair() {
        var rig = Self.rig()
        for result in [ReadResult.noRead, .broken] {
            rig.give(.read(device: "link-camera", result))
            #expect(rig.stop == .linkRefused)
            rig.ask(.resume)
        }
    }

    /// One helper code on two units, or two on one, would be one identity on two things.
    @Test func aHelperCodeStandsForOneUnit() {
        var rig = Self.rig()
        Self.link("\(Self.text(1))|]d1CAP-1", &rig)
        Self.link("\(Self.text(2))|]d1CAP-1", &rig)
        #expect(rig.stop == .linkRefused && rig.why.contains("is tied to \(LineRig.serial(1))"))
        rig.ask(.resume)
        Self.link("\(Self.text(1))|]d1CAP-9", &rig)
        #expect(rig.stop == .linkRefused && rig.why.contains("tied to helper code CAP-1"))
        #expect(rig.line.state.batches[0].links.count == 1)
    }

    /// A helper code nobody has tied is no unit; with the batch its meaning ends.
    @Test func anUnknownHelperCodeIsRefused() {
        var rig = Self.rig()
        rig.give(.read(device: "case-camera", .code(Array("]d1CAP-1".utf8))))
        #expect(rig.stop == .packRefused)
        rig.ask(.resume)
        Self.link("\(Self.text(1))|]d1CAP-1", &rig)
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "r"))
        #expect(rig.refusal(.closeBatch("B1", reason: "left over", deviation: "D1")) == nil)
        #expect(rig.line.state.batches[0].links.isEmpty && rig.line.state.batches[0].helpers.isEmpty)
    }
}
