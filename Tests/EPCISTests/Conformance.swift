import Foundation
import JSONText

/// The standard's own data, where they are at hand: `CONFORMANCE_DIR/epcis`.
enum Conformance {
    static let folder = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"].map { $0 + "/epcis" }

    /// Every official example by its name, sorted; empty, aloud, where there are none.
    static func examples() throws -> [(name: String, bytes: [UInt8])] {
        guard let folder, let found = FileManager.default.enumerator(atPath: folder + "/examples") else {
            print("PASSED OVER: the standard's examples are not at hand; set CONFORMANCE_DIR to use them.")
            return []
        }
        return try found.compactMap { $0 as? String }.filter { $0.hasSuffix(".jsonld") }.sorted()
            .map { name in
                let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/examples/" + name))
                return (name, Array(data))
            }
    }

    /// The official examples, or where there are none our own documents.
    static func documents() throws -> [(name: String, bytes: [UInt8])] {
        let examples = try examples()
        return examples.isEmpty ? Samples.all.map { ($0.name, Array($0.text.utf8)) } : examples
    }
}

/// SplitMix64: the same seed gives the same choices everywhere.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 to `count` less 1.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

extension JSONValue {
    /// Of repeated members the last value, in the first's place: one official example has its ID twice.
    var withoutRepeats: JSONValue {
        switch self {
        case .object(let members):
            var result: [JSONMember] = []
            for member in members {
                let value = member.value.withoutRepeats
                if let place = result.firstIndex(where: { $0.key == member.key }) {
                    result[place].value = value
                } else {
                    result.append(JSONMember(member.key, value))
                }
            }
            return .object(result)
        case .array(let elements): return .array(elements.map(\.withoutRepeats))
        case .string, .number, .bool, .null: return self
        }
    }
}
