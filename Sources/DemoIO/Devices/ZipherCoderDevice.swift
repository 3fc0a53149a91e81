import Simulator

/// A thermal transfer or inkjet coder with the Zipher text protocol and its serialization buffer.
///
/// ```
/// > SHO|gtin|expiry|lot|serial|<CR>             names of the fields of each record
/// < ACK<CR>
/// > SID|17|04012345123456|271231|L1|S17|<CR>    a record with its own index
/// < SFS|31204|<CR>                              bytes still free
/// > SLR<CR>                                     last index printed, 0 before the first
/// < SLR|16|<CR>
/// > SEL|carton|<CR>                             selects a job; the buffer is empty then
/// < ACK<CR>
/// > GJN<CR>                                     the job selected, and the line it belongs to
/// < JOB|carton|1|<CR>
/// ```
/// Lines end with CR; LF is skipped, an empty line is no command. Refusals are `ERR`.
/// - Source: Zipher text protocol 1.28, serialization, as published third-party drivers use it.
struct ZipherCoderDevice: SimulatedDevice {
    /// Field names of the job, each with the application identifier its value is printed under; any other
    /// field is named by its identifier, `ai91`.
    private static let identifiers = ["gtin": "01", "expiry": "17", "lot": "10", "serial": "21"]
    /// Jobs it holds; each builds the code of the same fields.
    private static let jobs: Set = ["carton", DemoLine.coderJob]
    private static let longestLine = 2_048

    private var job = "carton"
    private var header: [String]?
    private var lastIndex: UInt64?

    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]? {
        var answer: [UInt8] = []
        while let line = buffer.takeLine(endedBy: 0x0D) {
            let text = String(decoding: line.filter { $0 != 0x0A }, as: UTF8.self)
            guard !text.isEmpty else { continue }
            answer += Array((reply(to: text, live: &live) ?? "ERR").utf8) + [0x0D]
        }
        guard buffer.count <= Self.longestLine else { return nil }
        return answer
    }

    mutating func notice(_ event: WorldEvent) -> [UInt8] { [] }

    /// The answer to one command; `nil` for one that is not known or cannot be done.
    private mutating func reply(to line: String, live: inout LiveWorld) -> String? {
        var parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let command = parts.removeFirst()
        // Every parameter ends with a bar, so the last piece must be empty.
        if !parts.isEmpty, parts.removeLast() != "" { return nil }
        switch command {
        case "SHO": return take(header: parts) ? "ACK" : nil
        case "SHD": return addNamed(parts, live: &live)
        case "SDO": return add(index: (lastIndex ?? 0) + 1, parts, live: &live)
        case "SID":
            guard let index = parts.first.flatMap({ UInt64($0) }) else { return nil }
            return add(index: index, Array(parts.dropFirst()), live: &live)
        case "SCB":
            live.world.clearCoder()
            lastIndex = nil
            return "ACK"
        case "SEL":
            guard let name = parts.first, Self.jobs.contains(name) else { return nil }
            job = name
            // What was made for another job is not printed.
            live.world.clearCoder()
            (header, lastIndex) = (nil, nil)
            return "ACK"
        default: return parts.isEmpty ? answer(to: command, live.world) : nil
        }
    }

    private func answer(to query: String, _ world: World) -> String? {
        let coder = world.coder
        switch query {
        case "SLR": return "SLR|\(coder.lastPrinted ?? 0)|"
        case "SNI": return coder.nextIndex.map { "SNI|\($0)|" }
        case "SRC": return "SRC|\(coder.count)|"
        case "SFS": return "SFS|\(coder.free)|"
        // State 3 running, error 0 none, the job, units of this batch, units of its life.
        case "GST": return "STS|3|0|\(job)|\(world.tally.printed)|\(world.tally.printed)|"
        case "GFT": return "FLT|0|"
        case "GWN": return "WRN|0|"
        case "GJN": return "JOB|\(job)|1|"
        default: return nil
        }
    }

    private mutating func take(header names: [String]) -> Bool {
        guard !names.isEmpty, Set(names).count == names.count,
            names.allSatisfy({ Self.identifier($0) != nil })
        else { return false }
        header = names
        return true
    }

    private static func identifier(_ name: String) -> String? {
        identifiers[name] ?? (name.hasPrefix("ai") ? String(name.dropFirst(2)) : nil)
    }

    private mutating func addNamed(_ parts: [String], live: inout LiveWorld) -> String? {
        let pairs = parts.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        guard pairs.allSatisfy({ $0.count == 2 }), take(header: pairs.map { String($0[0]) }) else {
            return nil
        }
        return add(index: (lastIndex ?? 0) + 1, pairs.map { String($0[1]) }, live: &live)
    }

    private mutating func add(index: UInt64, _ values: [String], live: inout LiveWorld) -> String? {
        guard let header, values.count == header.count, index > lastIndex ?? 0, index < .max else {
            return nil
        }
        var printed: [String] = []
        for field in live.world.layout.codeFields {
            guard let place = header.firstIndex(where: { Self.identifier($0) == field }) else { return nil }
            printed.append(values[place])
        }
        guard live.world.sendToCoder(index: index, values: printed) else { return nil }
        lastIndex = index
        return "SFS|\(live.world.coder.free)|"
    }
}
