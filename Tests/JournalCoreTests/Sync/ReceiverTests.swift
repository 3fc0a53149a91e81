import JournalCore
import Simulator
import Testing

@Suite struct ReceiverTests {
    private typealias Reception = JournalReceiver.Reception

    private func refusal(_ reception: JournalReceiver.Reception) -> JournalError? {
        if case .refused(let error) = reception { error } else { nil }
    }

    /// The whole journal as one batch, and a hub that holds its first part, up to a checkpoint.
    private func begun() throws -> (fixture: Fixture, all: JournalBatch, hub: HubStore, ends: [Int]) {
        let fixture = try Fixture()
        var journal = try fixture.filled(60)
        try journal.close()
        let bytes = stream(fixture.disk)
        let ends = checkpointEnds(bytes)
        let all = JournalBatch(
            offset: 0, previous: try fixture.own(journal).position(at: 0)?.head ?? journal.durable.head,
            bytes: bytes)
        var hub = HubStore(line: fixture.identity.line)
        var first = all
        first.bytes = Array(bytes.prefix(ends[4]))
        #expect(try hub.take(first, token: .valid) != .nothingNew)
        #expect(journal.durable.segment > 2 && hub.receiver.position.bytes == UInt64(ends[4]))
        return (fixture, all, hub, ends)
    }

    /// Goal: however a journal is cut at its checkpoints, the hub ends with the same bytes and the same
    /// state.
    @Test func everyCutGivesTheSameBytes() throws {
        let (_, all, _, ends) = try begun()
        var whole = HubStore(line: "line-1")
        _ = try whole.take(all, token: .valid)
        #expect(whole.stream == all.bytes)
        for step in 1...5 {
            var hub = HubStore(line: "line-1")
            var from = 0
            var previous = all.previous
            for end in ends where end == ends.last || ends.firstIndex(of: end).map({ $0 % step == 0 }) == true
            {
                let batch = JournalBatch(
                    offset: UInt64(from), previous: previous, bytes: Array(all.bytes[from..<end]))
                let reception = try hub.take(batch, token: .valid)
                guard case .accepted(let addition) = reception else {
                    Issue.record("\(step): \(reception)")
                    return
                }
                #expect(addition.lines.upperBound == hub.receiver.position.line)
                #expect(addition.isEnrolment == (from == 0))
                previous = hub.receiver.position.head
                from = end
            }
            #expect(hub.receiver == whole.receiver && hub.stream == all.bytes && hub.records == whole.records)
        }
    }

    /// Goal: what is repeated is skipped when equal and refused when not, byte by byte, with its line.
    @Test func overlapIsCompared() throws {
        let (_, all, hub, ends) = try begun()
        for (index, end) in ends.enumerated() {
            var copy = hub
            var batch = all
            batch.bytes = Array(all.bytes.prefix(end))
            let reception = try copy.take(batch)
            if index <= 4 { #expect(reception == .nothingNew && copy == hub) }
            if index > 4 { #expect(copy.stream == batch.bytes) }
        }
        let held = Int(hub.receiver.position.bytes)
        for index in stride(from: 200, to: held, by: 37) {
            var copy = hub
            var batch = all
            batch.bytes[index] ^= 1
            let before = all.bytes[..<index]
            let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            // A newline altered changes where the line ends, not where it starts.
            #expect(
                try copy.take(batch)
                    == .conflict(
                        .init(
                            bytes: UInt64(start), line: UInt64(before.count { $0 == 0x0A } + 1), isFirst: true
                        )))
            #expect(copy == hub)
        }
    }

    /// Goal: a batch fits where the journal ends, or is answered by what it lacks.
    @Test func gapAndPreviousHead() throws {
        let (_, all, hub, ends) = try begun()
        var copy = hub
        let held = hub.receiver.position
        var next = JournalBatch(
            offset: held.bytes, previous: held.head, bytes: Array(all.bytes[ends[4]..<ends[6]]))
        next.offset += 1
        #expect(try copy.take(next) == .gap)
        next.offset = .max
        #expect(try copy.take(next) == .gap)
        next.offset = held.bytes
        next.previous = all.previous
        #expect(
            try copy.take(next)
                == .conflict(.init(bytes: held.bytes, line: held.line + 1, isFirst: false)))
        next.offset = held.bytes - 1
        #expect(refusal(try copy.take(next))?.code == .batchUnsigned)
        next.offset = UInt64(ends[3])
        #expect(
            try copy.take(next)
                == .conflict(
                    .init(
                        bytes: UInt64(ends[3]), line: held.line - UInt64(lines(all, ends[3], ends[4])) + 1,
                        isFirst: false)))
        #expect(copy == hub)
        var fresh = HubStore(line: "line-1")
        #expect(try fresh.take(next, token: .valid) == .gap)
    }

    private func lines(_ batch: JournalBatch, _ from: Int, _ to: Int) -> Int {
        batch.bytes[from..<to].count { $0 == 0x0A }
    }

    /// Goal: no altered byte is taken, and what is refused changes nothing. Method: every eighth byte of
    /// what is new, three ways.
    @Test func everyAlteredByteIsRefused() throws {
        let (_, all, hub, ends) = try begun()
        let held = hub.receiver.position
        let next = JournalBatch(
            offset: held.bytes, previous: held.head, bytes: Array(all.bytes[ends[4]..<ends[9]]))
        #expect(next.bytes.contains(Array("\"j\":\"head\"".utf8)))
        var codes: [JournalError.Code: Int] = [:]
        for index in stride(from: 0, to: next.bytes.count, by: 8) {
            var copy = hub
            var batch = next
            switch index % 3 {
            case 0: batch.bytes[index] ^= 1 << UInt8(index % 7)
            case 1: batch.bytes.remove(at: index)
            default: batch.bytes.insert(0x0A, at: index)
            }
            if batch == next { continue }
            let error = refusal(try copy.take(batch))
            #expect(error != nil, "byte \(index)")
            if let error { codes[error.code, default: 0] += 1 }
            #expect(copy == hub)
        }
        #expect((codes[.brokenChain] ?? 0) > 300, "\(codes)")
    }

    /// Goal: each refusal by its code, with a place where there is one.
    @Test func refusals() throws {
        let (fixture, all, hub, ends) = try begun()
        var copy = hub
        let held = hub.receiver.position
        func next(_ end: Int) -> JournalBatch {
            JournalBatch(
                offset: held.bytes, previous: held.head, bytes: Array(all.bytes[Int(held.bytes)..<end]))
        }
        #expect(refusal(try copy.take(next(ends[5] + 170)))?.code == .batchUnsigned, "inside a line")
        let codes = try (ends[4]..<(ends[5] - 1)).filter { all.bytes[$0] == 0x0A }.map {
            refusal(try copy.take(next($0 + 1)))?.code
        }
        #expect(codes.contains(.batchUnsigned), "behind a group")
        #expect(codes.allSatisfy { $0 == .batchUnsigned || $0 == .brokenChain }, "inside one")
        #expect(refusal(try copy.take(next(Int(held.bytes))))?.code == .batchUnsigned, "empty")
        var large = next(ends[5])
        large.bytes = [UInt8](repeating: 0x0A, count: JournalBatch.maxBytes + 1)
        #expect(refusal(try copy.take(large))?.code == .batchTooLarge)

        var hand = HandWriter(line: "", id: "", key: "")
        hand.state = held.head.bytes
        var forged = next(ends[5])
        let signature = Base64URL.text([UInt8](repeating: 9, count: 64))
        forged.bytes = Array(
            (hand.line("{\"j\":\"sign\",\"n\":\(held.line),\"h\":\"\(held.head)\",\"s\":\"\(signature)\"")
                + "\n")
                .utf8)
        let unsigned = refusal(try copy.take(forged))
        #expect(unsigned?.code == .badSignature && unsigned?.place?.line == held.line + 1)
        #expect(unsigned?.exitStatus == 65)

        let broken = refusal(
            try copy.take(
                {
                    var batch = next(ends[5])
                    batch.bytes[3] ^= 1
                    return batch
                }()))
        #expect(broken?.code == .brokenChain && broken?.place?.line == held.line + 1)
        #expect(broken?.place?.offset == held.offset && broken?.place?.segment == held.segment)
        #expect(copy == hub)
        _ = fixture
    }

    /// Goal: a key is pinned by a good token once, and nothing else puts a journal in its place.
    @Test func enrolment() throws {
        let (fixture, all, hub, _) = try begun()
        var fresh = HubStore(line: "line-1")
        #expect(fresh.head() == HubHead(generation: 1))
        let codes: [(EnrolmentToken, JournalError.Code)] = [
            (.missing, .unknownLine), (.unknown, .wrongToken), (.used, .usedToken),
        ]
        for (token, code) in codes {
            let error = refusal(try fresh.take(all, token: token))
            #expect(error?.code == code && error?.exitStatus == 77)
        }
        var otherLine = HubStore(line: "line-2")
        #expect(refusal(try otherLine.take(all, token: .valid))?.code == .otherJournal)
        #expect(otherLine == HubStore(line: "line-2"))
        _ = try fresh.take(all, token: .valid)
        #expect(fresh.isTokenUsed && fresh.receiver.identity == fixture.identity)
        #expect(fresh.head().held?.bytes == UInt64(all.bytes.count))

        // The same line begins anew: with its own key and another number, and with another key.
        for seed in [7, 8] as [UInt8] {
            let disk = SimulatedDisk()
            let signer = try #require(JournalSigner(seed: [UInt8](repeating: seed, count: 32)))
            let identity = try #require(
                JournalIdentity(
                    line: "line-1", randomID: [UInt8](repeating: seed, count: 16), publicKey: signer.publicKey
                ))
            var journal = try Journal.create(
                storage: disk, identity: identity, signer: signer, limits: Fixture.smallLimits)
            try journal.close()
            let sender = JournalSender(identity: identity)
            let own = OwnJournal(storage: disk, identity: identity, end: journal.durable)
            guard
                case .enrol(let batch) = try sender.step(
                    hub: HubHead(), journal: own, sendable: journal.durable, hasAppended: false)
            else {
                Issue.record("nothing to enrol with")
                return
            }
            var copy = hub
            for token in EnrolmentToken.allCases {
                #expect(refusal(try copy.take(batch, token: token))?.code == .otherJournal)
            }
            #expect(copy == hub)
            guard
                case .fork(let error) = try sender.step(
                    hub: hub.head(), journal: own, sendable: journal.durable, hasAppended: false)
            else {
                Issue.record("not seen by the line")
                return
            }
            #expect(error.code == .otherJournal && error.detail.contains("this line's key") == (seed == 7))
        }
    }

    /// Goal: a newer format is refused by its own code.
    @Test func newerVersion() throws {
        let (_, all, _, _) = try begun()
        var batch = all
        batch.bytes[16] = 0x32
        var fresh = HubStore(line: "line-1")
        #expect(refusal(try fresh.take(batch, token: .valid))?.code == .unknownVersion)
    }
}
