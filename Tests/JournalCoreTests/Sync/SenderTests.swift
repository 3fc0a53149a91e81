import JournalCore
import Simulator
import Testing

@Suite struct SenderTests {
    private func step(
        _ fixture: Fixture, _ journal: Journal, _ hub: HubStore, sendable: JournalPosition? = nil,
        hasAppended: Bool = true, batchBytes: Int = 4096
    ) throws -> JournalSender.Step {
        try JournalSender(identity: fixture.identity, batchBytes: batchBytes).step(
            hub: hub.head(), journal: fixture.own(journal), sendable: sendable ?? journal.durable,
            hasAppended: hasAppended)
    }

    private func batch(_ step: JournalSender.Step) -> JournalBatch? {
        switch step {
        case .send(let batch), .enrol(let batch): batch
        case .nothing, .fetch, .compare, .fork: nil
        }
    }

    private func isNothing(_ step: JournalSender.Step) -> Bool {
        if case .nothing = step { true } else { false }
    }

    /// Goal: batch by batch the hub comes to hold the journal's bytes, over segment ends; each batch ends
    /// on a checkpoint and has no more bytes than it may.
    @Test func sendsAll() throws {
        let fixture = try Fixture()
        var journal = try fixture.filled(82)
        var hub = HubStore(line: fixture.identity.line)
        for count in 0... {
            let next = try step(fixture, journal, hub, batchBytes: 3000)
            guard let batch = batch(next) else {
                #expect(count > 5)
                break
            }
            #expect(batch.bytes.count <= 3000 && batch.offset == hub.receiver.position.bytes)
            guard case .accepted = try hub.take(batch, token: .valid) else {
                Issue.record("refused")
                return
            }
        }
        let all = stream(fixture.disk)
        #expect(
            hub.stream == Array(all.prefix(checkpointEnds(all).last ?? 0)) && hub.stream.count < all.count)
        try journal.close()
        try fixture.send(journal, to: &hub)
        #expect(hub.stream == stream(fixture.disk) && hub.receiver.position.head == journal.durable.head)
        #expect(journal.durable.segment > 3)
    }

    /// Goal: nothing behind what was durable a second ago is sent, nor what is unsigned. Method: every place
    /// as the limit, asked twice.
    @Test func nothingTooNewIsSent() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        var places = [journal.durable]
        for index in 0..<30 {
            try journal.append([body(index)])
            try journal.commit(at: 0)
            places.append(journal.durable)
            if index % 4 == 3 {
                try journal.checkpoint()
                places.append(journal.durable)
            }
        }
        let all = stream(fixture.disk)
        let ends = checkpointEnds(all)
        for place in places {
            var hub = HubStore(line: fixture.identity.line)
            while let batch = batch(try step(fixture, journal, hub, sendable: place)) {
                _ = try hub.take(batch, token: .valid)
            }
            #expect(hub.stream.count == ends.last { $0 <= Int(place.bytes) })
            #expect(isNothing(try step(fixture, journal, hub, sendable: place)))
        }
    }

    /// Goal: any head the hub may name is found in the journal, also in segments long ended and where one
    /// ends. Method: each checkpoint as the head, against places noted while writing; any other byte is no
    /// place.
    @Test func everyCheckpointIsFound() throws {
        let fixture = try Fixture()
        var journal = try fixture.create()
        var places: [UInt64: JournalPosition] = [:]
        for index in 0..<90 {
            try journal.append([body(index, filler: 150)])
            try journal.commit(at: 0)
            if index % 3 == 2 {
                try journal.checkpoint()
                places[journal.durable.bytes] = journal.durable
            }
        }
        let own = fixture.own(journal)
        let ends = Set(checkpointEnds(stream(fixture.disk)))
        #expect(ends.count > places.count + 2, "segment ends have checkpoints of their own")
        for offset in 1...journal.durable.bytes where offset % 7 == 0 || ends.contains(Int(offset)) {
            let found = try own.position(at: offset)
            #expect((found != nil) == ends.contains(Int(offset)), "byte \(offset)")
            if let noted = places[offset] { #expect(found == noted) }
            guard let found else { continue }
            var reader = try JournalReader(storage: fixture.disk, from: found)
            let rest = try reader.read(upTo: journal.durable) { _ in }
            #expect(reader.position == journal.durable && rest <= 90)
        }
        #expect(try own.position(at: journal.durable.bytes + 1) == nil)
    }

    /// Goal: finding a place costs a few short reads, however many segments there are.
    @Test func aPlaceIsFoundCheaply() throws {
        let fixture = try Fixture()
        let journal = try fixture.filled(400)
        #expect(journal.durable.segment > 12)
        let own = fixture.own(journal)
        let all = stream(fixture.disk)
        let counting = CountingStorage(fixture.disk)
        for end in checkpointEnds(all).filter({ $0 % 7 == 0 }) {
            counting.reads = 0
            counting.bytes = 0
            let counted = OwnJournal(storage: counting, identity: fixture.identity, end: journal.durable)
            #expect(try counted.position(at: UInt64(end)) == own.position(at: UInt64(end)))
            #expect(counting.reads <= 20 && counting.bytes <= 20 * 512)
        }
        // Over segment ends the bytes are those of the stream.
        for offset in stride(from: 0, to: all.count, by: 1777) {
            let count = min(20_000, all.count - offset)
            #expect(try own.read(at: UInt64(offset), count: 20_000) == Array(all[offset..<(offset + count)]))
        }
    }

    /// Goal: a hub that is ahead is fetched from before the first append, and compared with afterwards.
    @Test func hubAhead() throws {
        let fixture = try Fixture()
        var journal = try fixture.filled(20)
        let old = fixture.disk.state
        let oldEnd = journal.durable
        for index in 0..<9 {
            try journal.append([body(1000 + index)])
            try journal.commit(at: 0)
        }
        try journal.checkpoint()
        let hub = try fixture.hub(journal)
        let lost = try Fixture(SimulatedDisk(old))
        lost.disk.startAgain()
        let reopened = try lost.open().journal
        #expect(reopened.durable == oldEnd)
        guard case .fetch = try step(lost, reopened, hub, hasAppended: false) else {
            Issue.record("not fetched")
            return
        }
        guard case .compare(let search) = try step(lost, reopened, hub, hasAppended: true) else {
            Issue.record("not compared")
            return
        }
        guard case .forked(let fork) = try lost.finding(search, hub).finding else {
            Issue.record("no fork")
            return
        }
        #expect(fork.place.line == oldEnd.line + 1 && fork.own == oldEnd.mark)
        #expect(fork.error.code == .forked && fork.error.place == fork.place)
    }

    /// Goal: where two journals part is named to the line, wherever it is, by few reads. Method: one journal
    /// copied after so many groups; both go on; one is at the hub.
    @Test(arguments: [0, 1, 7, 30, 77, 200, 399])
    func forkIsFound(groups: Int) throws {
        let fixture = try Fixture()
        _ = try fixture.filled(groups)
        let other = try Fixture(SimulatedDisk(fixture.disk.state))
        fixture.disk.startAgain()
        other.disk.startAgain()
        let ours = try fixture.filled(400 - groups, from: groups)
        var theirs = try other.filled(max(20, 300 - groups), from: groups + 5000)
        try theirs.checkpoint()
        let hub = try other.hub(theirs)
        guard case .compare(let search) = try step(fixture, ours, hub) else {
            Issue.record("not compared")
            return
        }
        let (finding, reads) = try fixture.finding(search, hub)
        guard case .forked(let fork) = finding else {
            Issue.record("\(finding)")
            return
        }
        let (mine, held) = (stream(fixture.disk), hub.stream)
        let difference = zip(mine, held).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
        #expect(fork.place.line == UInt64(mine[..<difference].count { $0 == 0x0A } + 1))
        #expect(fork.common.bytes == UInt64(checkpointEnds(mine).last { $0 <= difference } ?? 0))
        let text = try #require(fixture.disk.content(JournalFormat.segmentName(fork.place.segment)))
        let start = mine[..<difference].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        #expect(text[fork.place.offset...].starts(with: mine[start..<difference]))
        #expect(fork.error.detail.contains("both agree up to line \(fork.common.line)"))
        #expect(reads <= 16, "\(reads) reads")
        // Nor does the hub take what parts from it.
        var copy = hub
        let sender = JournalSender(identity: fixture.identity, batchBytes: 4096)
        guard
            case .enrol(let batch) = try sender.step(
                hub: HubHead(), journal: fixture.own(ours), sendable: ours.durable, hasAppended: true)
        else {
            Issue.record("nothing to send")
            return
        }
        _ = try copy.take(batch)
        #expect(copy == hub)
    }

    /// Goal: a hub that names a head its lines do not have, or holds lines nobody signed, stops no line.
    @Test func damagedHubIsNoFork() throws {
        let fixture = try Fixture()
        var journal = try fixture.filled(100)
        try journal.checkpoint()
        let hub = try fixture.hub(journal)
        let own = fixture.own(journal)
        let sender = JournalSender(identity: fixture.identity, batchBytes: 4096)
        var head = hub.head()
        head.held?.head = try #require(JournalHead(text: String(repeating: "A", count: 43)))
        for damaged in [false, true] {
            var store = hub
            if damaged { store.chunks[store.chunks.count / 2][700] ^= 1 }
            guard
                case .compare(let search) = try sender.step(
                    hub: head, journal: own, sendable: journal.durable, hasAppended: true),
                case .unproven(let error) = try fixture.finding(search, store).finding
            else {
                Issue.record("taken for a fork")
                return
            }
            #expect(error.code == .badAnswer)
        }
        var restored = HubStore(line: "line-1")
        restored.generation = 2
        guard
            case .compare(let search) = try sender.step(
                hub: head, journal: own, sendable: journal.durable, hasAppended: true)
        else {
            Issue.record("not compared")
            return
        }
        #expect(try fixture.finding(search, restored).finding == .outdated)
        guard case .enrol = try step(fixture, journal, restored) else {
            Issue.record("an empty hub is sent all")
            return
        }
    }

    /// Goal: only what the hub's last backup holds, and holds alike, counts as backed up.
    @Test func backup() throws {
        let fixture = try Fixture()
        var journal = try fixture.filled(50)
        try journal.checkpoint()
        let hub = try fixture.hub(journal)
        let own = fixture.own(journal)
        let sender = JournalSender(identity: fixture.identity)
        let ends = checkpointEnds(stream(fixture.disk))
        let place = try #require(try own.position(at: UInt64(ends[3])))
        #expect(try sender.backedUp(hub.head(), own) == nil)
        #expect(try sender.backedUp(hub.head(backup: place.mark), own) == place)
        var other = place.mark
        other.line += 1
        #expect(try sender.backedUp(hub.head(backup: other), own) == nil)
        other = JournalMark(line: 1, bytes: .max, head: place.head)
        #expect(try sender.backedUp(hub.head(backup: other), own) == nil)
    }

    /// Goal: a stretch that fits no batch is an error with its place, not silence for ever.
    @Test func stretchTooLong() throws {
        var fixture = try Fixture()
        fixture.limits.segmentBytes = 64 << 10
        var journal = try fixture.create()
        for index in 0..<60 {
            try journal.append([body(index, filler: 60)])
            try journal.commit(at: 0)
        }
        try journal.checkpoint()
        var hub = HubStore(line: "line-1")
        guard let first = batch(try step(fixture, journal, hub, batchBytes: 2048)) else {
            Issue.record("the first checkpoint, behind the first line, can be sent")
            return
        }
        _ = try hub.take(first, token: .valid)
        let error = #expect(throws: JournalError.self) {
            _ = try step(fixture, journal, hub, batchBytes: 2048)
        }
        #expect(error?.code == .stretchTooLong && error?.detail.contains("behind line 2 ") == true)
    }
}

/// A disk that counts what is read from it.
final class CountingStorage: JournalStorage {
    private let disk: SimulatedDisk
    var reads = 0
    var bytes = 0

    init(_ disk: SimulatedDisk) { self.disk = disk }

    func names() throws(StorageError) -> [String] { try disk.names() }
    func size(_ name: String) throws(StorageError) -> Int { try disk.size(name) }
    func read(_ name: String, at offset: Int, count: Int) throws(StorageError) -> [UInt8] {
        let read = try disk.read(name, at: offset, count: count)
        reads += 1
        bytes += read.count
        return read
    }
    func create(_ name: String) throws(StorageError) { try disk.create(name) }
    func write(_ name: String, at offset: Int, _ bytes: [UInt8]) throws(StorageError) {
        try disk.write(name, at: offset, bytes)
    }
    func syncFile(_ name: String) throws(StorageError) { try disk.syncFile(name) }
    func syncDirectory() throws(StorageError) { try disk.syncDirectory() }
    func lock(_ name: String) throws(StorageError) { try disk.lock(name) }
    func unlock() { disk.unlock() }
    func freeBytes() throws(StorageError) -> Int { try disk.freeBytes() }
}
