@testable import HubCore

/// Chance by a seed: SplitMix64.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    /// Seeds one apart begin far apart: a seed times the step below would begin one step further.
    init(seed: UInt64) { state = (seed &+ 1) &* 0xD134_2543_DE82_EF95 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// True once in `count` times.
    mutating func oneIn(_ count: UInt64) -> Bool { next() % count == 0 }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}

/// Knows nothing of positions, ranges or generations: the numbers as they stand in the codes, one by one.
struct Bookkeeper {
    /// Number, as key and text, to the line that has it in its hands or gave it back.
    private var owners: [String: String] = [:]
    private var returned: Set<String> = []
    /// What broke.
    private(set) var faults: [String] = []

    /// Numbers in a list pool, by SHA-256.
    var files: [String: [String]] = [:]

    private func texts(_ block: AllottedBlock, _ range: PositionRange) -> [String] {
        (range.first..<range.end).map { position in
            let number =
                block.source.kind == .list
                ? files[block.source.file]?[Int(position)] : block.source.number(at: position, key: block.key)
            return "\(block.key.gtin ?? "sscc") \(number ?? "none at \(position)")"
        }
    }

    mutating func take(_ block: AllottedBlock, by line: String) {
        for text in texts(block, block.range) {
            if let owner = owners[text] {
                faults.append("\(text) came to \(line) as \(block.id.text), and had come to \(owner)")
            }
            owners[text] = line
        }
    }

    mutating func giveBack(_ range: PositionRange, of block: AllottedBlock) {
        returned.formUnion(texts(block, range))
    }

    var held: Int { owners.count - returned.count }
    var givenBack: Int { returned.count }
}
