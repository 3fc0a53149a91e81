import Crypto

/// State of the chain after a line: SHA-256 over the state before it and the line's bytes.
///
/// Two journals with equal heads hold equal lines. Held as four words so that comparing and storing it
/// allocates nothing.
package struct JournalHead: Hashable, Sendable, CustomStringConvertible {
    var words: (UInt64, UInt64, UInt64, UInt64)

    /// All zeros: stands for no state before a first line is read.
    init() { words = (0, 0, 0, 0) }

    init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// Takes 32 bytes; `nil` for any other count.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// Takes 43 characters of base64url, as printed by ``description``; `nil` for anything else.
    package init?(text: String) {
        guard let bytes = Base64URL.decode(Array(text.utf8)) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes of the state.
    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// 43 characters of base64url without padding.
    package var description: String { Base64URL.text(bytes) }

    /// The state before the first line: what the journal is, bound into every later state.
    ///
    /// SHA-256 of the text `seriatim journal 1`, then line name, journal id and public key (base64url), each
    /// followed by one newline.
    static func start(of identity: JournalIdentity) -> JournalHead {
        let key = Base64URL.text(identity.publicKey)
        let text = "seriatim journal \(JournalFormat.version)\n\(identity.line)\n\(identity.id)\n\(key)\n"
        return JournalHead(SHA256.hash(data: Array(text.utf8)))
    }

    /// The state after a line whose bytes up to its tag are `bytes`.
    func advanced(by bytes: UnsafeRawBufferPointer) -> JournalHead {
        var hash = SHA256()
        withUnsafeBytes(of: words) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: bytes)
        return JournalHead(hash.finalize())
    }

    /// The line's tag: the first eight characters of the state, 48 bits.
    var tag: (UInt64) {
        withUnsafeBytes(of: words) { state in
            var tag: UInt64 = 0
            for group in 0..<2 {
                let three =
                    UInt32(state[group * 3]) << 16 | UInt32(state[group * 3 + 1]) << 8
                    | UInt32(state[group * 3 + 2])
                for shift in [18, 12, 6, 0] as [UInt32] {
                    let digit = Int(three >> shift & 63)
                    tag = tag << 8 | UInt64(Base64URL.alphabet[digit])
                }
            }
            return tag
        }
    }

    package static func == (left: JournalHead, right: JournalHead) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Base64 with the letters of file names and URLs and without padding (RFC 4648 section 5).
package enum Base64URL {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    /// The text of `bytes`: four characters for three bytes, the last group shorter.
    package static func text(_ bytes: [UInt8]) -> String { String(decoding: encode(bytes), as: UTF8.self) }

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count * 4 + 2) / 3)
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            held = (held << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(alphabet[Int(held >> bits & 63)])
            }
        }
        if bits > 0 { out.append(alphabet[Int(held << (6 - bits) & 63)]) }
        return out
    }

    /// The bytes of `text`; `nil` when a character is foreign, the length impossible or a spare bit set.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count * 3 / 4)
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for letter in text {
            let value = values[Int(letter)]
            guard value < 64 else { return nil }
            held = (held << 6 | UInt32(value)) & 0x3FFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: held >> bits))
            }
        }
        let spare = held & ((1 << bits) - 1)
        return bits < 6 && spare == 0 ? out : nil
    }
}
