import ControlAPI
import JournalCore
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// The index is derived: it follows the journal, and is built again where it does not fit.
@Suite struct IndexTests {
    private let directory: TemporaryDirectory
    private let board = SnapshotBoard()
    private var journalPath: String { directory.path + "/journal" }

    init() throws { directory = try TemporaryDirectory() }

    private static let case1 = "195060000000000012"
    private static let pallet = "195060000000000029"

    /// Two units printed, read, packed into a case on a pallet; one rejected; one voided.
    private static let story: [LineRecord] = {
        var pool = PoolAdded()
        pool.pool = "p"
        pool.kind = "printed"
        pool.key = TestLine.gtin
        pool.prefix = "S"
        pool.first = 1
        pool.count = 10
        pool.width = 3
        var order = Order()
        order.batch = "B1"
        order.gtin = TestLine.gtin
        order.lot = "LOT1"
        order.expiry = "271231"
        order.unitPool = "p"
        (order.packing[.case], order.packing[.pallet]) = (2, 1)
        return [
            .poolAdded(pool), .batchOpened(BatchOpened(order: order, actor: "uid:a")),
            .batchStarted(BatchStarted(batch: "B1", actor: "uid:a")),
            .serialsReserved(SerialRange(pool: "p", first: 0, count: 4)),
            .unitSent(UnitSent(serials: ["S001", "S002", "S003"])),
            .unitVerified(UnitVerified(track: 1, serial: "S001")),
            .unitVerified(UnitVerified(track: 2, serial: "S002")),
            .unitRejected(UnitRejected(track: 3, reason: "wrong-lot", serial: "S003")),
            .unitsPassed(Tracks(tracks: [1, 2])),
            .collated(
                Collated(
                    level: .case, sscc: case1, batch: "B1", station: "cases", children: ["S001", "S002"])),
            .labelSent(LabelSent(sscc: case1, copy: 1, count: 2)),
            .containerClosed(ContainerClosed(level: .case, sscc: case1)),
            .collated(
                Collated(level: .pallet, sscc: pallet, batch: "B1", station: "pallets", children: [case1])),
            .serialsVoided(SerialRange(pool: "p", first: 3, count: 1)),
        ]
    }()

    private func write(_ records: [LineRecord], to journal: inout Journal) throws {
        for record in records { try journal.append([record.encoded(wallMilliseconds: 1_763_692_801_123)]) }
        try journal.commit(at: 0)
        board.publish(durable: journal.durable)
    }

    private func makeJournal(_ records: [LineRecord] = story) throws -> Journal {
        var journal = try TestLine.journal(try FileStorage(journalPath, writable: true))
        try write(records, to: &journal)
        return journal
    }

    private func makeIndex(_ id: String = "one") throws -> LineIndex {
        try LineIndex(
            path: directory.path + "/index.sqlite", journal: id, boot: "boot",
            imports: ImportStore(directory: directory.path), board: board)
    }

    private func followed(_ journal: Journal) throws -> LineIndex {
        let index = try makeIndex()
        var reader = try JournalReader(
            storage: try FileStorage(journalPath, writable: false), from: try index.position())
        while try index.follow(&reader, upTo: journal.durable) > 0 {}
        return index
    }

    @Test func aUnitShowsItsStateContainerAndHistory() async throws {
        let index = try followed(try makeJournal())
        let item = try await index.item(.unit(gtin: TestLine.gtin, serial: "S001"))
        #expect(item.kind == "unit" && item.state == "commissioned" && item.parent == Self.case1)
        #expect(item.batch == "B1" && item.lot == "LOT1" && item.track == 1)
        #expect(
            item.history.map(\.kind) == ["unit.sent", "unit.verified", "units.passed", "case.collated"])
        #expect(item.history.first?.at == "2025-11-21T02:40:01.123Z")
        #expect(item.index?.line == item.index?.durable)
    }

    @Test func rejectedAndVoidedSerialsAreKnown() async throws {
        let index = try followed(try makeJournal())
        let rejected = try await index.item(.unit(gtin: nil, serial: "S003"))
        #expect(rejected.state == "in doubt")
        #expect(rejected.history.last?.detail == "wrong-lot, track 3")
        #expect(try await index.item(.unit(gtin: nil, serial: "S004")).state == "voided")
    }

    @Test func traceGoesUpAndDown() async throws {
        let index = try followed(try makeJournal())
        let unit = try await index.trace(.unit(gtin: nil, serial: "S002"))
        #expect(unit.parents.map(\.code) == [Self.case1, Self.pallet])
        let pallet = try await index.trace(.container(Self.pallet))
        #expect(pallet.item?.count == 1)
        #expect(pallet.children.map(\.code) == [Self.case1, "S001", "S002"])
        #expect(pallet.children.map(\.depth) == [1, 2, 2])
    }

    @Test func anUnknownItemIsNotFound() async throws {
        let index = try followed(try makeJournal())
        let fault = await #expect(throws: ControlFault.self) {
            _ = try await index.item(.unit(gtin: nil, serial: "NONE"))
        }
        #expect(fault?.code == "IDX-102" && fault?.status == 404)
    }

    @Test func reworkedItemsShowWhatBecameOfThem() async throws {
        var journal = try makeJournal()
        try write(
            [
                .itemRemoved(ItemRemoved(sscc: Self.pallet, item: Self.case1, reason: "r", actor: "a")),
                .itemRemoved(ItemRemoved(sscc: Self.case1, item: "S001", reason: "QC", actor: "a")),
                .unitEnded(
                    UnitEnded(batch: "B1", serial: "S001", end: "sampled", reason: "QC", actor: "a")),
            ], to: &journal)
        let index = try followed(journal)
        let sample = try await index.item(.unit(gtin: nil, serial: "S001"))
        #expect(sample.state == "sampled" && sample.parent.isEmpty)
        #expect(sample.history.last?.detail == "sampled: QC (a)")
        let back = ItemAdded(sscc: Self.pallet, item: Self.case1, reason: "r", actor: "a")
        try write([.itemAdded(back)], to: &journal)
        var reader = try JournalReader(
            storage: try FileStorage(journalPath, writable: false), from: try index.position())
        while try index.follow(&reader, upTo: journal.durable) > 0 {}
        #expect(try await index.item(.container(Self.case1)).parent == Self.pallet)
        try write(
            [
                .itemRemoved(ItemRemoved(sscc: Self.pallet, item: Self.case1, reason: "r", actor: "a")),
                .containerDissolved(ContainerDissolved(sscc: Self.case1, reason: "wet", actor: "a")),
            ], to: &journal)
        while try index.follow(&reader, upTo: journal.durable) > 0 {}
        #expect(try await index.item(.container(Self.case1)).state == "dissolved")
        let free = try await index.item(.unit(gtin: nil, serial: "S002"))
        #expect(free.parent.isEmpty)
        #expect(free.history.last?.detail == "out of \(Self.case1), which is dissolved: wet (a)")
    }

    /// What was not there when its case was read again is free, and its history says how.
    @Test func whatWasNotReadAgainSaysSo() async throws {
        var journal = try makeJournal()
        try write(
            [
                .contentReset(ContentReset(sscc: Self.case1, children: ["S002"], actor: "a"))
            ], to: &journal)
        let index = try followed(journal)
        let free = try await index.item(.unit(gtin: nil, serial: "S001"))
        #expect(free.parent.isEmpty)
        #expect(
            free.history.last?.detail == "out of \(Self.case1): not there when it was read again (a)")
        #expect(try await index.item(.unit(gtin: nil, serial: "S002")).parent == Self.case1)
    }

    @Test func removedItemsHaveNoParent() async throws {
        var journal = try makeJournal()
        try write(
            [
                .itemRemoved(ItemRemoved(sscc: Self.case1, item: "S001", reason: "torn", actor: "uid:a")),
                .labelSent(
                    LabelSent(sscc: Self.case1, copy: 2, count: 1, reason: "new count", actor: "uid:a")),
            ], to: &journal)
        let index = try followed(journal)
        #expect(try await index.item(.unit(gtin: nil, serial: "S001")).parent == "")
        let container = try await index.item(.container(Self.case1))
        #expect(container.count == 1 && container.state == "open" && container.labels == 2)
    }

    @Test func anIndexGoesOnWhereItStood() async throws {
        var journal = try makeJournal(Array(Self.story.prefix(6)))
        _ = try followed(journal)
        try write(Array(Self.story.dropFirst(6)), to: &journal)
        let index = try followed(journal)
        #expect(try index.position()?.line == journal.durable.line)
        #expect(try await index.item(.unit(gtin: nil, serial: "S001")).state == "commissioned")
    }

    @Test func anIndexOfAnotherJournalStartsEmpty() throws {
        let index = try followed(try makeJournal())
        #expect(try index.position() != nil)
        #expect(try makeIndex("two").position() == nil)
    }

    @Test func aDamagedDatabaseIsReplaced() throws {
        let path = directory.path + "/index.sqlite"
        try DurableFile.create(path, Array("this is no database, whatever its name says".utf8), mode: 0o600)
        #expect(try makeIndex().position() == nil)
    }

    /// Goal: an index that is no prefix of the journal is built again. Method: an index of one history, then
    /// a journal of the same name with a shorter, a longer and an equally long other history behind the
    /// follower.
    @Test(arguments: [3, 9, 12]) func anIndexThatIsNoPrefixIsRebuilt(count: Int) async throws {
        do {
            var journal = try makeJournal(Array(Self.story.prefix(9)))
            _ = try followed(journal)
            try journal.close()
        }
        for name in try FileStorage(journalPath, writable: true).names() {
            DurableFile.remove("\(journalPath)/\(name)")
        }
        var other = Array(Self.story.prefix(count))
        other[1] = .lineStopped(LineStopped(reason: "another history"))
        other[2] = .lineStopped(LineStopped(reason: "another history"))
        let journal = try makeJournal(
            other.filter { $0.kindWord == "line.stopped" || $0.kindWord == "pool.added" }
                + [LineRecord](repeating: .lineStopped(LineStopped(reason: "x")), count: max(0, count - 3)))
        let index = try makeIndex()
        let follower = IndexFollower(index: index, board: board, directory: journalPath) { _ in }
        try follower.start()
        for _ in 0..<100 where try index.position() != journal.durable {
            try await Task.sleep(for: .milliseconds(50))
        }
        follower.stop()
        let closed = try makeIndex()
        #expect(closed.dropped == nil)
        #expect(try closed.position() == journal.durable)
        await #expect(throws: ControlFault.self) {
            _ = try await closed.item(.unit(gtin: nil, serial: "S001"))
        }
    }
}
