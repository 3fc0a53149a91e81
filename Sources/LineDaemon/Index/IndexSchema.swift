import GRDB

/// The tables of the index. Another version is dropped and rebuilt: everything in it comes from the journal.
enum IndexSchema {
    /// Counted up with every change of a table or of what a record does to it.
    static let version = 6

    static let tables = """
        CREATE TABLE cursor (
            one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, journal TEXT NOT NULL,
            line INTEGER NOT NULL, bytes INTEGER NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
            head TEXT NOT NULL, running INTEGER);
        CREATE TABLE pool (
            name TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL,
            prefix TEXT NOT NULL, first TEXT NOT NULL, count INTEGER NOT NULL,
            width INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, gtin TEXT NOT NULL, lot TEXT NOT NULL,
            expiry TEXT NOT NULL, preprinted INTEGER NOT NULL, unit_level TEXT NOT NULL);
        CREATE TABLE unit (
            id INTEGER PRIMARY KEY, serial TEXT NOT NULL, gtin TEXT NOT NULL, batch INTEGER,
            state INTEGER NOT NULL, track INTEGER NOT NULL DEFAULT 0, parent INTEGER, UNIQUE (serial, gtin));
        CREATE INDEX unit_parent ON unit (parent) WHERE parent IS NOT NULL;
        CREATE TABLE open_track (track INTEGER PRIMARY KEY, unit INTEGER NOT NULL);
        CREATE TABLE container (
            id INTEGER PRIMARY KEY, sscc TEXT NOT NULL UNIQUE, level TEXT NOT NULL, batch INTEGER,
            station TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, labels INTEGER NOT NULL DEFAULT 0,
            label_count INTEGER NOT NULL DEFAULT 0, parent INTEGER, dissolved INTEGER NOT NULL DEFAULT 0,
            shipped INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX container_parent ON container (parent) WHERE parent IS NOT NULL;
        CREATE TABLE history (
            item INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
            detail TEXT NOT NULL, PRIMARY KEY (item, position)) WITHOUT ROWID;
        """

    /// Key of a unit in `history`.
    static func unit(_ id: Int64) -> Int64 { id * 2 }
    /// Key of a container in `history`.
    static func container(_ id: Int64) -> Int64 { id * 2 + 1 }
}

extension Database {
    /// Runs one statement, compiled once for the connection.
    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The first column of every row.
    func ids(_ sql: String, _ arguments: StatementArguments) throws -> [Int64] {
        try Int64.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first column of the first row, or `nil` without one.
    func id(_ sql: String, _ arguments: StatementArguments) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }
}
