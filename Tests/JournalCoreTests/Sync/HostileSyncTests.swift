import Crypto
import Foundation
import Simulator
import Testing

@testable import JournalCore

/// Bytes from outside: a hostile line towards the hub, a hostile hub towards the line.
@Suite struct HostileSyncTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["SYNC_FUZZ"].flatMap { Int($0) } ?? 600

    /// Alters bytes as transport faults and ill will do: flips, cuts, doubles, moves, fills, writes numbers.
    private func mutate(_ bytes: inout [UInt8], _ random: inout DiskRandom) {
        for _ in 0...random.below(3) {
            let from = random.below(bytes.count + 1)
            let to = min(bytes.count, from + random.below([8, 300, 4000][random.below(3)]))
            let slice = Array(bytes[from..<to])
            switch random.below(8) {
            case 0: bytes.replaceSubrange(from..<to, with: slice.map { _ in UInt8(random.below(256)) })
            case 1: bytes.removeSubrange(from..<to)
            case 2: bytes.insert(contentsOf: slice, at: random.below(bytes.count + 1))
            case 3: bytes.replaceSubrange(from..<to, with: [UInt8](repeating: 0x39, count: slice.count))
            case 4: bytes.insert(contentsOf: Array("{\"j\":\"head\",\"v\":1".utf8), at: from)
            case 5:
                bytes.insert(contentsOf: Array("\n{\"j\":\"sign\",\"n\":999999999999999999".utf8), at: from)
            case 6: bytes.insert(0x0A, at: from)
            default: if from < bytes.count { bytes[from] ^= 1 << UInt8(random.below(8)) }
            }
        }
    }

    /// A journal whose bytes nobody can add to without its key.
    private func signed() throws -> (fixture: Fixture, journal: Journal, bytes: [UInt8]) {
        let fixture = try Fixture()
        var journal = try fixture.filled(60)
        try journal.checkpoint()
        return (fixture, journal, stream(fixture.disk))
    }

    /// Goal: whatever a line sends, the hub holds a beginning of the signed journal and nothing else, and
    /// answers. Method: altered batches at random offsets, heads and tokens, onto a hub that grows and is
    /// emptied again.
    @Test func hostileLine() throws {
        let (fixture, journal, all) = try signed()
        let own = fixture.own(journal)
        let ends = [0] + checkpointEnds(all)
        let heads = try ends.map { try own.position(at: UInt64($0))?.head ?? journal.durable.head }
        var random = DiskRandom(seed: 5)
        var hub = HubStore(line: "line-1")
        var accepted = 0
        var outcomes: [String: Int] = [:]
        for round in 0..<Self.rounds {
            let here = ends.firstIndex(of: hub.stream.count) ?? 0
            let from = random.below(4) == 0 ? random.below(ends.count) : here
            let to = from + random.below(min(8, ends.count - from))
            var batch = JournalBatch(
                offset: UInt64(ends[from]), previous: heads[random.below(9) == 0 ? 0 : from],
                bytes: Array(all[ends[from]..<ends[to]]))
            if random.below(4) != 0 { mutate(&batch.bytes, &random) }
            if random.below(9) == 0 {
                batch.offset = [.max, .max - 1, 1 << 63, UInt64(random.below(all.count))][random.below(4)]
            }
            if round % 40 == 39 { hub = HubStore(line: "line-1") }
            let before = hub
            let reception = try hub.take(batch, token: EnrolmentToken.allCases[random.below(4)])
            outcomes[String("\(reception)".prefix(8)), default: 0] += 1
            if case .accepted = reception {
                accepted += 1
                #expect(all.starts(with: hub.stream) && ends.contains(hub.stream.count), "round \(round)")
            } else {
                #expect(hub == before, "round \(round)")
            }
        }
        #expect(accepted > 15 && outcomes.count == 5, "\(outcomes)")
    }

    /// Goal: a line with its key can have nothing stored that a verification calls damaged. Method: lines of
    /// all kinds in any order, rightly chained and signed; what the hub takes is laid out as files and
    /// verified.
    @Test func hostileLineWithItsKey() throws {
        let fixture = try Fixture()
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
        var random = DiskRandom(seed: 17)
        var accepted = 0
        for round in 0..<(Self.rounds / 2) {
            var writer = SignedWriter(fixture.identity, key)
            for _ in 0...random.below(9) { writer.writeAny(&random) }
            if random.below(4) != 0 { writer.checkpoint() }
            var hub = HubStore(line: "line-1")
            let batch = JournalBatch(offset: 0, previous: writer.start, bytes: writer.bytes)
            let reception = try hub.take(batch, token: .valid)
            let disk = SimulatedDisk()
            for (index, file) in writer.files.enumerated() {
                disk.place(JournalFormat.segmentName(index + 1), file)
            }
            let report = try? JournalVerifier.verify(storage: disk, publicKey: fixture.signer.publicKey)
            guard case .accepted = reception else {
                // The verifier looks at one signature for many; what it refuses the hub must refuse, too.
                if report?.verdict == .intact, writer.isPlain {
                    Issue.record("round \(round): refused though sound: \(reception)")
                }
                continue
            }
            accepted += 1
            #expect(report?.verdict == .intact, "round \(round): \(report?.summary ?? "no journal")")
            #expect(report?.end?.head == hub.receiver.position.head)
            #expect(report?.records == UInt64(writer.records))
        }
        #expect(accepted > Self.rounds / 40, "\(accepted)")
    }

    /// Goal: no answer of a hub makes the line send what it may not, read without end or call a fork what is
    /// none. Method: heads of any values; comparisons answered by altered, foreign and random bytes.
    @Test func hostileHubAnswersHeads() throws {
        let (fixture, journal, all) = try signed()
        let own = fixture.own(journal)
        let sender = JournalSender(identity: fixture.identity, batchBytes: 4096)
        let hub = try fixture.hub(journal)
        var random = DiskRandom(seed: 23)
        var steps: [String: Int] = [:]
        for round in 0..<Self.rounds {
            let values: [UInt64] = [
                0, 1, .max, 1 << 63, UInt64(all.count), UInt64(random.below(all.count * 2)),
                journal.durable.line,
            ]
            var head = JournalMark(
                line: values[random.below(7)], bytes: values[random.below(7)], head: journal.durable.head)
            if random.below(2) == 0 { head.head = try #require(JournalHead(bytes: (0..<32).map { _ in 7 })) }
            let answer = HubHead(
                identity: random.below(9) == 0 ? nil : fixture.identity,
                held: random.below(9) == 0 ? nil : head, generation: .max, backup: head)
            let step = try sender.step(
                hub: answer, journal: own, sendable: journal.durable, hasAppended: random.below(2) == 0)
            steps[String("\(step)".prefix(5)), default: 0] += 1
            _ = try sender.backedUp(answer, own)
            switch step {
            case .send(let batch), .enrol(let batch):
                #expect(all[Int(batch.offset)...].starts(with: batch.bytes) && batch.bytes.count <= 4096)
            case .nothing, .fetch, .fork: break
            case .compare(var search):
                var reads = 0
                while case .read(let offset, let count) = try search.next() {
                    reads += 1
                    #expect(count > 0 && count <= JournalBatch.maxBytes)
                    var bytes = try own.read(at: min(offset, UInt64(all.count - 1)), count: min(count, 5000))
                    switch random.below(5) {
                    case 0: mutate(&bytes, &random)
                    case 1: bytes = (0..<min(count, 5000)).map { _ in UInt8(random.below(256)) }
                    case 2: bytes = try hub.answer(from: offset, count: count)
                    default: bytes += [UInt8](repeating: 0x0A, count: max(0, min(count, 5000) - bytes.count))
                    }
                    try search.take(bytes)
                    if reads > 200 { break }
                }
                #expect(reads <= 60, "round \(round): \(reads) reads")
                if case .done(.forked(let fork)) = try search.next() {
                    Issue.record("round \(round): \(fork.error)")
                }
            }
        }
        #expect(steps.count >= 5, "\(steps)")
    }

    /// Goal: whatever a hub answers to a fetch, the line's files are a beginning of the signed journal that
    /// ends on a checkpoint. Method: altered answers, good ones in between, and power cuts of the disk.
    @Test func hostileHubAnswersFetches() throws {
        let (fixture, _, all) = try signed()
        let ends = Set(checkpointEnds(all))
        var random = DiskRandom(seed: 29)
        var taken = 0
        for round in 0..<(Self.rounds / 12) {
            let line = try Fixture()
            var catchUp = try JournalCatchUp(
                storage: line.disk, identity: fixture.identity, line: "line-1", signer: line.signer,
                limits: line.limits)
            for _ in 0..<(2 + random.below(5)) {
                let from = Int(catchUp.position.bytes)
                var bytes = Array(all[from..<min(all.count, from + random.below(6000))])
                if random.below(3) != 0 { mutate(&bytes, &random) }
                var records = 0
                do throws(JournalError) {
                    try catchUp.take(bytes) { _ in records += 1 }
                    taken += 1
                } catch {
                    #expect(error.code == .badAnswer && records == 0)
                }
                #expect(catchUp.position.bytes == 0 || ends.contains(Int(catchUp.position.bytes)))
            }
            guard catchUp.position.bytes > 0 else { continue }
            var journal = try catchUp.finish()
            #expect(stream(line.disk) == Array(all.prefix(Int(journal.durable.bytes))), "round \(round)")
            try journal.append([body(1)])
            try journal.close()
            #expect(try line.verify().verdict == .intact)
        }
        #expect(taken > Self.rounds / 12)
    }

    /// Goal: the largest and emptiest answers are only answers.
    @Test func extremes() throws {
        let (fixture, journal, all) = try signed()
        var hub = try fixture.hub(journal)
        let before = hub
        for bytes in [[], [0x0A], [UInt8](repeating: 0x0A, count: JournalBatch.maxBytes)] {
            for offset in [0, 1, journal.durable.bytes, .max] as [UInt64] {
                let batch = JournalBatch(offset: offset, previous: journal.durable.head, bytes: bytes)
                _ = try hub.take(batch)
                #expect(hub == before)
            }
        }
        let heads = String(repeating: "{\"j\":\"head\"\n", count: JournalBatch.maxBytes / 12)
        let batch = JournalBatch(
            offset: journal.durable.bytes, previous: journal.durable.head, bytes: Array(heads.utf8))
        guard case .refused(let error) = try hub.take(batch) else {
            Issue.record("taken")
            return
        }
        #expect(error.code == .brokenChain && hub == before)
        #expect(hub.receiver.fetchable(from: .max, count: .max).isEmpty)
        #expect(hub.receiver.fetchable(from: 0, count: .max).count == all.count)
        #expect(hub.receiver.fetchable(from: 0, count: .min).isEmpty)
    }
}

/// Writes lines by hand, rightly chained and signed, in any order.
private struct SignedWriter {
    private let identity: JournalIdentity
    private let key: Curve25519.Signing.PrivateKey
    private var hand: HandWriter
    let start: JournalHead
    /// The lines of each segment.
    private(set) var files: [[UInt8]] = [[]]
    private(set) var records = 0
    /// Whether it holds only what a journal writes, in the order it writes it.
    private(set) var isPlain = true
    private var lines = 0
    private var group = 0

    init(_ identity: JournalIdentity, _ key: Curve25519.Signing.PrivateKey) {
        self.identity = identity
        self.key = key
        hand = HandWriter(line: identity.line, id: identity.id, key: Base64URL.text(identity.publicKey))
        start = JournalHead(bytes: hand.state) ?? .start(of: identity)
        write(headText(segment: 1))
    }

    var bytes: [UInt8] { files.flatMap { $0 } }

    private func headText(segment: Int) -> String {
        "{\"j\":\"head\",\"v\":1,\"line\":\"\(identity.line)\",\"id\":\"\(identity.id)\",\"key\":\""
            + "\(Base64URL.text(identity.publicKey))\",\"seg\":\(segment),\"n\":\(lines),\"b\":\(bytes.count)"
            + ",\"h\":\"\(Base64URL.text(hand.state))\""
    }

    private mutating func write(_ text: String) {
        files[files.count - 1] += Array((hand.line(text) + "\n").utf8)
        lines += 1
    }

    mutating func checkpoint(isForged: Bool = false) {
        let head = Base64URL.text(hand.state)
        let text = isForged ? "seriatim checkpoint 1 0 \(head)" : "seriatim checkpoint 1 \(lines) \(head)"
        let signature = (try? key.signature(for: Array(text.utf8))).map { Base64URL.text(Array($0)) } ?? ""
        write("{\"j\":\"sign\",\"n\":\(lines),\"h\":\"\(head)\",\"s\":\"\(signature)\"")
        group = 0
    }

    private mutating func record(_ marker: String) {
        write("{\"k\":\"test\",\"i\":\(records)\(marker)")
        records += 1
    }

    mutating func writeAny(_ random: inout DiskRandom) {
        switch random.below(16) {
        case 0..<6:
            group += 1
            record(",\"g\":\(group)")
        case 6, 7:
            group += 1
            record(",\"m\":1,\"g\":[\(group),3]")
            record(",\"m\":1")
            record("")
        case 8, 9: checkpoint()
        case 10, 11:
            checkpoint()
            files.append([])
            write(headText(segment: files.count))
        case 12:
            checkpoint(isForged: true)
            isPlain = false
        case 13:
            record([",\"g\":\(group)", "", ",\"g\":[\(group + 1),999999999]", ",\"m\":1"][random.below(4)])
            isPlain = false
        case 14:
            files.append([])
            write(headText(segment: files.count + random.below(2)))
            isPlain = false
        default:
            write(headText(segment: files.count))
            isPlain = false
        }
    }
}
