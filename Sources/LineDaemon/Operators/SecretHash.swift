import ControlAPI
import Crypto
import CryptoExtras
import JournalCore
import SystemIO

/// What is kept of a PIN or password: enough to know it again, and as little help as can be to who finds it.
///
/// `scrypt$32768$8$1$SALT$KEY`: rounds, block size, parallelism, then 16 and 32 bytes in base64url.
/// - Source: RFC 7914.
struct SecretHash: Equatable, Sendable {
    /// What one look at a secret costs: memory is 128 * rounds * blockSize bytes.
    struct Cost: Equatable, Sendable {
        /// N of scrypt, a power of two.
        var rounds = 1 << 15
        /// r of scrypt.
        var blockSize = 8
        /// p of scrypt.
        var parallelism = 1

        /// A file cannot make the daemon take more than 256 MiB, nor more than a few seconds.
        var isSound: Bool {
            (1 << 10...1 << 18).contains(rounds) && rounds & (rounds - 1) == 0
                && (1...32).contains(blockSize) && (1...16).contains(parallelism)
                && 128 * rounds * blockSize <= 256 << 20
        }
    }

    let cost: Cost
    let salt: [UInt8]
    let key: [UInt8]

    /// Hashes a new secret with a salt of its own.
    ///
    /// Takes a tenth of a second of a processor and 32 MiB: never on the line's thread, nor in a Swift task.
    /// - Throws: `AUTH-129`.
    init(_ secret: Secret, cost: Cost = Cost()) throws {
        self.cost = cost
        salt = try Entropy.bytes(16)
        key = try Self.derive(secret, salt, cost).withUnsafeBytes { Array($0) }
    }

    /// Reads what ``text`` gave; `nil` for anything else.
    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let block = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Base64URL.decode(parts[4].utf8), salt.count == 16,
            let key = Base64URL.decode(parts[5].utf8), key.count == 32
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: block, parallelism: parallelism)
        guard cost.isSound else { return nil }
        self.salt = salt
        self.key = key
    }

    var text: String {
        "scrypt$\(cost.rounds)$\(cost.blockSize)$\(cost.parallelism)$"
            + "\(Base64URL.text(salt))$\(Base64URL.text(key))"
    }

    /// Whether this is the secret; takes as long for a wrong one. The comparison takes the same time wherever
    /// the first difference is.
    func matches(_ secret: Secret) throws -> Bool {
        try Self.derive(secret, salt, cost) == SymmetricKey(data: key)
    }

    static func derive(_ secret: Secret, _ salt: [UInt8], _ cost: Cost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(secret.text.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
    }
}
