/// Serials of one alphabet and length in an order nobody guesses: position to serial and back.
///
/// Every position has one serial and every serial one position, so positions handed out once are serials
/// handed out once; nothing is drawn, kept or compared. Whoever has the key can work the serials out; without
/// it a serial says nothing of the others.
///
/// The serial is cut into a left and a right half, each a number in base `alphabet.count`; twelve rounds add
/// to one half a keyed function of the other, modulo the size of that half. The domain is exactly the space
/// of the serials: no walking, no rest.
///
/// - Source: the method is an unbalanced, alternating Feistel network over integers as in NIST SP 800-38G
///   (FF1 has ten rounds, and asks for a space of a million); the keyed function is SipHash-2-4 (Aumasson and
///   Bernstein, 2012).
package struct KeyedPermutation: Equatable, Sendable {
    private let alphabet: [UInt8]
    private let length: Int
    private let key: SipKey
    /// Values of the left half, `alphabet.count` to the power of `length / 2`.
    private let left: UInt64
    /// Values of the right half, which has the odd character.
    private let right: UInt64

    private static let rounds: UInt64 = 12

    /// Makes the permutation of all serials of `length` characters.
    ///
    /// - Parameter alphabet: 2 to 82 different ASCII characters.
    /// - Parameter length: 2 to 20: each half then counts in 64 bits.
    /// - Parameter secret: 32 hexadecimal digits, from a secure generator.
    /// - Returns: `nil` outside these ranges.
    package init?(alphabet: String, length: Int, secret: String) {
        let characters = Array(alphabet.utf8)
        guard (2...82).contains(characters.count), Set(characters).count == characters.count,
            (2...20).contains(length), let key = SipKey(hex: secret),
            let left = SerialSpace.size(radix: characters.count, length: length / 2),
            let right = SerialSpace.size(radix: characters.count, length: length - length / 2)
        else { return nil }
        self.alphabet = characters
        self.length = length
        self.key = key
        self.left = left
        self.right = right
    }

    /// The serial at a position, or `nil` where there are not so many.
    package func serial(at position: UInt64) -> String? {
        var (a, b) = position.quotientAndRemainder(dividingBy: right)
        guard a < left else { return nil }
        for round in 0..<Self.rounds {
            if round % 2 == 0 {
                a = Self.sum(a, key.value(round, b, below: left), below: left)
            } else {
                b = Self.sum(b, key.value(round, a, below: right), below: right)
            }
        }
        var bytes = [UInt8](repeating: 0, count: length)
        write(b, into: &bytes, at: length / 2..<length)
        write(a, into: &bytes, at: 0..<length / 2)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The position of a serial, or `nil` for one that is not of this space or stands beyond 2^64.
    package func position(of serial: some Collection<UInt8>) -> UInt64? {
        let bytes = Array(serial)
        guard bytes.count == length, var a = read(bytes[..<(length / 2)]),
            var b = read(bytes[(length / 2)...])
        else { return nil }
        for round in (0..<Self.rounds).reversed() {
            if round % 2 == 0 {
                a = Self.difference(a, key.value(round, b, below: left), below: left)
            } else {
                b = Self.difference(b, key.value(round, a, below: right), below: right)
            }
        }
        let (product, tooLarge) = a.multipliedReportingOverflow(by: right)
        let (position, overflow) = product.addingReportingOverflow(b)
        return tooLarge || overflow ? nil : position
    }

    private func write(_ value: UInt64, into bytes: inout [UInt8], at places: Range<Int>) {
        var rest = value
        for place in places.reversed() {
            bytes[place] = alphabet[Int(rest % UInt64(alphabet.count))]
            rest /= UInt64(alphabet.count)
        }
    }

    private func read(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            // Below alphabet.count to the power of the places, which fits.
            value = value * UInt64(alphabet.count) + UInt64(digit)
        }
        return value
    }

    /// `a + b` modulo `size`; both are below it, and the sum may not fit.
    private static func sum(_ a: UInt64, _ b: UInt64, below size: UInt64) -> UInt64 {
        a >= size - b ? a - (size - b) : a + b
    }

    private static func difference(_ a: UInt64, _ b: UInt64, below size: UInt64) -> UInt64 {
        a >= b ? a - b : size - b + a
    }
}

/// How many serials of one kind there are.
package enum SerialSpace {
    /// `radix` to the power of `length`; `nil` above 2^64 - 1.
    package static func size(radix: Int, length: Int) -> UInt64? {
        var result: UInt64 = 1
        for _ in 0..<max(0, length) {
            let (product, overflow) = result.multipliedReportingOverflow(by: UInt64(max(0, radix)))
            guard !overflow else { return nil }
            result = product
        }
        return result
    }

    /// Whether a guess hits one of `issued` serials less often than once in `guesses`.
    package static func isSparse(issued: UInt64, guesses: UInt64, radix: Int, length: Int) -> Bool {
        guard guesses > 0 else { return true }
        let (needed, overflow) = issued.multipliedReportingOverflow(by: guesses)
        guard !overflow else { return false }
        guard let all = size(radix: radix, length: length) else { return true }
        return needed < all
    }
}

/// A key of SipHash-2-4, and the function itself for the one message length used here.
struct SipKey: Equatable, Sendable {
    let first: UInt64
    let second: UInt64

    /// 32 hexadecimal digits, the bytes of the key in order.
    init?(hex: String) {
        guard HubText.isHex(hex, digits: 32), let high = UInt64(hex.prefix(16), radix: 16),
            let low = UInt64(hex.suffix(16), radix: 16)
        else { return nil }
        first = high.byteSwapped
        second = low.byteSwapped
    }

    /// A number below `size` for one round and one half; 128 bits are divided, so none is likelier.
    func value(_ round: UInt64, _ half: UInt64, below size: UInt64) -> UInt64 {
        let high = hash(half, round) % size
        let low = hash(half, round | 1 << 32)
        return size.dividingFullWidth((high, low)).remainder
    }

    /// SipHash-2-4 of the 16 bytes of two words, least significant byte first.
    func hash(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var v0 = first ^ 0x736F_6D65_7073_6575
        var v1 = second ^ 0x646F_7261_6E64_6F6D
        var v2 = first ^ 0x6C79_6765_6E65_7261
        var v3 = second ^ 0x7465_6462_7974_6573
        func turned(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
        func mix(_ times: Int) {
            for _ in 0..<times {
                v0 = v0 &+ v1
                v1 = turned(v1, 13) ^ v0
                v0 = turned(v0, 32)
                v2 = v2 &+ v3
                v3 = turned(v3, 16) ^ v2
                v0 = v0 &+ v3
                v3 = turned(v3, 21) ^ v0
                v2 = v2 &+ v1
                v1 = turned(v1, 17) ^ v2
                v2 = turned(v2, 32)
            }
        }
        for word in [a, b, 16 << 56] {
            v3 ^= word
            mix(2)
            v0 ^= word
        }
        v2 ^= 0xFF
        mix(4)
        return v0 ^ v1 ^ v2 ^ v3
    }
}
