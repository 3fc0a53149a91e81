import Crypto

/// What a journal is known by, written into its first line and bound into the chain.
package struct JournalIdentity: Equatable, Sendable {
    /// Longest line name, in bytes: keeps a segment's first line inside one 512-byte block.
    package static let maxLineBytes = 64

    /// Name of the line: 1 to 64 printable ASCII characters without `"` and `\`.
    package let line: String
    /// Random number made with the journal: 32 hexadecimal digits, lower case.
    package let id: String
    /// Ed25519 public key of the line, 32 bytes.
    package let publicKey: [UInt8]

    /// `nil` when a part does not have the shape its property states.
    package init?(line: String, id: String, publicKey: [UInt8]) {
        let digits = Array(id.utf8)
        guard Self.isLineName(line), digits.count == 32, publicKey.count == 32,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.line = line
        self.id = id
        self.publicKey = publicKey
    }

    /// Whether a line can have this name: see ``line``.
    package static func isLineName(_ name: String) -> Bool {
        (1...maxLineBytes).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }

    /// The identity of a new journal.
    ///
    /// - Parameter randomID: 16 fresh random bytes.
    /// - Returns: `nil` when the name or the count of random bytes does not fit.
    package init?(line: String, randomID: [UInt8], publicKey: [UInt8]) {
        self.init(line: line, id: Hexadecimal.text(randomID), publicKey: publicKey)
    }
}

/// The line's key: signs checkpoints. Made on the line and kept outside the journal directory.
package struct JournalSigner: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// Ed25519 public key, 32 bytes.
    package let publicKey: [UInt8]

    /// - Parameter seed: The 32 bytes of the key file, or fresh random bytes for a new key.
    /// - Returns: `nil` unless there are 32 bytes.
    package init?(seed: [UInt8]) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            return nil
        }
        self.key = key
        publicKey = Array(key.publicKey.rawRepresentation)
    }

    /// Ed25519 signature, 64 bytes; `nil` if the library refuses.
    func sign(_ message: [UInt8]) -> [UInt8]? {
        guard let signature = try? key.signature(for: message) else { return nil }
        return Array(signature)
    }
}

/// Checks signatures of one line's key.
struct JournalKey {
    private let key: Curve25519.Signing.PublicKey

    init?(_ bytes: [UInt8]) {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: message)
    }
}
