import ControlAPI
import GRDB
import JournalCore
import LineCore
import SystemIO

/// The local index: what `item show` and `trace` answer from, derived from the journal and never the truth.
///
/// It remembers the exact place of the journal it has consumed. Absent, of another version or of another
/// journal, it is built from the beginning; behind, it catches up; not a prefix of the journal, it is
/// dropped and built again.
package final class LineIndex: Sendable {
    /// Records folded in one transaction.
    static let batchRecords = 5_000

    private let database: DatabasePool
    private let imports: ImportStore
    private let journal: String
    private let board: SnapshotBoard

    /// Opens or makes the index of a journal.
    ///
    /// - Parameters:
    ///   - path: The database file. A damaged one is replaced.
    ///   - journal: Identifier of the journal; an index of another is dropped.
    ///   - imports: Where pool files are, to name voided serials.
    ///   - board: Where the durable place of the journal is published.
    /// - Throws: `DMN-110` where not even a new database can be made.
    package init(path: String, journal: String, imports: ImportStore, board: SnapshotBoard)
        throws(DaemonError)
    {
        self.journal = journal
        self.imports = imports
        self.board = board
        do {
            database = try Self.open(path, journal)
        } catch {
            for suffix in ["", "-wal", "-shm"] { DurableFile.remove(path + suffix) }
            do {
                database = try Self.open(path, journal)
            } catch {
                throw Self.failed(path, error)
            }
        }
    }

    private static func failed(_ path: String, _ error: any Error) -> DaemonError {
        DaemonError(
            .indexFailed, at: path, "\(error)",
            "Stop the daemon, delete the index, start again: it is rebuilt.",
            exitStatus: 74)
    }

    private static func open(_ path: String, _ journal: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        // What a power cut takes from the end is folded again: the cursor is in the same transaction.
        let database = try DatabasePool(path: path, configuration: configuration)
        try database.write { db in
            let isOurs =
                try db.tableExists("cursor")
                && Int.fetchOne(
                    db, sql: "SELECT count(*) FROM cursor WHERE version = ? AND journal = ?",
                    arguments: [IndexSchema.version, journal]) == 1
            if !isOurs { try reset(db, journal) }
        }
        return database
    }

    private static func reset(_ db: Database, _ journal: String) throws {
        let tables = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for table in tables { try db.execute(sql: "DROP TABLE \"\(table)\"") }
        try db.execute(sql: IndexSchema.tables)
        try db.execute(
            sql: """
                INSERT INTO cursor (one, version, journal, line, bytes, segment, offset, head, running)
                VALUES (1, ?, ?, 0, 0, 0, 0, '', NULL)
                """, arguments: [IndexSchema.version, journal])
    }

    /// Forgets everything: the next step builds it again from the journal's beginning.
    package func rebuild() throws(DaemonError) {
        do { try database.write { try Self.reset($0, journal) } } catch { throw Self.failed("index", error) }
    }

    // MARK: - Cursor

    /// The place consumed so far; `nil` before the first record.
    package func position() throws(DaemonError) -> JournalPosition? {
        do {
            return try database.read { try Self.position($0) }
        } catch {
            throw Self.failed("index", error)
        }
    }

    private static func position(_ db: Database) throws -> JournalPosition? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM cursor"),
            let head = JournalHead(text: row["head"])
        else { return nil }
        return JournalPosition(
            line: UInt64(clamping: row["line"] as Int64), bytes: UInt64(clamping: row["bytes"] as Int64),
            segment: row["segment"], offset: row["offset"], head: head)
    }

    // MARK: - Following

    /// Folds the next batch of records.
    ///
    /// - Parameters:
    ///   - reader: Stands at ``position()``.
    ///   - durable: The journal's durable end as published.
    /// - Returns: Records folded; 0 when the index stands at `durable`.
    /// - Throws: The journal's error where the place consumed is none of this journal: rebuild then.
    ///   `DMN-110`.
    package func follow(_ reader: inout JournalReader, upTo durable: JournalPosition) throws -> Int {
        var moved = reader
        let count = try database.write { db in
            let running = try Int64.fetchOne(db, sql: "SELECT running FROM cursor")
            var fold = IndexFold(db: db, running: running) { try self.serials($0, db) }
            let count = try moved.read(upTo: durable, maxRecords: Self.batchRecords) {
                (record) throws(RecordRefused) in
                do {
                    guard let (fact, wall) = try LineRecord.decode(record.body) else { return }
                    try fold.apply(fact, line: record.end.line, wallMilliseconds: wall)
                } catch {
                    throw RecordRefused("the index cannot take it: \(error)")
                }
            }
            try Self.save(moved.position, fold.running, db)
            return count
        }
        reader = moved
        return count
    }

    private static func save(_ position: JournalPosition, _ running: Int64?, _ db: Database) throws {
        try db.run(
            "UPDATE cursor SET line = ?, bytes = ?, segment = ?, offset = ?, head = ?, running = ?",
            [
                Int64(clamping: position.line), Int64(clamping: position.bytes), position.segment,
                position.offset,
                position.head.description, running,
            ])
    }

    /// The serials at positions of a unit pool; none of an SSCC pool.
    private func serials(_ range: SerialRange, _ db: Database) throws -> [String] {
        guard
            let row = try Row.fetchOne(db, sql: "SELECT * FROM pool WHERE name = ?", arguments: [range.pool]),
            row["kind"] != PoolKind.sscc.rawValue, range.first >= 0, range.count >= 0
        else { return [] }
        let file: String = row["file"]
        let positions = range.first..<range.first + range.count
        if !file.isEmpty {
            let table = try imports.serials(file)
            return positions.compactMap { table[$0] }
        }
        let prefix: String = row["prefix"]
        let width: Int = row["width"]
        guard let first = UInt64(row["first"] as String) else { return [] }
        return positions.map { position in
            let digits = String(first &+ UInt64(position))
            return prefix + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
    }

    // MARK: - Asking

    /// What is known of an item.
    ///
    /// - Throws: `IDX-102` where the index knows no such item (yet: the fault says how far it is).
    package func item(_ code: ItemCode) async throws -> ItemAnswer {
        let durable = board.durable?.line ?? 0
        return try await database.read { db in
            try IndexQuery(db: db, progress: Self.progress(db, durable)).item(code)
        }
    }

    /// An item with all that holds it and all it holds.
    package func trace(_ code: ItemCode) async throws -> TraceAnswer {
        let durable = board.durable?.line ?? 0
        return try await database.read { db in
            try IndexQuery(db: db, progress: Self.progress(db, durable)).trace(code)
        }
    }

    private static func progress(_ db: Database, _ durable: UInt64) throws -> IndexAnswer {
        var answer = IndexAnswer()
        answer.line = try position(db)?.line ?? 0
        answer.durable = max(durable, answer.line)
        return answer
    }
}
