/// Fingerprints of the serials of one file in ascending order, 8 bytes each: what is needed to compare a new
/// file with an old one without reading the old one's text.
///
/// Equal serials have equal fingerprints. Unequal ones may, so a match has to be looked up in the text.
package struct SerialFingerprints: Sendable {
    /// Bytes of one fingerprint, the low ones first.
    package static let bytes = 8
    private var sorted: [(fingerprint: UInt64, position: UInt32)]
    private var next = 0
    /// Positions whose fingerprint was met.
    package private(set) var matches: [Int] = []

    /// The fingerprints of all serials in a table.
    package init(_ table: SerialTable) {
        sorted = (0..<table.count).map { (table.fingerprint($0), UInt32($0)) }
        sorted.sort { $0 < $1 }
    }

    /// All of them, end to end.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sorted.count * Self.bytes)
        for entry in sorted {
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: entry.fingerprint >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// Begins another comparison.
    package mutating func begin() {
        next = 0
        matches = []
    }

    /// Compares with the next piece of another file's fingerprints, which come in ascending order.
    ///
    /// - Parameter piece: Whole fingerprints; a rest of fewer than 8 bytes is not looked at.
    package mutating func compare(_ piece: ArraySlice<UInt8>) {
        piece.withUnsafeBytes { raw in
            for at in stride(from: 0, through: raw.count - Self.bytes, by: Self.bytes) {
                let other = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                while next < sorted.count, sorted[next].fingerprint < other { next += 1 }
                var same = next
                while same < sorted.count, sorted[same].fingerprint == other {
                    matches.append(Int(sorted[same].position))
                    same += 1
                }
            }
        }
    }
}
