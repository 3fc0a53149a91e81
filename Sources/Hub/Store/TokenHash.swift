import Crypto
import JournalCore
import SystemIO

/// A one-time token as a hub keeps it: its SHA-256. The token itself is only in the hands of whoever uses it.
///
/// A token has 256 random bits, so that a hash without salt or cost tells nothing about it.
package struct TokenHash: Hashable, Sendable {
    /// Longest time between making and using a token: seven days.
    package static let lifetimeMilliseconds: Int64 = 7 * 86_400_000

    /// 32 bytes.
    package let bytes: [UInt8]

    /// Takes a token as somebody shows it; any text.
    package init(of token: String) { bytes = Array(SHA256.hash(data: Array(token.utf8))) }

    /// A new token: 43 characters of base64url.
    package static func make() throws(SystemError) -> String { Base64URL.text(try Entropy.bytes(32)) }
}
