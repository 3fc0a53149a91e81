import Testing

@testable import LineCore

extension ReworkTests {
    // MARK: Labels

    /// A further label needs a word about the old one; "read" only if a scanner of the line read it last.
    @Test func theOldLabelIsReadOrDestroyed() throws {
        var rig = Self.rig(packed: 2)
        let sscc = Self.ssccs(rig)[0]
        func reprint(_ old: OldLabel?) -> [String] {
            Self.act(&rig, .reprint(sscc: sscc, reason: "torn", old: old))
        }
        #expect(reprint(nil) == ["PACK-212"])
        #expect(reprint(.read) == ["label.sent"], "the scanner read it when the case was closed")
        #expect(reprint(.destroyed) == ["label.sent"])
        rig.give(.read(device: "scanner", LineRig.label("395060000000009996")))
        #expect(reprint(.read) == ["PACK-213"], "another was read since")
        rig.ask(.resume)
        rig.give(.read(device: "handheld", LineRig.code(serial: LineRig.serial(1))))
        rig.give(.read(device: "handheld", LineRig.label(sscc)))
        #expect(reprint(.read) == ["label.sent"])
        rig.now += 601_000_000_000
        #expect(reprint(.read) == ["PACK-213"], "too long ago")
        let sent = rig.records.compactMap { if case .labelSent(let fact) = $0.record { fact } else { nil } }
        #expect(sent.filter { $0.sscc == sscc }.map(\.copy) == [1, 2, 3, 4])
        #expect(sent.filter { $0.sscc == sscc }.map(\.old) == ["", "read", "destroyed", "read"])
        rig.give(.device("case-printer", .stale))
        #expect(reprint(.destroyed) == ["BATCH-120"], "nothing is printed without its printer")
        #expect(try Self.isFold(rig))
    }

    // MARK: Move

    /// Two pallets, the first with one case less.
    private func twoPallets() -> (rig: LineRig, cases: [String], pallets: [String]) {
        var rig = Self.rig(packed: 8)
        let (cases, pallets) = (Self.ssccs(rig), Self.ssccs(rig, .pallet))
        rig.ask(.remove(item: ItemName(cases[0]), reason: "x"))
        return (rig, cases, pallets)
    }

    @Test func aCaseMovesFromPalletToPallet() throws {
        var (rig, cases, pallets) = twoPallets()
        let verb = LineCommand.Verb.move(item: ItemName(cases[2]), to: pallets[0], reason: "mix-up")
        #expect(Self.act(&rig, verb) == ["item.removed", "item.added"])
        #expect(rig.line.state.container(named: cases[2])?.parent == pallets[0])
        #expect(Set(rig.line.status.packing[1].unproved) == Set(pallets))
        #expect(Self.act(&rig, verb) == ["REWORK-106"], "it is there already")
        let back = LineCommand.Verb.move(item: ItemName(cases[3]), to: pallets[0], reason: "x")
        #expect(Self.act(&rig, back) == ["PACK-220"], "the last one")
        #expect(try Self.isFold(rig))
    }

    @Test func whatCannotBeMovedStays() {
        var (rig, cases, pallets) = twoPallets()
        func move(_ item: ItemName, _ sscc: String, _ dissolves: Bool = false) -> [String] {
            Self.act(&rig, .move(item: item, to: sscc, reason: "x", dissolves: dissolves))
        }
        let before = rig.line.state
        #expect(move(Self.unit(1), cases[1]) == ["REWORK-104"], "a unit")
        #expect(move(ItemName(cases[0]), pallets[1]) == ["PACK-221"], "it is on no pallet")
        #expect(move(ItemName(cases[1]), pallets[1], true) == ["REWORK-108"], "that one is full")
        #expect(move(ItemName(pallets[0]), pallets[1]) == ["PACK-221"])
        #expect(move(ItemName(cases[1]), cases[2], true) == ["REWORK-104"])
        #expect(rig.line.state == before)
        rig.ask(.reprint(sscc: cases[2], reason: "torn", old: .destroyed))
        #expect(move(ItemName(cases[2]), pallets[0]) == ["REWORK-114"], "its label was not read")
        rig.ask(.remove(item: ItemName(cases[3]), reason: "x"))
        #expect(move(ItemName(cases[1]), pallets[1], true) == ["container.dissolved", "item.added"])
        #expect(rig.line.state.container(named: cases[1])?.parent == pallets[1])
    }

    // MARK: Shipped

    /// After shipping nothing inside is changed, at any level; told again it is true already.
    @Test func nothingOfAShippedPalletIsChanged() throws {
        var rig = Self.rig(packed: 8, good: 9)
        let (cases, pallets) = (Self.ssccs(rig), Self.ssccs(rig, .pallet))
        let ship = LineCommand.Verb.ship(sscc: pallets[0], reference: "D 7")
        #expect(Self.act(&rig, .ship(sscc: cases[0], reference: "")) == ["REWORK-113"], "it is on a pallet")
        #expect(Self.act(&rig, ship) == ["item.shipped"])
        #expect(Self.act(&rig, ship) == [])
        let state = rig.line.state
        let unit = Self.unit(1)
        for verb in [
            LineCommand.Verb.remove(item: unit, reason: "x"), .remove(item: ItemName(cases[0]), reason: "x"),
            .end(unit, as: .sampled, reason: "x"), .dissolve(sscc: pallets[0], reason: "x"),
            .dissolve(sscc: cases[0], reason: "x"), .add(item: Self.unit(9), to: cases[0], reason: "x"),
            .add(item: ItemName(cases[2]), to: pallets[0], reason: "x"),
            .replace(item: unit, by: Self.unit(9), end: nil, reason: "x"),
            .move(item: ItemName(cases[0]), to: pallets[1], reason: "x"),
            .move(item: ItemName(cases[2]), to: pallets[0], reason: "x"),
            .reprint(sscc: pallets[0], reason: "x", old: .destroyed),
            .reprint(sscc: cases[0], reason: "x", old: .destroyed), .readAgain(sscc: cases[0]),
            .takeOut(item: Self.unit(1), reason: "x"),
        ] { #expect(Self.act(&rig, verb) == ["REWORK-112"], "\(verb)") }
        #expect(rig.line.state == state)
        #expect(try Self.isFold(rig))
    }

    /// What is shipped alone is no orphan, and goes onto no pallet.
    @Test func aCaseShippedAloneIsGone() throws {
        var rig = Self.rig(packed: 6)
        let (cases, pallet) = (Self.ssccs(rig), Self.ssccs(rig, .pallet)[0])
        #expect(Self.act(&rig, .ship(sscc: cases[2], reference: "")) == ["REWORK-109"], "on the open pallet")
        rig.ask(.remove(item: ItemName(cases[0]), reason: "x"))
        #expect(Self.act(&rig, .ship(sscc: pallet, reference: "")) == ["REWORK-114"], "its label says two")
        #expect(Self.act(&rig, .ship(sscc: cases[0], reference: "")) == ["item.shipped"])
        rig.give(.read(device: "scanner", LineRig.label(cases[0])))
        #expect(rig.stop == .labelMismatch && rig.line.status.packing[1].open == 1)
        let add = LineCommand.Verb.add(item: ItemName(cases[0]), to: pallet, reason: "x")
        #expect(Self.act(&rig, add) == ["REWORK-112"])
        #expect(try Self.isFold(rig))
        for wrong: LineRecord in [
            .itemRemoved(ItemRemoved(sscc: cases[0], item: LineRig.serial(1))),
            .itemAdded(ItemAdded(sscc: pallet, item: cases[0])),
            .itemShipped(ItemShipped(sscc: cases[0])), .itemShipped(ItemShipped(sscc: pallet)),
            .itemShipped(ItemShipped(sscc: cases[1])),
        ] {
            var state = rig.line.state
            #expect(throws: StateFault.self, "\(wrong)") { try state.apply(wrong) }
        }
    }
}
