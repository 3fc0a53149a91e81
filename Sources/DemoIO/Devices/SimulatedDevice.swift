import Simulator

/// The dialogue of one simulated device, bytes in and bytes out, over the world it belongs to.
///
/// It is written from the makers' documents, apart from the code that talks to it, so that the two sides
/// check each other. It holds no clock and no socket: ``DemoLine`` carries the bytes.
protocol SimulatedDevice: Sendable {
    /// Takes the complete requests out of what one client has sent so far.
    ///
    /// - Parameter buffer: Bytes of one connection; what is left is the beginning of the next request.
    /// - Returns: The bytes to answer; `nil` when the connection makes no sense any more and is to be closed.
    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]?

    /// Takes note of what happened in the world.
    ///
    /// - Returns: What the device sends of itself, to every client; mostly nothing.
    mutating func notice(_ event: WorldEvent) -> [UInt8]
}

/// Longest request a simulated device waits for, in bytes; beyond that the connection is closed.
let longestRequestBytes = 65_536

extension Array where Element == UInt8 {
    /// Removes everything up to and with the first `end` and returns what stood before it.
    mutating func takeLine(endedBy end: UInt8) -> [UInt8]? {
        guard let index = firstIndex(of: end) else { return nil }
        let line = Array(self[..<index])
        removeSubrange(...index)
        return line
    }

    /// Where `pattern` first stands at or after `start`; `nil` if nowhere.
    func firstRange(of pattern: String, from start: Int = 0) -> Range<Int>? {
        let wanted = Array(pattern.utf8)
        guard !wanted.isEmpty, start >= 0, count - start >= wanted.count else { return nil }
        for index in start...(count - wanted.count) where self[index] == wanted[0] {
            if self[index..<index + wanted.count].elementsEqual(wanted) {
                return index..<index + wanted.count
            }
        }
        return nil
    }
}
