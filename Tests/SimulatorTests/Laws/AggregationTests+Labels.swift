import Testing

@testable import LineCore
import Simulator

/// Labels that cannot be read, and several on a container.
extension AggregationTests {
    /// Two cases in transit; the label of the first cannot be read.
    private static func diverting(_ most: Int = 2, read: ReadResult = .noRead) -> (LineRig, [String]) {
        var rig = rig(unitsPerCase: 2) { $0.divertsInRow = most }
        for number in 1...4 {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", unit(number)))
        }
        rig.give(.read(device: "scanner", read))
        return (rig, rig.labels.map(\.sscc))
    }

    /// Goal: a case whose label cannot be read leaves the line, and the next one closes in its order. It
    /// comes back only proved.
    @Test(arguments: [ReadResult.noRead, .code(Array("]C100395060".utf8)), .broken])
    func aBadLabelIsDiverted(_ read: ReadResult) throws {
        var (rig, ssccs) = Self.diverting(read: read)
        #expect(ssccs.count == 2 && rig.stop == nil, "\(rig.why)")
        #expect(rig.feedback == false, "the reader's output turns the divert")
        #expect(rig.line.status.packing[0].unproved == [ssccs[0]])
        #expect(rig.line.state.alarms.map(\.code) == ["LBL-201"])
        rig.give(.read(device: "scanner", LineRig.label(ssccs[1])))
        #expect(rig.stop == nil && rig.line.state.containers[1].closed, "\(rig.why)")
        // Its label alone proves nothing, wherever it is read.
        rig.now += 1_000_000_000
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        #expect(!rig.line.state.containers[0].closed && rig.stop == nil)
        rig.seen()
        rig.now += 31_000_000_000
        rig.give(.read(device: "handheld", Self.unit(1)))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[0])))
        #expect(rig.line.state.containers[0].closed && rig.line.status.packing[0].unproved.isEmpty)
        rig.scan()
        #expect(rig.line.state.alarms.allSatisfy { $0.state == .returned })
        #expect(try ReworkTests.isFold(rig))
    }

    /// Goal: a printer without ribbon does not send the whole batch aside.
    @Test func afterSoManyInARowTheFeedStops() {
        var (rig, ssccs) = Self.diverting(1)
        rig.give(.read(device: "scanner", .noRead))
        #expect(rig.stop == .labelUnread)
        rig.ask(.resume)
        rig.give(.read(device: "handheld", Self.unit(3)))
        rig.give(.read(device: "handheld", LineRig.label(ssccs[1])))
        #expect(rig.line.state.containers[1].closed, "\(rig.why)")
        for number in 5...6 {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", Self.unit(number)))
        }
        rig.give(.read(device: "scanner", .noRead))
        #expect(rig.stop == nil, "one that was read begins the count anew")
        #expect(rig.line.state.containers[2].isDiverted)
    }

    /// The last label of a roll is spoiled and comes out once more from the next: the case behind carries it.
    @Test func aLabelOfADivertedCaseOnTheNextOneStopsTheLine() {
        var (rig, ssccs) = Self.diverting()
        #expect(rig.stop == nil && rig.line.state.containers[0].isDiverted)
        rig.now += 1_000_000_000
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(rig.stop == .labelMismatch && rig.why.contains(ssccs[0]), "\(rig.why)")
        #expect(rig.line.status.packing[0].unproved.count == 2, "the one behind is to be proved as well")
    }

    /// The same where nothing is diverted: what nobody read is closed by no read of a label alone.
    @Test func aSpoiledLabelOnTheNextCaseClosesNothing() {
        var (rig, ssccs) = Self.diverting(0)
        #expect(rig.stop == .labelUnread && rig.why.contains(ssccs[0]))
        rig.ask(.resume)
        rig.now += 1_000_000_000
        rig.give(.read(device: "scanner", LineRig.label(ssccs[0])))
        #expect(rig.stop == .labelUnproved && rig.line.state.containers.allSatisfy { !$0.closed })
        #expect(rig.line.status.packing[0].unproved.count == 2)
    }

    @Test func nobodyDivertsWhatIsInAHand() {
        var (rig, _) = Self.diverting()
        rig.give(.read(device: "handheld", .noRead))
        #expect(rig.stop == .labelUnread)
    }

    @Test func aBatchWithADivertedCaseStaysOpen() throws {
        var (rig, ssccs) = Self.diverting()
        rig.give(.read(device: "scanner", LineRig.label(ssccs[1])))
        rig.complete()
        #expect(rig.refusal(.closeBatch("B1", reason: "r", deviation: "D")) == "BATCH-142", "the open pallet")
        rig.crash()
        rig.start()
        #expect(rig.line.state.containers[0].isDiverted)
        #expect(rig.refusal(.closeBatch("B1", reason: "r", deviation: "D")) == "BATCH-143")
        #expect(rig.refusal(.dissolve(sscc: ssccs[0], reason: "crushed")) == nil)
        rig.scan()
        #expect(rig.line.state.alarms.allSatisfy { $0.state == .returned })
        #expect(try ReworkTests.isFold(rig))
    }

    /// A line that labels each case on two sides, with a reader for each.
    private static func twoLabels() -> (LineRig, [String]) {
        var rig = rig(unitsPerCase: 2) {
            $0.labels = 2
            $0.labelReaders = ["scanner", "side-scanner", "handheld"]
        }
        for number in 1...4 {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", unit(number)))
        }
        return (rig, rig.labels.map(\.sscc))
    }

    /// Goal: each label of a case is printed, and the case is closed when each was read, by its own reader.
    @Test func everyLabelOfACaseIsRead() throws {
        var (rig, labels) = Self.twoLabels()
        #expect(labels.count == 4 && labels[0] == labels[1] && labels[2] == labels[3])
        #expect(Set(rig.labels.map(\.job)).count == 4)
        rig.give(.read(device: "scanner", LineRig.label(labels[0])))
        rig.now += 1_000_000_000
        rig.give(.read(device: "scanner", LineRig.label(labels[2])))
        #expect(rig.stop == nil, "the next case may come before the first reader: \(rig.why)")
        #expect(rig.line.state.containers.allSatisfy { !$0.closed })
        rig.give(.read(device: "side-scanner", LineRig.label(labels[0])))
        #expect(rig.line.state.containers[0].closed && !rig.line.state.containers[1].closed)
        rig.now += 1_000_000_000
        rig.give(.read(device: "side-scanner", LineRig.label(labels[2])))
        #expect(rig.line.state.containers[1].closed)
        #expect(try ReworkTests.isFold(rig))
    }

    /// The second label of the wrong case is found on its side.
    @Test func aWrongSecondLabelStopsTheLine() {
        var (rig, labels) = Self.twoLabels()
        rig.give(.read(device: "scanner", LineRig.label(labels[0])))
        rig.give(.read(device: "side-scanner", LineRig.label(labels[2])))
        #expect(rig.stop == .labelMismatch)
        // Both are proved by an item and both labels.
        rig.ask(.resume)
        for (first, sscc) in [(1, labels[0]), (3, labels[2])] {
            rig.now += 31_000_000_000
            rig.give(.read(device: "handheld", Self.unit(first)))
            rig.give(.read(device: "handheld", LineRig.label(sscc)))
            let index = rig.line.state.containers.number(of: sscc) ?? 0
            #expect(!rig.line.state.containers[index].closed, "one of two")
            rig.give(.read(device: "handheld", LineRig.label(sscc)))
            #expect(!rig.line.state.containers[index].closed, "the trigger pulled twice")
            rig.now += 1_100_000_000
            rig.give(.read(device: "handheld", LineRig.label(sscc)))
            #expect(rig.line.state.containers[index].closed, "\(rig.line.status.reads)")
        }
    }

    /// A person reads the labels of a case one right after another: nothing tells which side a label was on,
    /// so a wrong one in between, or anything else, begins them anew.
    @Test func labelsReadByHandAreReadInARow() throws {
        var (rig, labels) = Self.twoLabels()
        rig.give(.read(device: "scanner", LineRig.label(labels[0])))
        rig.give(.read(device: "side-scanner", LineRig.label(labels[2])))
        rig.ask(.resume)
        rig.now += 31_000_000_000
        let ok = ReadResult.code(Array("]C0SR/OK".utf8))
        // One side of the first case carries the label of the second.
        for _ in 1...2 {
            rig.give(.read(device: "handheld", Self.unit(1)))
            rig.give(.read(device: "handheld", LineRig.label(labels[0])))
            rig.now += 1_100_000_000
            rig.give(.read(device: "handheld", LineRig.label(labels[2])))
            #expect(rig.why.contains("an item of \(labels[0]) lies under the label of \(labels[2])"))
            rig.give(.read(device: "handheld", ok))
            rig.now += 1_100_000_000
        }
        #expect(rig.line.state.containers.allSatisfy { !$0.closed })
        // An item read between two labels.
        for _ in 1...2 {
            rig.give(.read(device: "handheld", Self.unit(1)))
            rig.give(.read(device: "handheld", LineRig.label(labels[0])))
            rig.now += 1_100_000_000
        }
        #expect(!rig.line.state.containers[0].closed, "\(rig.line.status.reads)")
        rig.give(.read(device: "handheld", LineRig.label(labels[0])))
        #expect(rig.line.state.containers[0].closed, "\(rig.line.status.reads)")
        #expect(try ReworkTests.isFold(rig))
    }

    /// One reader of two read nothing, then the other label of that case is seen on the next one: no two
    /// reads of two containers close one.
    @Test func twoContainersDoNotCloseOne() throws {
        var (rig, labels) = Self.twoLabels()
        rig.give(.read(device: "scanner", .noRead))
        #expect(rig.stop == .labelUnread && rig.why.contains(labels[0]))
        rig.give(.read(device: "side-scanner", LineRig.label(labels[0])))
        rig.now += 500_000_000
        rig.give(.read(device: "scanner", LineRig.label(labels[0])))
        #expect(rig.line.state.containers.allSatisfy { !$0.closed })
        rig.give(.read(device: "side-scanner", LineRig.label(labels[2])))
        #expect(rig.line.state.containers.allSatisfy { !$0.closed })
        rig.ask(.resume)
        for (unit, sscc) in [(1, labels[0]), (3, labels[2])] {
            rig.now += 31_000_000_000
            rig.give(.read(device: "handheld", Self.unit(unit)))
            rig.give(.read(device: "handheld", LineRig.label(sscc)))
            rig.now += 1_100_000_000
            rig.give(.read(device: "handheld", LineRig.label(sscc)))
        }
        #expect(rig.line.state.containers.prefix(2).allSatisfy { $0.closed })
        #expect(try ReworkTests.isFold(rig))
    }
}
