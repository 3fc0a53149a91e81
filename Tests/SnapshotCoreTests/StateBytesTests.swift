import Simulator
import Testing

@testable import LineCore

/// Goal: a state is what it was after its bytes were read back, equal states have equal bytes, and no bytes
/// trap. Method: states along a history of several batches, with files and with ranges; bytes altered, cut
/// and made longer at random; what is still read takes further records.
@Suite struct StateBytesTests {
    static func history(isImported: Bool, hasPayload: Bool = true, seed: UInt64 = 1) -> LineHistory {
        var plan = LineHistory.Plan()
        plan.openUnits = 150
        plan.closedUnits = 60
        plan.recordsBefore = 200
        plan.unitsPerCase = 5
        plan.casesPerPallet = 3
        plan.isImported = isImported
        plan.hasPayload = hasPayload
        plan.seed = seed
        return LineHistory(plan)
    }

    /// Folds the next decision; `false` at the end.
    static func step(_ history: inout LineHistory, _ state: inout LineState) throws -> Bool {
        guard let decision = history.next() else { return false }
        if let file = history.newFile { state.supply(file.table, sha256: file.sha256) }
        for body in decision {
            if let (record, _) = try LineRecord.decode(body) { try state.apply(record) }
        }
        return true
    }

    @Test(arguments: [true, false]) func statesAreReadAsWritten(isImported: Bool) throws {
        var history = Self.history(isImported: isImported)
        var state = LineState()
        var compared = 0
        repeat {
            let bytes = state.encoded()
            let read = try LineState.decode(bytes, 0..<bytes.count)
            #expect(read == state)
            #expect(read.encoded() == bytes)
            compared += 1
        } while try Self.step(&history, &state)
        #expect(compared > 400)
        // Pools of closed batches have left memory, the last is in it.
        #expect(state.unitPools.map(\.rests) == state.batches.map { $0.state == .closed })
        #expect(state.unitPools.filter(\.rests).allSatisfy { ($0.storedFile != nil) == isImported })
        #expect(state.batches.count > 2 && !state.containers.isEmpty && state.containers.startIndex > 0)
    }

    @Test func equalStatesHaveEqualBytes() throws {
        var (first, second) = (Self.history(isImported: true), Self.history(isImported: true))
        var (one, other) = (LineState(), LineState())
        while try Self.step(&first, &one) {}
        // The second state goes through its bytes on the way.
        while try Self.step(&second, &other) {
            let bytes = other.encoded()
            other = try LineState.decode(bytes, 0..<bytes.count)
        }
        #expect(one == other)
        #expect(one.encoded() == other.encoded())
    }

    @Test(arguments: [true, false]) func noBytesTrap(isImported: Bool) throws {
        var history = Self.history(isImported: isImported)
        var state = LineState()
        for _ in 0..<350 { _ = try Self.step(&history, &state) }
        let bytes = state.encoded()
        var random = DiskRandom(seed: 7)
        var (refused, taken) = (0, 0)
        for _ in 0..<4_000 {
            var altered = bytes
            switch random.below(4) {
            case 0: altered.removeLast(1 + random.below(altered.count - 1))
            case 1: altered.insert(UInt8(random.below(256)), at: random.below(altered.count))
            default:
                for _ in 0...random.below(3) {
                    altered[random.below(altered.count)] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
                }
            }
            do {
                var read = try LineState.decode(altered, 0..<altered.count)
                taken += 1
                var rest = history
                while (try? Self.step(&rest, &read)) == true {}
                _ = read.encoded()
            } catch {
                refused += 1
            }
        }
        #expect(refused > 2_000 && taken > 50)
    }

    /// Goal: no check of the reader can go unnoticed. Method: one thing of a sound state is made wrong,
    /// written as any state, and must be refused for just that.
    @Test(arguments: [
        ("batch counts", "a batch counts other serials"), ("batch of serial", "a serial is of batch 9"),
        ("two cases", "a unit is not there or in two containers"),
        ("two pallets", "a case is not there or in two containers"),
        ("pallet of units", "a case is not there or in two containers"),
        ("one SSCC", "two containers have one SSCC"),
        ("transit", "a container is not there"), ("unproved", "a container is not there"),
        ("track", "a unit on the belt has no serial"), ("resting track", "a unit on the belt has no serial"),
        ("resting batch", "an open batch has no serials in memory"), ("awake store", "a pool has no serials"),
        ("sent", "a number is too large"), ("furthest", "a pool was seen further than it goes"),
        ("running", "a number is too large"), ("lane of track", "a unit is on no lane"),
        ("lane twice", "two lanes have one name"), ("lane of serials", "of a lane there is not"),
        ("lane of batch", "of a lane there is not"), ("state", "a serial has no state"),
        ("container's batch", "a container without"),
        ("pool of batch", "a batch without its pool"), ("serial twice", "a serial stands in a pool twice"),
    ])
    func whatContradictsItselfIsRefused(_ fault: (name: String, text: String)) throws {
        var history = Self.history(isImported: true)
        var state = LineState()
        while try Self.step(&history, &state) {}
        let (batch, pool) = (state.batches.count - 1, state.unitPools.count - 1)
        let cases = state.containers.indices.filter { state.containers[$0].level == .case }
        let pallets = state.containers.indices.filter { state.containers[$0].level == .pallet }
        let (first, second) = (cases[0], cases[1])
        switch fault.name {
        case "batch counts": state.batches[batch].serials[4] += 1
        case "batch of serial": state.unitPools[pool].batches[3] = 9
        case "two cases": state.containers[first].children.append(state.containers[second].children[0])
        case "two pallets":
            state.containers[pallets[0]].children.append(state.containers[pallets[1]].children[0])
        case "pallet of units": state.containers[pallets[0]].children[0] = UInt32(pallets[1])
        case "one SSCC":
            let old = state.containers[second]
            var double = Container(
                level: old.level, sscc: state.containers[first].sscc, batch: old.batch, station: old.station,
                children: old.children)
            double.parent = old.parent
            state.containers[second] = double
        case "transit": state.transit[0].append(state.containers.endIndex)
        case "unproved": state.unproved.append(state.containers.startIndex - 1)
        case "track":
            let behind = state.unitPools[pool].count
            state.openTracks.append(OpenTrack(track: 1, verified: behind, batch: batch, lane: 0))
        case "resting track":
            state.openTracks.append(OpenTrack(track: 1, verified: 0, batch: 0, lane: 0))
        case "resting batch": state.batches[0].state = .completed
        case "awake store": state.unitPools[pool].source = .stored(count: state.unitPools[pool].count)
        case "sent": state.unitPools[pool].nextUnsent = state.unitPools[pool].nextUnreserved + 1
        case "furthest":
            state.unitPools[pool].order = [LaneOrder(furthestSeen: state.unitPools[pool].count)]
        case "lane of track":
            state.openTracks.append(OpenTrack(track: 1, verified: nil, batch: batch, lane: 9))
        case "lane twice": state.lanes.append("")
        case "lane of serials": state.unitPools[pool].sentTo = [LaneRun(end: 1, lane: 7)]
        case "lane of batch": state.batches[batch].byLane = [UnitCounts](repeating: UnitCounts(), count: 9)
        case "running": state.running = state.batches.count
        case "state": state.unitPools[pool].states[0] = 14
        case "container's batch":
            let old = state.containers[first]
            state.containers[first] = Container(
                level: old.level, sscc: old.sscc, batch: 99, station: old.station, children: old.children)
        case "pool of batch":
            state.batches[batch] = Batch(
                order: state.batches[batch].order, pool: 99, code: state.batches[batch].code)
        case "serial twice":
            let table = try #require(
                SerialTable(texts: Array("AABBCC".utf8), lengths: [2, 2, 2]))
            state = LineState()
            state.unitPools = [
                UnitPool(name: "p", kind: .printed, gtin: "1", file: "f", market: "", source: .list(table))
            ]
            var bytes = state.encoded()
            let at = try #require((0..<bytes.count - 1).first { bytes[$0] == 0x42 && bytes[$0 + 1] == 0x42 })
            (bytes[at], bytes[at + 1]) = (0x41, 0x41)
            return Self.expectRefused(bytes, fault.text)
        default: Issue.record("nothing is made wrong")
        }
        Self.expectRefused(state.encoded(), fault.text)
    }

    private static func expectRefused(_ bytes: [UInt8], _ text: String) {
        do {
            _ = try LineState.decode(bytes, 0..<bytes.count)
            Issue.record("read without a word")
        } catch {
            #expect(error.text.contains(text), "\(error.text)")
        }
    }

    @Test func anotherVersionIsRefused() throws {
        var bytes = LineState().encoded()
        bytes[0] += 1
        #expect(throws: SnapshotFault.self) { try LineState.decode(bytes, 0..<bytes.count) }
    }

    @Test func tablesOfAnyLengthsAreReadAsWritten() throws {
        for serials in [["A"], ["A", "BB", "CCC"], ["", "A"], (0..<100).map { "S\($0)" }] {
            var table = SerialTable()
            for serial in serials where !table.append(serial.utf8) { Issue.record("\(serial) is refused") }
            let lengths = serials.map { UInt8($0.utf8.count) }
            let read = try #require(SerialTable(texts: table.texts, lengths: lengths))
            #expect(read == table)
            #expect(serials.allSatisfy { read.position(of: $0.utf8) == serials.firstIndex(of: $0) })
            #expect(read.position(of: "Z".utf8) == nil)
            var larger = read
            let (isAdded, isThere) = (larger.append("Z".utf8), !larger.append(serials[0].utf8))
            #expect(isAdded && isThere)
        }
        #expect(SerialTable(texts: Array("AABB".utf8), lengths: [1, 1, 2]) == nil)
        #expect(SerialTable(texts: Array("AB".utf8), lengths: [1]) == nil)
        #expect(SerialTable(texts: Array("AB".utf8), lengths: [1, 2]) == nil)
    }
}
