import GS1

/// What each serial of a table carries beside itself, say a crypto tail: values of the same elements for all.
///
/// The values lie end to end, those of one serial with GS between them: beside each serial 4 bytes and its
/// values. The rules print and compare them and know nothing of what they mean.
package struct PayloadList: Equatable, Sendable {
    /// Which elements, in the order they are printed.
    package let identifiers: [ApplicationIdentifier]
    private var bytes: [UInt8] = []
    /// `offsets[i]..<offsets[i + 1]` are the values of serial `i`.
    private var offsets: [UInt32] = [0]

    /// Most elements.
    package static let maxElements = 8
    /// Most bytes of one serial's values, separators included.
    package static let maxBytes = 128
    /// Elements that the order gives, or that name another thing than the unit.
    package static let notInPayload: Set<ApplicationIdentifier> = [
        .gtin, .serial, .thirdPartySerial, .lot, .expiry, .sscc, .content, .count,
    ]

    /// Makes an empty list.
    package init(_ identifiers: [ApplicationIdentifier]) {
        self.identifiers = identifiers
    }

    /// Takes values end to end, as ``joined`` gave them; `nil` if lengths and bytes do not agree.
    init?(_ identifiers: [ApplicationIdentifier], joined: [UInt8], lengths: [UInt8]) {
        guard joined.count <= Int(UInt32.max), lengths.reduce(0, { $0 + Int($1) }) == joined.count else {
            return nil
        }
        self.identifiers = identifiers
        bytes = joined
        offsets.reserveCapacity(lengths.count + 1)
        var end: UInt32 = 0
        for length in lengths {
            end += UInt32(length)
            offsets.append(end)
        }
    }

    /// Serials with values.
    var count: Int { offsets.count - 1 }
    /// All values end to end.
    var joined: [UInt8] { bytes }

    /// The values of the serial at `position` with GS between them.
    func joined(_ position: Int) -> ArraySlice<UInt8> {
        guard position >= 0, position < count else { return [] }
        return bytes[Int(offsets[position])..<Int(offsets[position + 1])]
    }

    /// The values of the serial at `position`, in the order of ``identifiers``.
    package func values(_ position: Int) -> [String] {
        guard !identifiers.isEmpty, position >= 0, position < count else { return [] }
        return joined(position).split(separator: Self.separator, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Adds the values of one more serial.
    ///
    /// - Returns: `false` if they are too long, or there is no room.
    mutating func append(_ values: some Collection<UInt8>) -> Bool {
        guard values.count <= Self.maxBytes, bytes.count + values.count <= Int(UInt32.max) else {
            return false
        }
        bytes.append(contentsOf: values)
        offsets.append(UInt32(bytes.count))
        return true
    }

    /// GS, which no value holds.
    package static let separator = ElementString.groupSeparator
}
