import Foundation
import GRDB
import JournalCore

/// A store in one SQLite file. Every commit is synced before it is acknowledged.
package final class SQLiteStore: JournalStore {
    /// Bytes of a journal in one row: a short read touches one row, and a small batch rewrites at most one.
    static let chunkBytes = 64 << 10
    /// Version of the tables.
    static let version = 1

    private let pool: DatabasePool
    private let path: String
    package let generation: UInt64

    /// Opens the store, or makes it.
    ///
    /// - Parameter path: The database file, in a directory that is there.
    /// - Throws: `HUB-303`, `HUB-304`.
    package init(path: String) throws(HubError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            pool = try DatabasePool(path: path, configuration: configuration)
            // After opening: opening itself sets NORMAL, which does not sync.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw HubError(
                        .databaseFailed, at: path, "it cannot be made to sync", "Use another SQLite.")
                }
            }
            generation = try pool.write { try Self.prepare($0, path) }
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Closes the file in order. A process that just ends loses nothing either.
    package func close() throws(HubError) {
        do { try pool.close() } catch { throw Self.failure(path, error) }
    }

    private static func prepare(_ db: Database, _ path: String) throws -> UInt64 {
        if try !db.tableExists("hub") {
            let others = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard others == 0 else { throw foreign(path, "it holds tables of another program") }
            try db.execute(sql: tables)
            try db.execute(sql: "INSERT INTO hub (one, version, generation) VALUES (1, \(version), 1)")
        }
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM hub") else {
            throw foreign(path, "it has lost its first row")
        }
        let found = row.number("version")
        guard found == Int64(version) else {
            throw foreign(path, "its tables are of version \(found), this program knows \(version)")
        }
        return UInt64(clamping: row.number("generation"))
    }

    private static func foreign(_ path: String, _ text: String) -> HubError {
        HubError(.foreignDatabase, at: path, text, "Name the hub's own data directory.")
    }

    private static func failure(_ path: String, _ error: any Error) -> HubError {
        if let error = error as? HubError { return error }
        guard let error = error as? DatabaseError else {
            return HubError(.databaseFailed, at: path, "\(error)", checkDisk)
        }
        let text = "\(error.extendedResultCode): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_NOTADB: return foreign(path, text)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return HubError(
                .databaseFailed, at: path, text, "End whatever else has the database open, and start again.")
        default: return HubError(.databaseFailed, at: path, text, checkDisk)
        }
    }

    private static let checkDisk =
        "Check disk and free space, then start again; nothing acknowledged is lost."

    /// `chunk.received` is when the last byte of the chunk came: who holds the hub's data can say that the
    /// journal stood so at that time.
    private static let tables = """
        CREATE TABLE hub (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL,
            generation INTEGER NOT NULL) STRICT;
        CREATE TABLE journal (id INTEGER PRIMARY KEY, line TEXT NOT NULL UNIQUE, journal TEXT NOT NULL,
            key BLOB NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, segment INTEGER NOT NULL,
            offset INTEGER NOT NULL, head TEXT NOT NULL, enrolled INTEGER NOT NULL) STRICT;
        CREATE TABLE chunk (journal INTEGER NOT NULL REFERENCES journal (id), number INTEGER NOT NULL,
            received INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (journal, number)) STRICT;
        CREATE TABLE token (hash BLOB PRIMARY KEY, line TEXT NOT NULL, made INTEGER NOT NULL,
            maker TEXT NOT NULL, used INTEGER) STRICT, WITHOUT ROWID;
        """

    // MARK: - Journals

    package func journal(of line: String) throws(HubError) -> JournalReceiver? {
        try reading { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM journal WHERE line = ?", arguments: [line])
            else { return nil }
            let (lines, bytes) = (row.number("lines"), row.number("bytes"))
            let (segment, offset) = (row.number("segment"), row.number("offset"))
            guard
                let identity = JournalIdentity(
                    line: line, id: row.text("journal"), publicKey: row.bytes("key")),
                let head = JournalHead(text: row.text("head")), (1..<1 << 60).contains(lines),
                (1..<1 << 60).contains(bytes), (1..<1 << 31).contains(segment),
                (0..<1 << 40).contains(offset)
            else { throw Self.foreign(self.path, "its row of line \(line) names no journal") }
            let position = JournalPosition(
                line: UInt64(lines), bytes: UInt64(bytes), segment: Int(segment), offset: Int(offset),
                head: head)
            return JournalReceiver(identity: identity, position: position)
        }
    }

    package func lines() throws(HubError) -> [String] {
        try reading { try String.fetchAll($0, sql: "SELECT line FROM journal ORDER BY line") }
    }

    package func read(_ line: String, at offset: UInt64, count: Int) throws(HubError) -> [UInt8] {
        guard count > 0, let start = Int(exactly: offset) else { return [] }
        let (end, overflow) = start.addingReportingOverflow(count)
        guard !overflow else { return [] }
        return try reading { db in
            var bytes: [UInt8] = []
            let size = Self.chunkBytes
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT number, chunk.bytes AS part FROM chunk JOIN journal ON journal.id = chunk.journal
                    WHERE line = ? AND number BETWEEN ? AND ? ORDER BY number
                    """, arguments: [line, start / size, (end - 1) / size])
            while let row = try rows.next() {
                let part = row.bytes("part")
                let number = Int(clamping: row.number("number"))
                guard (start / size...(end - 1) / size).contains(number) else { continue }
                let first = number * size
                let from = max(start - first, 0)
                let to = min(end - first, part.count)
                if from < to { bytes += part[from..<to] }
            }
            return bytes
        }
    }

    package func append(
        _ addition: JournalReceiver.Addition, token: TokenHash?, at now: Int64
    ) throws(HubError) {
        try writing { db in
            let state = addition.receiver
            let position = state.position
            guard let identity = state.identity else {
                throw Self.foreign(self.path, "a journal without a name cannot be kept")
            }
            let values: StatementArguments = [
                state.line, identity.id, Data(identity.publicKey), Int64(clamping: position.line),
                Int64(clamping: position.bytes), position.segment, position.offset,
                position.head.description, now,
            ]
            try db.execute(
                sql: """
                    INSERT INTO journal (line, journal, key, lines, bytes, segment, offset, head, enrolled)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (line) DO UPDATE SET lines = excluded.lines, bytes = excluded.bytes,
                        segment = excluded.segment, offset = excluded.offset, head = excluded.head
                    """, arguments: values)
            let id = try Int64.fetchOne(
                db, sql: "SELECT id FROM journal WHERE line = ?", arguments: [state.line])
            try Self.write(
                addition.bytes, behind: Int(clamping: position.bytes) - addition.bytes.count, id, now, db)
            if let token {
                try db.execute(
                    sql: "UPDATE token SET used = ? WHERE hash = ? AND used IS NULL",
                    arguments: [now, Data(token.bytes)])
            }
        }
    }

    /// Fills up the last chunk, then adds others.
    private static func write(
        _ bytes: [UInt8], behind offset: Int, _ id: Int64?, _ now: Int64, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO chunk (journal, number, received, bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT (journal, number) DO UPDATE
                    SET bytes = CAST(chunk.bytes || excluded.bytes AS BLOB), received = excluded.received
                """)
        var done = 0
        while done < bytes.count {
            let at = offset + done
            let count = min(chunkBytes - at % chunkBytes, bytes.count - done)
            try statement.execute(arguments: [
                id, at / chunkBytes, now, Data(bytes[done..<(done + count)]),
            ])
            done += count
        }
    }

    // MARK: - Tokens

    package func add(_ token: TokenHash, line: String, madeBy: String, at now: Int64) throws(HubError) {
        try writing { db in
            try db.execute(
                sql: "INSERT INTO token (hash, line, made, maker, used) VALUES (?, ?, ?, ?, NULL)",
                arguments: [Data(token.bytes), line, now, madeBy])
        }
    }

    package func standing(
        of token: TokenHash, line: String, at now: Int64
    ) throws(HubError) -> EnrolmentToken {
        try reading { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT line, made, used FROM token WHERE hash = ?",
                    arguments: [Data(token.bytes)]), row.text("line") == line
            else { return .unknown }
            if !row.isNull("used") { return .used }
            return now - row.number("made") < TokenHash.lifetimeMilliseconds ? .valid : .unknown
        }
    }

    // MARK: - Failures

    private func reading<Result>(_ body: (Database) throws -> Result) throws(HubError) -> Result {
        do { return try pool.read(body) } catch { throw Self.failure(path, error) }
    }

    private func writing(_ body: (Database) throws -> Void) throws(HubError) {
        do { try pool.write(body) } catch { throw Self.failure(path, error) }
    }
}

/// What a column holds; an empty value where a damaged or foreign file holds another kind: the library's own
/// accessors would end the process there.
extension Row {
    fileprivate func text(_ column: String) -> String { String.fromDatabaseValue(value(column)) ?? "" }
    fileprivate func number(_ column: String) -> Int64 { Int64.fromDatabaseValue(value(column)) ?? 0 }
    fileprivate func bytes(_ column: String) -> [UInt8] {
        Data.fromDatabaseValue(value(column)).map(Array.init) ?? []
    }
    fileprivate func isNull(_ column: String) -> Bool { value(column).isNull }

    private func value(_ column: String) -> DatabaseValue { self[column] ?? .null }
}
