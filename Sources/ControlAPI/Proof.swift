import GS1

/// A secret on its way: whatever prints or compares a request shows nothing of it.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The secret itself.
    package var text: String

    /// Takes what was typed.
    package init(_ text: String = "") { self.text = text }

    package var isEmpty: Bool { text.isEmpty }
    package var description: String { isEmpty ? "no secret" : "a secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Longest secret and badge, bytes.
    package static let maxBytes = 128
}

/// Who asks, as the caller proves it: in headers, beside any request.
///
/// ```
/// Authorization: Bearer TOKEN            of the session, from the answer to a sign-on
/// Seriatim-Secret: SECRET                the secret once more, for what cannot be taken back
/// Seriatim-Second: BADGE SECRET          a second person
/// ```
/// Badge and secrets are percent-encoded.
package struct Proof: Equatable, Sendable {
    /// Names of the headers.
    package enum Header: String, CaseIterable, Sendable {
        case token = "authorization"
        case secret = "seriatim-secret"
        case second = "seriatim-second"
    }

    /// Token of the session; empty where nobody has signed on.
    package var token = Secret()
    /// Secret of who is signed on; empty unless it was asked again.
    package var secret = Secret()
    /// Badge of a second person; empty without one.
    package var secondBadge = Secret()
    /// Their secret.
    package var secondSecret = Secret()

    /// Proves nothing.
    package init() {}

    /// The headers that say it, without those that would be empty.
    package var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if !token.isEmpty {
            headers.append((Header.token.rawValue, "Bearer " + PercentEncoding.escaped(token.text)))
        }
        if !secret.isEmpty { headers.append((Header.secret.rawValue, PercentEncoding.escaped(secret.text))) }
        if !secondBadge.isEmpty {
            let both = [secondBadge, secondSecret].map { PercentEncoding.escaped($0.text) }
            headers.append((Header.second.rawValue, both.joined(separator: " ")))
        }
        return headers
    }

    /// Reads the headers of a request.
    ///
    /// - Throws: `CTL-114` for a header that is none of these; it says which, and nothing of its value.
    package init(_ header: (Header) -> String?) throws(ControlFault) {
        if let value = header(.token) {
            guard value.hasPrefix("Bearer "), let token = Self.secret(value.dropFirst(7)) else {
                throw Self.bad(.token, "write Bearer and the token")
            }
            self.token = token
        }
        if let value = header(.secret) {
            guard let secret = Self.secret(value[...]) else {
                throw Self.bad(.secret, "percent-encode the secret")
            }
            self.secret = secret
        }
        guard let value = header(.second) else { return }
        let parts = value.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let badge = Self.secret(parts[0]), let secret = Self.secret(parts[1]) else {
            throw Self.bad(.second, "percent-encode badge and secret, with one space between")
        }
        (secondBadge, secondSecret) = (badge, secret)
    }

    private static func secret(_ text: Substring) -> Secret? {
        guard let text = PercentEncoding.unescaped(text), (1...Secret.maxBytes).contains(text.utf8.count)
        else {
            return nil
        }
        return Secret(text)
    }

    private static func bad(_ header: Header, _ remedy: String) -> ControlFault {
        ControlFault(
            "CTL-114", "the header \(header.rawValue) cannot be read", "Correct it: \(remedy).", status: 400)
    }
}
