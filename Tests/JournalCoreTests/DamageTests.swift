import JournalCore
import Simulator
import Testing

@Suite struct DamageTests {
    private static let first = JournalFormat.segmentName(1)

    /// A closed journal of one segment with four checkpoints and seven groups.
    private func closed() throws -> (Fixture, JournalHead) {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 64 << 10
        var journal = try fixture.create()
        for turn in 0..<7 {
            try journal.append([body(turn, filler: 5)])
            if turn % 3 == 1 { try journal.append([body(turn, filler: 3), body(turn + 100, filler: 1)]) }
            try journal.commit(at: 0)
            if turn % 3 == 2 { try journal.checkpoint() }
        }
        try journal.close()
        return (fixture, journal.durable.head)
    }

    /// What a start says: the code of its refusal, or `nil` when it opens.
    private func startCode(_ fixture: Fixture) -> JournalError.Code? {
        do {
            _ = try fixture.open()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    /// Goal: any altered byte is found. Method: every byte of a signed journal, one bit at a time, against
    /// the verifier with the head; and against a start, which may only open if the byte lies in the last
    /// group.
    @Test func everyFlippedByteIsFound() throws {
        let (fixture, head) = try closed()
        let sound = fixture.disk.state
        let text = try fixture.text()
        let lastLine = text.utf8.count - (text.split(separator: "\n").last?.utf8.count ?? 0)
        for index in 0..<(text.utf8.count + 3) {
            let disk = SimulatedDisk(sound)
            var flipped = fixture
            flipped = try Fixture(disk)
            flipped.limits = fixture.limits
            disk.tamper(Self.first) { $0[index] ^= 1 << UInt8(index % 7) }
            let report = try? flipped.verify(head: head)
            if index <= text.utf8.count {
                #expect(
                    report?.verdict == .damaged || report?.verdict == .notTheOne || report == nil, "\(index)")
            } else {
                #expect(report?.verdict == .tornTail, "padding at \(index)")
            }
            guard index < lastLine, index % 3 == 0 || index > lastLine - 20 else { continue }
            #expect(startCode(flipped) != nil, "byte \(index) of \(lastLine)")
        }
    }

    /// Goal: lines taken out, put in, doubled or exchanged are found wherever they stand.
    @Test func linesMovedAreFound() throws {
        let (fixture, _) = try closed()
        let sound = fixture.disk.state
        let lines = try fixture.text().split(separator: "\n").map(String.init)
        for index in 0..<(lines.count - 1) {
            var variants: [[String]] = []
            variants.append(lines.enumerated().filter { $0.offset != index }.map(\.element))
            var doubled = lines
            doubled.insert(lines[index], at: index)
            variants.append(doubled)
            var exchanged = lines
            exchanged.swapAt(index, index + 1)
            variants.append(exchanged)
            var spaced = lines
            spaced.insert("", at: index + 1)
            variants.append(spaced)
            for variant in variants {
                let disk = SimulatedDisk(sound)
                var changed = try Fixture(disk)
                changed.limits = fixture.limits
                let bytes = Array((variant.joined(separator: "\n") + "\n").utf8)
                disk.tamper(Self.first) { $0.replaceSubrange(0..<bytes.count, with: bytes) }
                #expect(startCode(changed) != nil, "around line \(index + 1)")
                #expect((try? changed.verify())?.verdict ?? .damaged == .damaged, "around line \(index + 1)")
            }
        }
    }

    /// Goal: the message names segment, line and byte of the damage.
    @Test func theFirstPlaceIsNamed() throws {
        let (fixture, _) = try closed()
        let lines = try fixture.text().split(separator: "\n")
        let offset = lines.prefix(4).reduce(0) { $0 + $1.utf8.count + 1 }
        fixture.disk.tamper(Self.first) { $0[offset + 10] ^= 1 }
        let report = try fixture.verify()
        #expect(report.damage?.place == JournalPlace(segment: 1, line: 5, offset: offset))
        #expect(report.lastSigned?.line == 2)
        #expect(report.summary.contains("0000000001.jsonl, line 5 of the journal, byte \(offset)"))
        let error = #expect(throws: JournalError.self) { try fixture.open() }
        #expect(error?.place == report.damage?.place)
        #expect(error?.exitStatus == 65)
    }

    /// Goal: an end taken away is found with the head, and only with it.
    @Test func truncationNeedsTheHead() throws {
        let (fixture, head) = try closed()
        let lines = try fixture.text().split(separator: "\n")
        let checkpoints = lines.indices.filter { lines[$0].hasPrefix("{\"j\":\"sign\"") }
        let kept = lines[...checkpoints[checkpoints.count - 2]].reduce(0) { $0 + $1.utf8.count + 1 }
        fixture.disk.tamper(Self.first) { bytes in
            for index in kept..<bytes.count { bytes[index] = 0x0A }
        }
        #expect(try fixture.verify().verdict == .intact)
        let report = try fixture.verify(head: head)
        #expect(report.verdict == .notTheOne && report.missing?.code == .headNotFound)
    }

    /// Goal: who has no key can add to the unsigned end only, and it is called unsigned; and cannot sign it.
    @Test func forgedTail() throws {
        let (fixture, head) = try closed()
        let text = try fixture.text()
        var hand = HandWriter(line: "", id: "", key: "")
        hand.state = head.bytes
        let record = hand.line("{\"k\":\"forged\",\"g\":1")
        let signed = hand
        let forged = signed.state
        fixture.disk.tamper(Self.first) { bytes in
            let start = text.utf8.count + 1
            bytes.replaceSubrange(start..<(start + record.utf8.count), with: Array(record.utf8))
        }
        let report = try fixture.verify()
        #expect(report.verdict == .unsignedTail && report.unsignedLines == 1)
        #expect(report.lastSigned?.head == head)

        let count = text.split(separator: "\n").count + 1
        let fake = Base64URL.text([UInt8](repeating: 9, count: 64))
        let checkpoint = hand.line(
            "{\"j\":\"sign\",\"n\":\(count),\"h\":\"\(Base64URL.text(forged))\",\"s\":\"\(fake)\"")
        fixture.disk.tamper(Self.first) { bytes in
            let start = text.utf8.count + record.utf8.count + 2
            bytes.replaceSubrange(start..<(start + checkpoint.utf8.count), with: Array(checkpoint.utf8))
        }
        let signedReport = try fixture.verify()
        #expect(signedReport.verdict == .damaged)
        #expect(signedReport.damage?.place?.line == UInt64(count + 1))
        #expect(signedReport.lastSigned?.head == head)
        #expect(startCode(fixture) == .damaged)
    }

    /// Goal: a record whose tag is right and whose group number is not was never written by the journal.
    @Test(arguments: [",\"g\":2", ",\"g\":[1,2]", ""])
    func forgedGroup(marker: String) throws {
        let (fixture, head) = try closed()
        let text = try fixture.text()
        var hand = HandWriter(line: "", id: "", key: "")
        hand.state = head.bytes
        let lines = [hand.line("{\"k\":\"forged\"\(marker)"), hand.line("{\"k\":\"forged\",\"g\":3")]
        let bytes = Array(lines.joined(separator: "\n").utf8)
        let start = text.utf8.count + 1
        fixture.disk.tamper(Self.first) { $0.replaceSubrange(start..<(start + bytes.count), with: bytes) }
        #expect(try fixture.verify().verdict == .damaged)
        #expect(startCode(fixture) == .damaged)
    }

    /// Goal: a signature of the line's own key does not help a checkpoint of other lines. Method: two
    /// journals with one beginning, as after a copied directory; a checkpoint of one, put into the other with
    /// its tag computed again.
    @Test func checkpointOfAFork() throws {
        let fixtures = try [Fixture(), Fixture()]
        var checkpoint = ""
        for (index, fixture) in fixtures.enumerated() {
            var journal = try fixture.create()
            try journal.append([body(index)])
            try journal.commit(at: 0)
            if index == 0 {
                try journal.close()
                checkpoint = try String(fixture.text().split(separator: "\n")[3])
                continue
            }
            var hand = HandWriter(line: "", id: "", key: "")
            hand.state = journal.durable.head.bytes
            let bytes = Array(hand.line(String(checkpoint.dropLast(16))).utf8)
            let start = journal.durable.offset
            fixture.disk.tamper(Self.first) { $0.replaceSubrange(start..<(start + bytes.count), with: bytes) }
            fixture.disk.startAgain()
            let report = try fixture.verify()
            #expect(report.verdict == .damaged && report.damage?.place?.line == 4)
            #expect(startCode(fixture) == .damaged)
        }
    }

    /// Goal: a whole journal made with another key is told from the line's own.
    @Test func anotherKey() throws {
        let (fixture, _) = try closed()
        let other = try #require(JournalSigner(seed: [UInt8](repeating: 8, count: 32)))
        let report = try JournalVerifier.verify(storage: fixture.disk, publicKey: other.publicKey)
        #expect(report.verdict == .notTheOne && report.missing?.code == .wrongKey)
        let error = #expect(throws: JournalError.self) {
            _ = try Journal.open(storage: fixture.disk, signer: other, limits: fixture.limits) { _ in }
        }
        #expect(error?.code == .wrongKey)
        #expect(startCode(fixture) == nil, "the refused start gave the lock back")
    }

    /// Goal: a missing, exchanged or foreign segment is found.
    @Test func segmentsTakenAway() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        for turn in 0..<400 {
            try journal.append([body(turn)])
            try journal.commit(at: 0)
        }
        try journal.close()
        let sound = fixture.disk.state
        let last = journal.durable.segment
        #expect(last > 3)
        for missing in 1..<last {
            let changed = try Fixture(SimulatedDisk(sound))
            changed.disk.lose(JournalFormat.segmentName(missing))
            #expect(startCode(changed) == .damaged)
        }
        let swapped = try Fixture(SimulatedDisk(sound))
        let two = swapped.disk.content(JournalFormat.segmentName(2)) ?? []
        swapped.disk.tamper(JournalFormat.segmentName(3)) { $0 = two }
        #expect(startCode(swapped) == .damaged)
        let shortened = try Fixture(SimulatedDisk(sound))
        shortened.disk.tamper(JournalFormat.segmentName(2)) { $0 = Array($0.prefix(3000)) }
        #expect(startCode(shortened) == .damaged)
        let junk = try Fixture(SimulatedDisk(sound))
        junk.disk.tamper(JournalFormat.segmentName(2)) { $0[$0.count - 2] = 0x41 }
        #expect(startCode(junk) == .damaged)
    }

    /// Goal: a head of zeros, which no line has, stands nowhere. It was once found before the first line.
    @Test func aHeadOfZerosIsNotFound() throws {
        let (fixture, _) = try closed()
        let report = try fixture.verify(
            head: try #require(JournalHead(bytes: [UInt8](repeating: 0, count: 32))))
        #expect(report.verdict == .notTheOne && report.headLine == nil)
    }

    /// Goal: a newer format is refused by name, not called damaged.
    @Test func newerVersion() throws {
        let (fixture, _) = try closed()
        fixture.disk.tamper(Self.first) { $0[16] = 0x32 }
        #expect(startCode(fixture) == .unknownVersion)
    }

    /// Goal: no bytes crash recovery or the verifier. Method: sound segments with ranges overwritten, cut,
    /// repeated and filled at random; both must answer.
    @Test func hostileBytes() throws {
        let (fixture, _) = try closed()
        let sound = fixture.disk.content(Self.first) ?? []
        var random = DiskRandom(seed: 11)
        for _ in 0..<400 {
            let disk = SimulatedDisk(fixture.disk.state)
            var changed = try Fixture(disk)
            changed.limits = fixture.limits
            disk.tamper(Self.first) { bytes in
                let from = random.below(bytes.count)
                let to = min(bytes.count, from + random.below(600))
                switch random.below(4) {
                case 0:
                    bytes.replaceSubrange(from..<to, with: (from..<to).map { _ in UInt8(random.below(256)) })
                case 1: bytes.removeSubrange(from..<to)
                case 2: bytes.insert(contentsOf: sound[from..<to], at: random.below(bytes.count))
                default: bytes.replaceSubrange(from..<to, with: [UInt8](repeating: 0x39, count: to - from))
                }
            }
            let verdict = (try? changed.verify())?.verdict
            if verdict == .damaged { #expect(startCode(changed) != nil) }
        }
    }
}
