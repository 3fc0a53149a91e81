import Hub
import JournalCore
import Testing

/// One suite for every store: memory and SQLite behave the same.
@Suite("Every store of a hub")
struct StoreContractTests {
    enum Kind: String, CaseIterable, Sendable { case memory, sqlite }

    /// A store, and the same opened anew where it lasts.
    final class Bench {
        private let directory: TemporaryDirectory
        private let kind: Kind
        private(set) var store: any JournalStore

        init(_ kind: Kind) throws {
            directory = try TemporaryDirectory(inMemory: true)
            self.kind = kind
            store = kind == .memory ? MemoryStore() : try SQLiteStore(path: directory.path + "/hub.sqlite")
        }

        func reopen() throws {
            guard let old = store as? SQLiteStore else { return }
            try old.close()
            store = try SQLiteStore(path: directory.path + "/hub.sqlite")
        }
    }

    /// What a journal's first lines, up to `end`, add.
    private func addition(
        _ journal: TestJournal, to receiver: JournalReceiver, upTo end: Int? = nil, _ store: any JournalStore
    ) throws -> JournalReceiver.Addition {
        let start = receiver.position
        let head = start.line == 0 ? HubHead() : receiver.head(generation: 1, backup: nil)
        let step = try JournalSender(identity: journal.identity, batchBytes: end ?? JournalBatch.maxBytes)
            .step(hub: head, journal: journal.own, sendable: journal.journal.durable, hasAppended: true)
        let batch: JournalBatch
        switch step {
        case .send(let some), .enrol(let some): batch = some
        case .nothing, .fetch, .compare, .fork: throw Unexpected()
        }
        guard case .accepted(let addition) = try receiver.receive(batch, token: .valid, stored: Nothing())
        else { throw Unexpected() }
        return addition
    }

    private struct Unexpected: Error {}
    private struct Nothing: JournalBytes {
        func read(at offset: UInt64, count: Int) -> [UInt8] { [] }
    }

    @Test("Journals of several lines are held byte for byte, in any batches", arguments: Kind.allCases)
    func bytes(_ kind: Kind) throws {
        let bench = try Bench(kind)
        var journals = [try TestJournal(line: "b"), try TestJournal(line: "a/%", key: 9)]
        for round in 0..<4 {
            for index in journals.indices {
                try journals[index].add(150 + 400 * round)
                let line = journals[index].identity.line
                for batchBytes in [4_096, 70_000, JournalBatch.maxBytes] {
                    let held = try bench.store.journal(of: line) ?? JournalReceiver(line: line)
                    guard held.position.bytes < journals[index].journal.durable.bytes else { continue }
                    let next = try addition(journals[index], to: held, upTo: batchBytes, bench.store)
                    try bench.store.append(next, token: nil, at: 5)
                    #expect(try bench.store.journal(of: line) == next.receiver)
                }
            }
            try bench.reopen()
        }
        #expect(try bench.store.lines() == ["a/%", "b"])
        for journal in journals {
            let (line, stream) = (journal.identity.line, journal.stream)
            let held = try #require(try bench.store.journal(of: line))
            #expect(held.identity == journal.identity)
            #expect(held.position == journal.journal.durable)
            #expect(stream.count > 200_000)
            #expect(try bench.store.read(line, at: 0, count: stream.count + 10) == stream)
            // At, before and behind the borders of what may lie in one row.
            for offset in [0, 1, 65_535, 65_536, 65_537, 131_072, stream.count - 1, stream.count] {
                for count in [0, 1, 2, 65_536, 65_537, 200_000] {
                    let expected = Array(stream[offset..<min(stream.count, offset + count)])
                    #expect(try bench.store.read(line, at: UInt64(offset), count: count) == expected)
                }
            }
            #expect(try bench.store.read(line, at: .max, count: 5) == [])
            #expect(try bench.store.read("nobody", at: 0, count: 5) == [])
        }
        #expect(try bench.store.journal(of: "nobody") == nil)
        #expect(bench.store.generation == 1)
    }

    @Test("A token is one line's, once, for seven days", arguments: Kind.allCases)
    func tokens(_ kind: Kind) throws {
        let bench = try Bench(kind)
        let (first, second) = (TokenHash(of: "one"), TokenHash(of: "two"))
        try bench.store.add(first, line: "a", madeBy: "Ann", at: 1_000)
        try bench.store.add(second, line: "a", madeBy: "Ann", at: 1_000)
        let last = 1_000 + TokenHash.lifetimeMilliseconds - 1
        #expect(try bench.store.standing(of: first, line: "a", at: last) == .valid)
        #expect(try bench.store.standing(of: first, line: "a", at: last + 1) == .unknown)
        #expect(try bench.store.standing(of: first, line: "b", at: 1_000) == .unknown)
        #expect(try bench.store.standing(of: TokenHash(of: "three"), line: "a", at: 1_000) == .unknown)
        var journal = try TestJournal(line: "a")
        try journal.add(5)
        let next = try addition(journal, to: JournalReceiver(line: "a"), bench.store)
        try bench.store.append(next, token: first, at: 2_000)
        try bench.reopen()
        #expect(try bench.store.standing(of: first, line: "a", at: 3_000) == .used)
        #expect(try bench.store.standing(of: second, line: "a", at: 3_000) == .valid)
    }

    @Test("A database of another program, or of a newer version, is left alone")
    func foreign() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let text = directory.path + "/text.sqlite"
        try #require(FileHandleWriter.write("no database at all, but a text of some length", to: text))
        #expect(throws: HubError.self) { try SQLiteStore(path: text) }
        #expect(throws: HubError.self) { try SQLiteStore(path: directory.path + "/missing/hub.sqlite") }
    }
}
