/// What is wrong with the bytes of a snapshot.
package struct SnapshotFault: Error, Equatable, Sendable {
    /// What does not fit, without any content.
    package let text: String

    /// Names what does not fit.
    package init(_ text: String) { self.text = text }
}

/// Reads what a ``SnapshotWriter`` wrote, from bytes nobody has vouched for.
///
/// Every count is held against the bytes that are left before anything is allocated for it.
package struct SnapshotReader {
    private let bytes: [UInt8]
    private var at: Int
    private let end: Int

    /// Reads `range` of `bytes`, which lies inside them.
    package init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        at = range.lowerBound
        end = range.upperBound
    }

    /// Bytes not read yet.
    package var left: Int { end - at }

    /// A byte.
    package mutating func byte() throws(SnapshotFault) -> UInt8 {
        guard at < end else { throw SnapshotFault("it ends too early") }
        at += 1
        return bytes[at - 1]
    }

    /// A number, in its shortest form.
    package mutating func number() throws(SnapshotFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1, next != 0 || shift == 0 else {
                throw SnapshotFault("a number is not as it is written")
            }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// A number that is not negative and at most `limit`.
    package mutating func count(upTo limit: Int = 1 << 52) throws(SnapshotFault) -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw SnapshotFault("a number is too large") }
        return Int(value)
    }

    /// A number that may be negative.
    package mutating func signed() throws(SnapshotFault) -> Int {
        let value = try number()
        guard value < 1 << 53 else { throw SnapshotFault("a number is too large") }
        return Int(value >> 1) ^ -Int(value & 1)
    }

    /// A byte that is 0 or 1.
    package mutating func flag() throws(SnapshotFault) -> Bool {
        let value = try byte()
        guard value <= 1 else { throw SnapshotFault("a mark is neither 0 nor 1") }
        return value == 1
    }

    /// The next `count` bytes.
    package mutating func raw(_ count: Int) throws(SnapshotFault) -> ArraySlice<UInt8> {
        guard count >= 0, count <= left else { throw SnapshotFault("it ends too early") }
        at += count
        return bytes[(at - count)..<at]
    }

    /// A text.
    package mutating func text() throws(SnapshotFault) -> String {
        let part = try raw(try count(upTo: left))
        guard let text = String(validating: part, as: UTF8.self) else {
            throw SnapshotFault("a text is not UTF-8")
        }
        return text
    }

    /// A list whose elements take at least one byte each.
    package mutating func list<Element>(
        _ read: (inout SnapshotReader) throws(SnapshotFault) -> Element
    ) throws(SnapshotFault) -> [Element] {
        let count = try count(upTo: left)
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 4_096))
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// Nothing may follow what was read.
    package func finish() throws(SnapshotFault) {
        guard left == 0 else { throw SnapshotFault("\(left) bytes follow its end") }
    }
}
