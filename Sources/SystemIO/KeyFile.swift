import Glibc
import JournalCore

/// The line's signing key on disk: one text line, `seriatim-key-1 ` and the 32-byte seed in base64url.
///
/// Readable by its owner alone, and kept outside the journal's directory, so that a copy of the journal never
/// carries the power to sign.
package enum KeyFile {
    private static let label = Array("seriatim-key-1 ".utf8)

    /// Makes a new key from 32 bytes of entropy, mode 0600, synced. An existing file is never replaced.
    ///
    /// - Returns: The seed, for `JournalSigner`.
    /// - Throws: `EEXIST` when there is a key, or the call that failed.
    package static func create(_ path: String) throws(SystemError) -> [UInt8] {
        let seed = try Entropy.bytes(32)
        let line = label + Array(Base64URL.text(seed).utf8) + [0x0A]
        try DurableFile.create(path, line, mode: 0o600)
        return seed
    }

    /// Reads the seed of a key.
    ///
    /// - Throws: `ENOENT` without one; `EPERM` when others than the owner may read or write it; `EBADMSG`
    ///   when it is not a key file.
    package static func load(_ path: String) throws(SystemError) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        guard status.st_mode & 0o077 == 0 else { throw SystemError("key file", path, number: EPERM) }
        let bytes = try DurableFile.read(path, maxBytes: 256)
        guard bytes.starts(with: label), bytes.last == 0x0A,
            let seed = Base64URL.decode(bytes.dropFirst(label.count).dropLast()), seed.count == 32
        else { throw SystemError("key file", path, number: EBADMSG) }
        return seed
    }
}
