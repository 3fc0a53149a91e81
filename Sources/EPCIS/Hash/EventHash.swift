import Crypto
import JSONText

/// The ID an event has by its content: the same event, however written, has the same.
///
/// `ni:///sha-256;{64 hex digits}?ver=CBV2.0`, the SHA-256 of the event's pre-hash text. What a repository
/// adds (`eventID`, `recordTime`) and an error declaration do not count, so a declaration has the ID of the
/// event it is about.
///
/// - Source: CBV 2.0, section 8; the canonical order of members is that of its table.
package struct EventHash: Hashable, Sendable, CustomStringConvertible {
    /// The digest, 32 bytes.
    package let digest: [UInt8]

    /// - Parameter content: Whose context the event stands under.
    package init(_ event: Event, in content: Content) {
        self.init(event, context: content.context)
    }

    /// - Parameter context: The JSON-LD context of the document around the event, for prefixes.
    package init(_ event: Event, context: JSONValue?) {
        let text = PreHash(event, context: context).text
        digest = Array(SHA256.hash(data: Array(text.utf8)))
    }

    /// The event's ID.
    package var uri: PlainURI { PlainURI(description) }

    package var description: String {
        "ni:///sha-256;" + URISyntax.hex(digest) + "?ver=CBV2.0"
    }

    /// What is hashed, for whoever looks for the difference between two hashes.
    package static func preHash(of event: Event, context: JSONValue?) -> String {
        PreHash(event, context: context).text
    }

    /// Whether an `ni` URI that says it is an event hash has the digits of one. Others are left alone.
    static func isWellFormed(_ uri: String) -> Bool {
        guard uri.contains("?ver=CBV") else { return true }
        let lengths = ["sha-256": 64, "sha3-256": 64, "sha-384": 96, "sha-512": 128]
        guard uri.hasPrefix("ni:///"), let semicolon = uri.firstIndex(of: ";"),
            let mark = uri.firstIndex(of: "?"), semicolon < mark
        else { return false }
        let algorithm = uri[..<semicolon].dropFirst(6)
        let digits = uri[uri.index(after: semicolon)..<mark]
        return lengths[String(algorithm)] == digits.utf8.count && digits.utf8.allSatisfy(URISyntax.isHex)
    }
}
