import DeviceCore
import Testing

/// A golden dialogue beside a profile.
///
/// ```
/// # profile: zipher.toml   firmware: 1.28   evidence: manual   source: where the bytes come from
/// > 0D                 connect -> connected      bytes sent, what made us send them, events of that
/// > 53 4C 52 0D        tick 50                   time passes (ms)
/// < 41 43 4B 0D        bufferCleared; ...        bytes received, events of that
/// > 53 48 4F 0D                                  a further write of the line above
/// ```
struct Transcript: Sendable, CustomTestStringConvertible {
    struct Line: Sendable {
        var number: Int
        var isSent: Bool
        var bytes: [UInt8]
        var cause: String
        var events: [String]
    }

    var path: String
    var profile: String
    var lines: [Line] = []

    var testDescription: String { path }

    init(_ path: String) throws {
        self.path = path
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        var profile = ""
        for (index, text) in try ProfileFile.text(path).split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .enumerated() {
            if text.hasPrefix("# profile: ") {
                profile = folder + "/" + text.dropFirst(11).prefix { $0 != " " }
                for word in ["firmware:", "evidence:", "source:"] where !text.contains(word) {
                    throw ProfileFile.Fault(description: "\(path): the header lacks \(word)")
                }
            }
            if text.isEmpty || text.hasPrefix("#") { continue }
            lines.append(try Self.line(index + 1, text))
        }
        self.profile = profile
    }

    private static func line(_ number: Int, _ text: Substring) throws -> Line {
        var bytes: [UInt8] = []
        var rest = text.dropFirst(2)
        while let byte = UInt8(rest.prefix(2), radix: 16), rest.dropFirst(2).first ?? " " == " " {
            bytes.append(byte)
            rest = rest.dropFirst(3)
            if rest.first == " " { break }
        }
        let note = rest.drop { $0 == " " }
        let isSent = text.hasPrefix("> ")
        guard isSent || text.hasPrefix("< ") else {
            throw ProfileFile.Fault(description: "line \(number): \(text)")
        }
        let parts = note.components(separatedBy: " -> ")
        let events = isSent ? (parts.count > 1 ? parts[1] : "") : String(note)
        return Line(
            number: number, isSent: isSent, bytes: bytes, cause: isSent ? parts[0] : "",
            events: events.isEmpty ? [] : events.components(separatedBy: "; "))
    }
}

/// How received bytes are cut into reads.
enum Split: Equatable {
    case whole
    case at(Int)
    case bytes

    func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        switch self {
        case .whole: return [bytes]
        case .at(let index):
            return index < bytes.count ? [Array(bytes[..<index]), Array(bytes[index...])] : [bytes]
        case .bytes: return bytes.map { [$0] }
        }
    }
}

@Suite struct TranscriptTests {
    /// Goal: our session and the device agree, byte for byte. Method: every transcript under `devices` is
    /// replayed whole, byte by byte, and cut once at every place.
    @Test(arguments: try ProfileFile.all(".transcript").map { try Transcript($0) })
    func sessionAgreesWithTheDevice(_ transcript: Transcript) throws {
        #expect(
            transcript.lines.contains { !$0.isSent }, "a transcript without received bytes proves nothing")
        let longest = transcript.lines.filter { !$0.isSent }.map(\.bytes.count).max() ?? 1
        for split in [Split.whole, .bytes] + (1..<max(longest, 2)).map(Split.at) {
            try replay(transcript, split)
        }
    }

    @Test func everyProfileHasATranscript() throws {
        let replayed = Set(try ProfileFile.all(".transcript").map { try Transcript($0).profile })
        #expect(Set(try ProfileFile.all(".toml")).subtracting(replayed) == [])
    }

    private func replay(_ transcript: Transcript, _ split: Split) throws {
        var bench = try SessionBench(transcript.profile)
        var pending: [[UInt8]] = []
        for line in transcript.lines {
            let place: Comment = "\(transcript.path):\(line.number) split \(split)"
            if line.isSent {
                if !line.cause.isEmpty {
                    #expect(pending.isEmpty, place)
                    try cause(line.cause, &bench)
                    pending = bench.takeWrites()
                    #expect(bench.takeEvents().map(\.words) == line.events, place)
                }
                if !line.bytes.isEmpty {
                    try #require(!pending.isEmpty, place)
                    #expect(pending.removeFirst() == line.bytes, place)
                }
            } else {
                #expect(pending.isEmpty, place)
                for part in split.cut(line.bytes) { bench.receive(part) }
                pending = bench.takeWrites()
                #expect(bench.takeEvents().map(\.words) == line.events, place)
            }
        }
        #expect(pending.isEmpty, "\(transcript.path): bytes written at the end")
    }

    private func cause(_ text: String, _ bench: inout SessionBench) throws {
        let words = text.split(separator: " ").map(String.init)
        func number(_ index: Int) throws -> UInt64 {
            try #require(words.count > index ? UInt64(words[index]) : nil, "\(text)")
        }
        switch words[0] {
        case "connect": bench.connect()
        case "disconnect": bench.disconnect()
        case "tick": bench.advance(milliseconds: Int(try number(1)))
        case "prepareCoder": bench.perform(.prepareCoder(fields: Array(words[1...])))
        case "clearCoder": bench.perform(.clearCoder)
        case "sendRecord": bench.perform(.sendRecord(index: try number(1), values: Array(words[2...])))
        case "printLabel": bench.perform(.printLabel(job: try number(1), data: Array(words[2].utf8)))
        case "selectJob": bench.perform(.selectJob(words[1]))
        case "readJob": bench.perform(.readJob)
        case "trigger": bench.perform(.trigger(words[1] == "on"))
        case "feedback": bench.perform(.feedback(good: words[1] == "good"))
        case "setOutputs": bench.perform(.setOutputs(try outputs(words)))
        case "gateCommand":
            let command = LineIOGateCommand(
                sequence: UInt16(try number(1)), kind: words[2] == "pass" ? .passAt : .ejectAt,
                position: UInt32(try number(3)), expiresAt: bench.now + (try number(4)) * 1_000_000)
            bench.perform(.gateCommand(command))
        case "verdict":
            let end = bench.now + (try number(3)) * 1_000_000
            bench.perform(.verdict(track: UInt16(try number(1)), pass: words[2] == "pass", expiresAt: end))
        default: Issue.record("unknown cause: \(text)")
        }
    }

    /// `setOutputs run feed limit=100000 purge=200000`
    private func outputs(_ words: [String]) throws -> LineIOOutputs {
        var outputs = LineIOOutputs()
        for word in words.dropFirst() {
            let parts = word.split(separator: "=").map(String.init)
            switch parts[0] {
            case "run": outputs.runEnable = true
            case "feed": outputs.feedEnable = true
            case "green": outputs.green = true
            case "horn": outputs.horn = true
            case "limit": outputs.runLimit = try #require(UInt32(parts[1]))
            case "purge":
                outputs.purge = true
                outputs.purgeUntil = try #require(UInt32(parts[1]))
            default: Issue.record("unknown output: \(word)")
            }
        }
        return outputs
    }
}
