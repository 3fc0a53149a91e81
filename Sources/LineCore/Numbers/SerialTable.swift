import GS1

/// An imported list of serials, held compactly: bytes end to end, an offset each, and an open-addressed
/// index.
///
/// 24 bytes a serial of 12 characters; a million fit in 32 MiB. A serial is found in constant time. What came
/// with it, if anything, lies beside it.
/// - Invariant: No serial stands in it twice.
package struct SerialTable: Equatable, Sendable {
    private var bytes: [UInt8] = []
    /// `offsets[i]..<offsets[i + 1]` are the bytes of serial `i`.
    private var offsets: [UInt32] = [0]
    /// What came with each serial; without elements where nothing did.
    package private(set) var payload = PayloadList([])
    /// Position + 1 of a serial at its hash, or 0; a power of two long.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 16)

    /// Most serials in one table.
    package static let maxCount = 50_000_000

    /// Makes an empty table.
    ///
    /// - Parameter payload: Elements whose values come with each serial.
    package init(reserving count: Int = 0, payload: [ApplicationIdentifier] = []) {
        self.payload = PayloadList(payload)
        offsets.reserveCapacity(min(count, Self.maxCount) + 1)
    }

    /// Takes serials end to end, as ``texts`` gave them.
    ///
    /// - Parameter lengths: Bytes of each serial, in order.
    /// - Returns: `nil` if there are too many, lengths and bytes do not agree, a serial stands there twice or
    ///   not each has its payload.
    init?(texts: [UInt8], lengths: [UInt8], payload: PayloadList = PayloadList([])) {
        guard lengths.count <= Self.maxCount, texts.count <= Int(UInt32.max),
            payload.identifiers.isEmpty || payload.count == lengths.count
        else { return nil }
        self.payload = payload
        bytes = texts
        offsets = [UInt32](unsafeUninitializedCapacity: lengths.count + 1) { buffer, count in
            var end: UInt32 = 0
            buffer[0] = 0
            for (index, length) in lengths.enumerated() {
                end &+= UInt32(length)
                buffer[index + 1] = end
            }
            count = lengths.count + 1
        }
        // Offsets that wrapped belong to lengths whose sum does not agree.
        guard lengths.reduce(0, { $0 + Int($1) }) == texts.count else { return nil }
        var size = slots.count
        while lengths.count * 2 > size { size *= 2 }
        guard let slots = index(size: size) else { return nil }
        self.slots = slots
    }

    /// The serials end to end, in order.
    var texts: [UInt8] { bytes }

    /// Bytes of the serial at `position`.
    func length(_ position: Int) -> Int { range(position).count }

    /// Serials in the table.
    package var count: Int { offsets.count - 1 }

    /// The serial at `position`, or `nil` outside the table.
    package subscript(position: Int) -> String? {
        guard position >= 0, position < count else { return nil }
        return String(decoding: bytes[range(position)], as: UTF8.self)
    }

    /// Adds a serial behind the others.
    ///
    /// - Returns: `false` if it was there already; the table is unchanged then.
    package mutating func append(_ serial: some Collection<UInt8>) -> Bool {
        guard count < Self.maxCount, bytes.count + serial.count <= Int(UInt32.max) else { return false }
        let added = serial.withContiguousStorageIfAvailable { append($0) }
        return added ?? Array(serial).withUnsafeBufferPointer { append($0) }
    }

    /// Adds a serial behind the others, with the values that come with it.
    ///
    /// - Parameter values: With GS between them, in the order of the payload's elements.
    /// - Returns: `false` if it was there already, or the values are too long; the table is unchanged then.
    package mutating func append(_ serial: some Collection<UInt8>, payload values: [UInt8]) -> Bool {
        guard values.count <= PayloadList.maxBytes, append(serial) else { return false }
        return payload.identifiers.isEmpty || payload.append(values)
    }

    /// Position of a serial, or `nil`.
    package func position(of serial: some Collection<UInt8>) -> Int? {
        let slot =
            serial.withContiguousStorageIfAvailable { self.slot(of: $0) }
            ?? Array(serial).withUnsafeBufferPointer { self.slot(of: $0) }
        let found = slots[slot]
        return found == 0 ? nil : Int(found) - 1
    }

    // Below the two entries nothing is generic: an import makes half a million calls, and none is specialized
    // for a caller in another module.

    private mutating func append(_ serial: UnsafeBufferPointer<UInt8>) -> Bool {
        if (count + 1) * 2 > slots.count { grow() }
        let slot = slot(of: serial)
        guard slots[slot] == 0 else { return false }
        bytes.append(contentsOf: serial)
        offsets.append(UInt32(bytes.count))
        slots[slot] = UInt32(count)
        return true
    }

    /// The slot that holds `serial`, or the free one where it belongs.
    private func slot(of serial: UnsafeBufferPointer<UInt8>) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(serial)) & mask
        while slots[slot] != 0, !holds(Int(slots[slot]) - 1, serial) { slot = (slot + 1) & mask }
        return slot
    }

    private func holds(_ position: Int, _ serial: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(position)
        guard range.count == serial.count else { return false }
        for index in 0..<serial.count where bytes[range.lowerBound + index] != serial[index] { return false }
        return true
    }

    private func range(_ position: Int) -> Range<Int> {
        Int(offsets[position])..<Int(offsets[position + 1])
    }

    private mutating func grow() {
        // Equal serials are not in the table.
        slots = index(size: slots.count * 2) ?? slots
    }

    /// The slots of all serials in a table of `size`; `nil` if one stands there twice.
    private func index(size: Int) -> [UInt32]? {
        var larger = [UInt32](repeating: 0, count: size)
        let isSound = bytes.withUnsafeBufferPointer { all in
            larger.withUnsafeMutableBufferPointer { larger in
                for position in 0..<count {
                    let serial = UnsafeBufferPointer(rebasing: all[range(position)])
                    var slot = Int(truncatingIfNeeded: Self.hash(serial)) & (size - 1)
                    while larger[slot] != 0 {
                        if holds(Int(larger[slot]) - 1, serial) { return false }
                        slot = (slot + 1) & (size - 1)
                    }
                    larger[slot] = UInt32(position + 1)
                }
                return true
            }
        }
        return isSound ? larger : nil
    }

    /// The index follows from the serials.
    package static func == (a: SerialTable, b: SerialTable) -> Bool {
        a.bytes == b.bytes && a.offsets == b.offsets && a.payload == b.payload
    }

    /// What the serial at `position`, which is in the table, hashes to: the same for equal serials.
    func fingerprint(_ position: Int) -> UInt64 {
        bytes.withUnsafeBufferPointer { Self.hash(UnsafeBufferPointer(rebasing: $0[range(position)])) }
    }

    /// FNV-1a with a final mix: the same in every process.
    private static func hash(_ serial: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in serial { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= hash >> 32
        return hash &* 0x9E37_79B9_7F4A_7C15 >> 7
    }
}
