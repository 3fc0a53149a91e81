/// Writes values one behind the other: the same values, the same bytes.
///
/// A number is 7 bits a byte, low bits first, the top bit set on all bytes but the last (LEB128). A text is
/// its count of bytes and its UTF-8. Nothing is aligned, nothing is named.
package struct SnapshotWriter {
    /// Everything written so far.
    package private(set) var bytes: [UInt8] = []

    /// Makes an empty writer.
    package init() {}

    /// Appends a number.
    package mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a number that is not negative.
    package mutating func count(_ value: Int) { number(UInt64(clamping: value)) }

    /// Appends a number that may be negative: 0, -1, 1, -2 and so on as 0, 1, 2, 3.
    package mutating func signed(_ value: Int) {
        number(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))))
    }

    /// Appends one byte: 0 or 1.
    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Appends one byte.
    package mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Appends bytes without their count.
    package mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

    /// Appends a text with its count of bytes.
    package mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    /// Appends the count of a list and each element.
    package mutating func list<Element>(
        _ elements: some Collection<Element>, _ write: (inout SnapshotWriter, Element) -> Void
    ) {
        count(elements.count)
        for element in elements { write(&self, element) }
    }
}
