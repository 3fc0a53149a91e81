/// Makes serials of random bytes, each as likely as any other of its length.
///
/// A byte from the end of the range that the alphabet does not divide is thrown away: taken modulo, it would
/// make the first characters likelier than the last.
package struct SerialDraw: Sendable {
    private let characters: [UInt8]
    private let length: Int
    /// Bytes from here up are thrown away.
    private let limit: Int
    private var serial: [UInt8] = []

    /// - Parameter plan: One without fault.
    package init(_ plan: RandomPlan) {
        characters = Array(plan.alphabet.utf8)
        precondition((2...256).contains(characters.count) && plan.length > 0, "the plan was judged")
        length = plan.length
        limit = 256 - 256 % characters.count
        serial.reserveCapacity(length)
    }

    /// Adds serials that are not in `table` yet, until it has `count` or the bytes are used up.
    ///
    /// - Parameter random: Bytes of which every value is equally likely.
    package mutating func draw(from random: [UInt8], into table: inout SerialTable, count: Int) {
        for byte in random {
            guard table.count < count else { return }
            guard Int(byte) < limit else { continue }
            serial.append(characters[Int(byte) % characters.count])
            guard serial.count == length else { continue }
            // One that is there already is drawn again.
            _ = table.append(serial)
            serial.removeAll(keepingCapacity: true)
        }
    }
}

extension SerialTable {
    /// The same serials without those at `positions`; no payload comes with serials that are drawn.
    package func without(_ positions: Set<Int>) -> SerialTable {
        var rest = SerialTable(reserving: count)
        for position in 0..<count where !positions.contains(position) {
            if let serial = self[position] { _ = rest.append(serial.utf8) }
        }
        return rest
    }
}
