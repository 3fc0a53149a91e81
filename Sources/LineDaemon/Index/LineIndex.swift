import ControlAPI
import GRDB
import JournalCore
import LineCore
import NIOConcurrencyHelpers
import Synchronization
import SystemIO

/// The local index: what `item show` and `trace` answer from, derived from the journal and never the truth.
///
/// It remembers the exact place of the journal it has consumed, with the whole head. Absent, of another
/// version, of another journal or not whole (``IndexFiles``), it is built from the beginning; behind, it
/// catches up; not a prefix of the journal, it is dropped and built again (``IndexCatchUp``).
package final class LineIndex: Sendable {
    /// Records folded in one transaction.
    static let batchRecords = 5_000

    private let database: NIOLockedValueBox<DatabasePool>
    private let files: IndexFiles
    private let imports: ImportStore
    private let journal: String
    private let board: SnapshotBoard
    private let checkpointPages: Int
    private let damaged = Atomic<Bool>(false)
    private let lastTrouble = NIOLockedValueBox("")
    /// Times it was built again since it was opened.
    let rebuilds = Atomic<Int>(0)
    /// Why the index that was there is not used; `nil` if it is, or none was.
    package let dropped: String?

    /// Opens or makes the index of a journal.
    ///
    /// - Parameters:
    ///   - path: The database file.
    ///   - journal: Identifier of the journal; an index of another is dropped.
    ///   - boot: The present boot of the kernel.
    ///   - imports: Where pool files are, to name voided serials.
    ///   - board: Where the durable place of the journal is published.
    ///   - checkpointPages: Pages of the log after which SQLite copies them into the database.
    /// - Throws: `DMN-110` where not even a new database can be made.
    package init(
        path: String, journal: String, boot: String, imports: ImportStore, board: SnapshotBoard,
        checkpointPages: Int = 1_000
    ) throws(DaemonError) {
        files = IndexFiles(path: path, boot: boot)
        self.journal = journal
        self.imports = imports
        self.board = board
        self.checkpointPages = checkpointPages
        do {
            var why = try files.prepare()
            let pool: DatabasePool
            do {
                pool = try Self.open(path, journal, checkpointPages)
            } catch {
                why = "\(error)"
                try files.renew()
                pool = try Self.open(path, journal, checkpointPages)
            }
            database = NIOLockedValueBox(pool)
            dropped = why
        } catch {
            throw Self.failed(path, error)
        }
    }

    private var pool: DatabasePool { database.withLockedValue { $0 } }

    /// Why it does not follow the journal at present; empty where it does.
    var trouble: String {
        get { lastTrouble.withLockedValue { $0 } }
        set { lastTrouble.withLockedValue { $0 = newValue } }
    }

    /// A reader found content that cannot be; it is to be built again.
    var isDamaged: Bool { damaged.load(ordering: .acquiring) }

    /// Closes the database in order: the next start reads on.
    package func close() {
        do {
            let pool = pool
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
            try files.markClosed()
        } catch {
            // Without the seal the next start under this kernel reads on, one under another builds again.
        }
    }

    private static func failed(_ path: String, _ error: any Error) -> DaemonError {
        let isFull = (error as? DatabaseError)?.resultCode == .SQLITE_FULL
        return DaemonError(
            .indexFailed, at: path, isFull ? "the disk is full" : "\(error)",
            isFull
                ? "Free space on this disk: a running daemon goes on by itself, else start it again."
                : "Stop the daemon, delete the index, start again: it is rebuilt.",
            exitStatus: 74)
    }

    private static func open(
        _ path: String, _ journal: String, _ checkpointPages: Int
    ) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
        }
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
        do {
            try database.withLockedValue { database in
                // A question under way ends with an error.
                try? database.close()
                try files.renew()
                database = try Self.open(files.path, journal, checkpointPages)
            }
        } catch {
            throw Self.failed(files.path, error)
        }
        rebuilds.add(1, ordering: .relaxed)
        damaged.store(false, ordering: .releasing)
    }

    // MARK: - Cursor

    /// The place consumed so far; `nil` before the first record.
    ///
    /// - Throws: ``IndexDamage``, `DMN-110`.
    package func position() throws -> JournalPosition? {
        try Self.sorted { try pool.read { try Self.position($0) } }
    }

    private static func position(_ db: Database) throws -> JournalPosition? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM cursor") else {
            throw IndexDamage("it has no cursor")
        }
        let text = row.text("head")
        if text.isEmpty { return nil }
        let (line, bytes) = (row.number("line"), row.number("bytes"))
        let (segment, offset) = (row.number("segment"), row.number("offset"))
        guard let head = JournalHead(text: text), (0..<1 << 60).contains(line),
            (0..<1 << 60).contains(bytes), (1..<1 << 31).contains(segment), (0..<1 << 40).contains(offset)
        else { throw IndexDamage("its cursor names no place in a journal") }
        return JournalPosition(
            line: UInt64(line), bytes: UInt64(bytes), segment: Int(segment), offset: Int(offset), head: head)
    }

    /// Runs `body` and tells what is wrong with the database from what is wrong with the disk.
    private static func sorted<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            guard isDamage(error) else { throw failed("index", error) }
            throw IndexDamage("\(error.resultCode)")
        } catch let error as RowDecodingError {
            throw IndexDamage("\(error)")
        }
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode)
            || error.extendedResultCode == .SQLITE_IOERR_SHORT_READ
            // A table or column that is not there.
            || error.resultCode == .SQLITE_ERROR
    }

    // MARK: - Following

    /// Folds the next batch of records.
    ///
    /// - Parameters:
    ///   - reader: Stands at ``position()``.
    ///   - durable: The journal's durable end as published.
    /// - Returns: Records folded; 0 when the index stands at `durable`.
    /// - Throws: The journal's error where the place consumed is none of this journal, ``IndexDamage``:
    ///   rebuild then. `DMN-110`.
    package func follow(_ reader: inout JournalReader, upTo durable: JournalPosition) throws -> Int {
        var moved = reader
        let count = try Self.sorted {
            try pool.write { db in try fold(&moved, upTo: durable, db) }
        }
        reader = moved
        return count
    }

    private func fold(
        _ reader: inout JournalReader, upTo durable: JournalPosition, _ db: Database
    ) throws -> Int {
        let running = try Int64.fetchOne(db, sql: "SELECT running FROM cursor")
        var fold = IndexFold(db: db, running: running) { try self.serials($0, db) }
        var cause: (any Error)?
        do {
            let count = try reader.read(upTo: durable, maxRecords: Self.batchRecords) {
                (record) throws(RecordRefused) in
                do {
                    guard let (fact, wall) = try LineRecord.decode(record.body) else { return }
                    try fold.apply(fact, line: record.end.line, wallMilliseconds: wall)
                } catch {
                    cause = error
                    throw RecordRefused("the index cannot take it")
                }
            }
            try Self.save(reader.position, fold.running, db)
            return count
        } catch {
            throw cause ?? error
        }
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
            row.text("kind") != PoolKind.sscc.rawValue, range.first >= 0, range.count >= 0
        else { return [] }
        let file = row.text("file")
        let positions = range.first..<range.first + range.count
        if !file.isEmpty {
            let table = try imports.serials(file)
            return positions.compactMap { table[$0] }
        }
        let (prefix, width) = (row.text("prefix"), Int(clamping: row.number("width")))
        guard let first = UInt64(row.text("first")) else { return [] }
        return positions.map { position in
            let digits = String(first &+ UInt64(position))
            return prefix + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
    }

    // MARK: - Asking

    /// What is known of an item.
    ///
    /// - Throws: `IDX-102` where the index knows no such item (yet: the fault says how far it is), `IDX-103`
    ///   while it cannot be read.
    package func item(_ code: ItemCode) async throws -> ItemAnswer { try await ask { try $0.item(code) } }

    /// An item with all that holds it and all it holds.
    package func trace(_ code: ItemCode) async throws -> TraceAnswer { try await ask { try $0.trace(code) } }

    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (IndexQuery) throws -> Answer
    ) async throws -> Answer {
        let durable = board.durable?.line ?? 0
        do {
            return try await pool.read { db in
                try question(IndexQuery(db: db, progress: Self.progress(db, durable, trouble)))
            }
        } catch let fault as ControlFault {
            throw fault
        } catch {
            let isDamage = (error as? DatabaseError).map(Self.isDamage) ?? (error is IndexDamage)
            // Built again by the thread that follows the journal.
            if isDamage { damaged.store(true, ordering: .releasing) }
            throw ControlFault(
                "IDX-103", "the index cannot be read; \(isDamage ? "it is built again" : "\(error)")",
                "Ask again in a minute; the answer says how far it is.", status: 503)
        }
    }

    private static func progress(
        _ db: Database, _ durable: UInt64, _ trouble: String
    ) throws -> IndexAnswer {
        var answer = IndexAnswer()
        answer.line = try position(db)?.line ?? 0
        answer.durable = max(durable, answer.line)
        answer.trouble = trouble
        return answer
    }
}

/// The index is not what it should be; building it again mends that.
struct IndexDamage: Error, CustomStringConvertible {
    let description: String

    init(_ text: String) { description = text }
}

extension Row {
    /// The text of a column; empty where it is none.
    func text(_ column: String) -> String { String.fromDatabaseValue(value(column)) ?? "" }
    /// The number of a column; 0 where it is none.
    func number(_ column: String) -> Int64 { Int64.fromDatabaseValue(value(column)) ?? 0 }
    /// The number of a column that may be empty.
    func optionalNumber(_ column: String) -> Int64? { Int64.fromDatabaseValue(value(column)) }

    private func value(_ column: String) -> DatabaseValue { self[column] ?? .null }
}
