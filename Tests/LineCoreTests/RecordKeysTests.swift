import JSONText
import Testing

@testable import LineCore

/// Goal: what is written is what is read back. Method: records with every field filled, through their bytes,
/// as the journal hands them out (without its own members) and as they stand in the file (with them).
@Suite struct RecordKeysTests {
    private static var order: Order {
        var order = Order()
        order.batch = "B1"
        order.gtin = "09506000134352"
        order.product = "Testol"
        order.lot = "LOT1"
        order.expiry = "271231"
        order.quantity = 10
        order.packing[.case] = 5
        order.packing[.pallet] = 2
        (order.packing[.bundle], order.packing[.shipper]) = (3, 4)
        order.unitPool = "units"
        order.ssccPool = "boxes"
        order.jobs = [DeviceJob(device: "camera", job: "A 1"), DeviceJob(device: "coder", job: "B")]
        return order
    }

    private static var product: Product {
        var product = ProductTests.product
        for level in PackLevel.allCases {
            (product.packing[level], product.labels[level]) = (level.index + 2, "label-\(level)")
            product.weights[level] = WeightRange(text: "\(level.index + 1).5..\(level.index + 2)")
        }
        return product
    }

    static let records: [LineRecord] = [
        .lineStarted(LineStarted(clean: true, boot: "b", version: "1", configuration: "c")),
        .lineStopped(LineStopped(reason: "r")),
        .poolAdded(
            PoolAdded(
                pool: "p", kind: "printed", key: "k", file: "f", prefix: "x", first: 7, count: 3, width: 4,
                alphabet: "AB", actor: "a")),
        .batchOpened(
            BatchOpened(
                order: order, actor: "a", awaitsRelease: true, productVersion: 3,
                labels: [
                    LabelUse(level: .case, name: "carton", version: 2),
                    LabelUse(level: .pallet, name: "p", version: 1),
                ], weights: product.weights)),
        .productDefined(ProductDefined(product: product, version: 3, actor: "a")),
        .labelDefined(
            LabelDefined(name: "carton", version: 2, sha256: "f", text: "^XA\n^XZ\"\\", actor: "a")),
        .batchHeld(BatchHeld(reason: "LINE-100", station: "s", detail: "d", immediate: true, actor: "a")),
        .remainderListed(RemainderListed(batch: "B1", serials: ["S1", "S2"])),
        .batchClosed(
            BatchClosed(
                batch: "B1", actor: "a", reason: "r", deviation: "D1", remainder: ["S1", "S2"], orphans: 3,
                open: ["none", "two"])),
        .orphansListed(OrphansListed(batch: "B1", serials: ["S1"], ssccs: ["1", "2"])),
        .serialsReserved(SerialRange(pool: "p", first: 1, count: 2)),
        .unitSent(UnitSent(serials: ["S1", "S2"])),
        .unitVerified(UnitVerified(track: 9, serial: "S1")),
        .unitRejected(UnitRejected(track: 9, reason: "no-read", serial: "S1")),
        .unitsPassed(Tracks(tracks: [1, 2])),
        .inDoubtScrapped(InDoubtScrapped(batch: "B1", serials: ["S1"], reason: "r", actor: "a")),
        .collated(
            Collated(
                level: .pallet, sscc: "1", batch: "B1", station: "s", children: ["2", "3"], actor: "o",
                packer: "p")),
        .unitLinked(UnitLinked(batch: "B1", serial: "S1", helper: "H1")),
        .containerOpened(ContainerOpened(level: .shipper, sscc: "1", batch: "B1", station: "s")),
        .labelSent(LabelSent(sscc: "1", copy: 2, count: 5, reason: "r", actor: "a", pieces: 2, old: "read")),
        .labelsDoubted(LabelsDoubted(ssccs: ["1", "2"], diverted: true)),
        .containerClosed(ContainerClosed(level: .case, sscc: "1", proved: true, milligrams: 1_250_500)),
        .contentReset(ContentReset(sscc: "1", children: ["2"], actor: "a")),
        .itemRemoved(ItemRemoved(sscc: "1", item: "2", reason: "r", actor: "a")),
        .itemAdded(ItemAdded(sscc: "1", item: "2", reason: "r", actor: "a")),
        .containerDissolved(ContainerDissolved(sscc: "1", reason: "r", actor: "a")),
        .itemShipped(ItemShipped(sscc: "1", reference: "x", actor: "a")),
        .rejectRecovered(
            RejectRecovered(batch: "B1", serial: "S1", end: "destroyed", reason: "r", actor: "a")),
        .rejectsCounted(RejectsCounted(batch: "B1", count: 7, takenBack: 2, reason: "r", actor: "a")),
        .unitTakenOut(UnitTakenOut(batch: "B1", serial: "S1", reason: "r", actor: "a")),
        .unitBroughtBack(UnitBroughtBack(batch: "B1", serial: "S1", actor: "a")),
        .unitEnded(
            UnitEnded(batch: "B1", serial: "S1", end: "label-sampled", reason: "r", actor: "a")),
        .alarmRaised(AlarmRaised(alarm: "DEV-201", station: "s", detail: "d")),
        .alarmAcknowledged(AlarmNamed(alarm: "DEV-201", station: "s", actor: "a")),
        .batchReleased(BatchReleased(batch: "B1", actor: "a")),
        .operatorSignedOn(OperatorSignedOn(actor: "a", role: .quality, terminal: "t", failed: 2)),
        .operatorSignedOff(OperatorSignedOff(actor: "a", terminal: "t", reason: "idle")),
        .operatorLocked(OperatorLocked(actor: "a", terminal: "t", tries: 5, minutes: 15)),
        .operatorAdded(OperatorAdded(person: "p", role: .admin, until: "2027-12-31", actor: "a")),
        .operatorChanged(OperatorChanged(person: "p", change: "reset", reason: "r", actor: "a")),
        .actSigned(
            ActSigned(
                actor: "a", role: .supervisor, meaning: "performed by", act: "close a batch", subject: "B1",
                terminal: "t")),
        .shiftHandedOver(
            ShiftHandedOver(
                actor: "a", successor: "b", terminal: "t", note: "n", batch: "B1", state: "held", tracked: 1,
                passed: 2, rejected: 3, binned: 4, stations: ["s"], unread: ["1"], alarms: ["DEV-201 x"])),
        .journalAccepted(
            JournalAccepted(after: 7, lines: 3, head: "h", reason: "r", actor: "a", account: "uid:u")),
        .snapshotWritten(SnapshotWritten(line: 7, head: "h", sha256: "f")),
        .batchStarted(BatchStarted(batch: "B1", actor: "a", setUp: true)),
        .batchResumed(BatchResumed(actor: "a")), .batchEnding(BatchEnding(actor: "a", suspends: true)),
        .batchCompleted(BatchCompleted(batch: "B1")),
        .serialsVoided(SerialRange(pool: "p", first: 1, count: 2)),
        .serialsReturned(SerialRange(pool: "p", first: 1, count: 2)),
        .serialsKilled(SerialRange(pool: "p", first: 1, count: 2)),
        .unitDiverted(UnitRejected(track: 9, reason: "late", serial: "")),
        .unitsCleared(Tracks(tracks: [1])), .rejectConfirmed(Tracks(tracks: [1])),
        .collated(Collated(level: .case, sscc: "1", batch: "B1", station: "s", children: ["2"])),
        .containerClosed(ContainerClosed(level: .pallet, sscc: "1", proved: true)),
        .collated(Collated(level: .bundle, sscc: "1", batch: "B1", station: "s", children: ["2"])),
        .collated(Collated(level: .shipper, sscc: "1", batch: "B1", station: "s", children: ["2"])),
        .containerClosed(ContainerClosed(level: .bundle, sscc: "1")),
        .containerClosed(ContainerClosed(level: .shipper, sscc: "1")),
        .alarmReturned(AlarmNamed(alarm: "DEV-201", station: "s")),
        .setUpEnded(SetUpEnded(batch: "B1")),
        .firstArticleShown(FirstArticleShown(batch: "B1", track: 9, serial: "S1")),
        .firstArticleJudged(
            FirstArticleJudged(
                batch: "B1", serial: "S1", approved: true, reason: "r", actor: "a", second: "b")),
        .challengeJudged(
            ChallengeJudged(
                batch: "B1", challenge: "wrong", track: 9, reason: "wrong-lot", withstood: true, actor: "a")),
        .challengesDue(ChallengesDue(batch: "B1")), .batchSuspended(BatchSuspended(batch: "B1")),
        .containerParked(ContainerParked(batch: "B1", station: "s", items: ["S1", "S2"])),
        .lineCleared(
            LineCleared(batch: "B1", points: ["p", "q"], rejects: 3, found: 2, actor: "a", second: "b")),
        .jobLoaded(JobLoaded(batch: "B1", device: "coder", job: "B")),
        .jobRefused(JobRefused(batch: "B1", device: "coder", job: "B", found: "C", reason: "r")),
        .packingOverridden(
            PackingOverridden(batch: "B1", station: "s", byHand: true, reason: "r", actor: "a")),
        .handCounted(HandCounted(batch: "B1", what: "good", count: 3, known: 4, actor: "a")),
    ]

    @Test func everyKindIsAmongThem() {
        #expect(Set(Self.records.map(\.kind)) == Set(RecordKind.allCases))
    }

    @Test(arguments: records) func recordsAreReadAsWritten(_ record: LineRecord) throws {
        let bytes = record.encoded(wallMilliseconds: 1_763_692_801_123)
        let plain = try #require(try LineRecord.decode(bytes))
        #expect(plain.record == record)
        #expect(plain.wallMilliseconds == 1_763_692_801_123)
        let inFile = bytes.dropLast() + Array(",\"m\":1,\"g\":[3,2],\"c\":\"abcdefgh\"}".utf8)
        #expect(try LineRecord.decode(inFile)?.record == record)
    }

    @Test(arguments: records) func noFieldTakesANameOfTheJournal(_ record: LineRecord) throws {
        let members = try JSONValue.parse(record.encoded(wallMilliseconds: 0)).object ?? []
        let names = members.map(\.key)
        #expect(names.allSatisfy { !["j", "m", "g", "c"].contains($0) }, "\(names)")
    }
}
