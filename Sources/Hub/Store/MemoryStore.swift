import JournalCore

/// A store without a disk, for tests of whatever stands on a store.
package final class MemoryStore: JournalStore {
    private struct Token {
        var line: String
        var made: Int64
        var isUsed = false
    }

    package let generation: UInt64
    private var held: [String: (receiver: JournalReceiver, bytes: [UInt8])] = [:]
    private var tokens: [TokenHash: Token] = [:]

    /// A store that holds nothing.
    package init(generation: UInt64 = 1) { self.generation = generation }

    package func journal(of line: String) -> JournalReceiver? { held[line]?.receiver }

    package func lines() -> [String] { held.keys.sorted() }

    package func read(_ line: String, at offset: UInt64, count: Int) -> [UInt8] {
        guard let bytes = held[line]?.bytes, let start = Int(exactly: offset), start < bytes.count, count > 0
        else { return [] }
        return Array(bytes[start..<(start + min(count, bytes.count - start))])
    }

    package func append(_ addition: JournalReceiver.Addition, token: TokenHash?, at now: Int64) {
        let line = addition.receiver.line
        held[line] = (addition.receiver, (held[line]?.bytes ?? []) + addition.bytes)
        if let token { tokens[token]?.isUsed = true }
    }

    package func add(_ token: TokenHash, line: String, madeBy: String, at now: Int64) {
        tokens[token] = Token(line: line, made: now)
    }

    package func standing(of token: TokenHash, line: String, at now: Int64) -> EnrolmentToken {
        guard let known = tokens[token], known.line == line else { return .unknown }
        if known.isUsed { return .used }
        return now - known.made < TokenHash.lifetimeMilliseconds ? .valid : .unknown
    }
}
