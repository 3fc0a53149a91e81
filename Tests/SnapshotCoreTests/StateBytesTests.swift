import Simulator
import Testing

@testable import LineCore

/// Goal: a state is what it was after its bytes were read back, equal states have equal bytes, and no bytes
/// trap. Method: states along a history of several batches, with files and with ranges; bytes altered, cut
/// and made longer at random; what is still read takes further records.
@Suite struct StateBytesTests {
    static func history(isImported: Bool, seed: UInt64 = 1) -> LineHistory {
        var plan = LineHistory.Plan()
        plan.openUnits = 150
        plan.closedUnits = 60
        plan.recordsBefore = 200
        plan.unitsPerCase = 5
        plan.casesPerPallet = 3
        plan.isImported = isImported
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
