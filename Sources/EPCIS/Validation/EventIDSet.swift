import Crypto

/// What an event's ID is, by its text.
///
/// - Source: EPCIS 2.0, 7.4.1: any URI. CBV 2.0, 8: a UUID (RFC 9562) or an event hash (RFC 6920); other
///   forms make a document CBV-compatible, not CBV-compliant.
enum EventIDForm: Equatable {
    case uuid
    case hash
    /// It says that it is a UUID or an event hash, and is none.
    case malformed
    case other

    init(_ uri: String) {
        let start = "urn:uuid:"
        if String(uri.prefix(start.count)).lowercased() == start {
            self = Self.isUUID(uri.utf8.dropFirst(start.utf8.count)) ? .uuid : .malformed
        } else if uri.hasPrefix("ni:") {
            self = EventHash.isWellFormed(uri) ? .hash : .malformed
        } else {
            self = .other
        }
    }

    /// The text by which IDs are compared: the letters of a UUID or of a hash's digits are of either case.
    static func canonical(_ uri: String) -> String {
        switch EventIDForm(uri) {
        case .uuid: uri.lowercased()
        case .hash: uri.contains("?ver=CBV") ? lowercasedDigits(uri) : uri
        case .malformed, .other: uri
        }
    }

    private static func lowercasedDigits(_ uri: String) -> String {
        guard let mark = uri.firstIndex(of: "?") else { return uri }
        return uri[..<mark].lowercased() + uri[mark...]
    }

    /// 8-4-4-4-12 hex digits.
    private static func isUUID(_ text: Substring.UTF8View) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(URISyntax.isHex) }
    }
}

/// IDs of events, to find one that stands twice: 16 bytes of each one's digest.
struct EventIDSet: Sendable {
    /// How an ID relates to those before.
    enum Outcome { case new, repeated, firstNotCompared }

    private let limit: Int
    private var digests: Set<Digest> = []
    private var isFull = false

    /// The first half of a SHA-256.
    private struct Digest: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ text: String) {
            let bytes = Array(SHA256.hash(data: Array(text.utf8)))
            high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
            low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// - Parameter limit: Most IDs that are kept; later ones are compared with these alone.
    init(limit: Int) { self.limit = limit }

    /// Takes an event's ID; an event and its error declaration have the same and are two.
    ///
    /// - Returns: Of the IDs beyond the limit the first says so.
    mutating func insert(_ id: String, isDeclared: Bool) -> Outcome {
        let digest = Digest((isDeclared ? "-" : "+") + EventIDForm.canonical(id))
        if digests.contains(digest) { return .repeated }
        guard digests.count < limit else {
            defer { isFull = true }
            return isFull ? .new : .firstNotCompared
        }
        digests.insert(digest)
        return .new
    }
}
