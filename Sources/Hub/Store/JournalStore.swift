import JournalCore

/// Journals of lines as a hub keeps them, and the tokens that allow a line its first.
///
/// Used by one thread at a time. What one call changes is durable when it returns, whole or not at all. A
/// failure is final: the process ends, and the next start finds what was acknowledged.
package protocol JournalStore: AnyObject {
    /// Counted up whenever the store was restored from a backup; 1 at first.
    var generation: UInt64 { get }

    /// How far the journal of a line is held; `nil` while none is.
    func journal(of line: String) throws(HubError) -> JournalReceiver?

    /// Names of the lines of which a journal is held, in order.
    func lines() throws(HubError) -> [String]

    /// Bytes of a line's journal.
    ///
    /// - Returns: Fewer than asked for only behind the last one held.
    func read(_ line: String, at offset: UInt64, count: Int) throws(HubError) -> [UInt8]

    /// Keeps what a batch adds: its bytes and the next state, in one transaction.
    ///
    /// - Parameters:
    ///   - token: Hash of the token that allowed it; it is used up by this. `nil` where none was needed.
    ///   - now: Milliseconds since 1970-01-01T00:00:00Z.
    func append(
        _ addition: JournalReceiver.Addition, token: TokenHash?, at now: Int64
    ) throws(HubError)

    /// Keeps a new token.
    func add(_ token: TokenHash, line: String, madeBy: String, at now: Int64) throws(HubError)

    /// What became of a token shown for a line; one older than ``TokenHash/lifetimeMilliseconds`` is unknown.
    func standing(of token: TokenHash, line: String, at now: Int64) throws(HubError) -> EnrolmentToken
}

/// The journal of one line in a store, for the rules.
struct StoredJournal: JournalBytes {
    let store: any JournalStore
    let line: String

    func read(at offset: UInt64, count: Int) throws(JournalError) -> [UInt8] {
        do throws(HubError) {
            return try store.read(line, at: offset, count: count)
        } catch {
            throw JournalError(StorageError(error.description, line, .notFound))
        }
    }
}
