import DeviceCore
import Testing

@Suite struct DeviceTraceTests {
    @Test func holdsTheNewestWithinItsLimit() {
        var trace = DeviceTrace(limitBytes: 1300)
        for step in 0..<1000 { trace.append(.received([UInt8(step % 256), 0x0D]), at: UInt64(step)) }
        #expect(trace.entries.map(\.number) == Array(991...1000))
        #expect(trace.next == 1001 && trace.entries.last?.at == 999)
        #expect(trace.entries(from: 999).map(\.number) == [999, 1000])
        #expect(trace.entries(from: 1).count == 10 && trace.entries(from: 1001).isEmpty)
    }

    @Test func whatIsLongerThanTheTraceLeavesAGap() {
        var trace = DeviceTrace(limitBytes: 300)
        trace.append(.tick, at: 1)
        trace.append(.sent([UInt8](repeating: 0, count: 173)), at: 2)
        trace.append(.command(.printLabel(job: 1, data: [UInt8](repeating: 0, count: 170))), at: 3)
        #expect(trace.entries.map(\.number) == [3])
        trace.append(.tick, at: 4)
        #expect(trace.entries.map(\.number) == [4])
    }

    @Test func whatIsMissingInARecordIsSaid() throws {
        var transcript = Transcript(heading: ["profile": "x"])
        transcript.append(.init(number: 1, at: 5, kind: .opened), since: 5)
        transcript.append(.init(number: 2, at: 5, kind: .event, words: "connected"), since: 5)
        transcript.appendGap(of: 7, at: 2_000_005, since: 5)
        transcript.append(.init(number: 10, at: 2_000_005, kind: .event, words: "read A"), since: 5)
        #expect(transcript.text.hasSuffix("@0.000 >  connect -> connected\n@2.000 >  gap 7 -> read A\n"))
        let profile = try ProfileFile.profile("generic/reader-cr.toml")
        let fault = #expect(throws: TranscriptReplay.Difference.self) {
            try TranscriptReplay.check(try Transcript(transcript.text), try profile.makeSession())
        }
        #expect(fault?.line == 3 && fault?.text.contains("gap") == true)
    }

    /// Goal: what is recorded can be replayed. Method: a session is driven by chance, with the clock between
    /// milliseconds, its doings recorded as a link records them; the file, read back, is replayed.
    @Test(arguments: [
        "videojet/zipher.toml", "cognex/dataman-extended.toml", "zebra/zpl.toml", "zebra/ssi.toml",
    ])
    func aRecordedDialogueReplays(_ path: String) throws {
        let profile = try ProfileFile.profile(path)
        var bytesOfAll = 0
        for seed in 0..<60 as Range<UInt64> {
            var run = RecordedRun(try profile.makeSession(), seed: seed)
            run.play(steps: 120, isCoder: profile.kind == .coder, isPrinter: profile.kind == .labelPrinter)
            let text = run.transcript.text
            let read = try Transcript(text)
            bytesOfAll += text.utf8.count
            do {
                try TranscriptReplay.check(read, try profile.makeSession())
            } catch {
                Issue.record("\(path) seed \(seed) \(error)\n\(text)")
                return
            }
        }
        #expect(bytesOfAll > 60 * 1000)
    }
}

/// A session driven by chance, recorded as a link does.
private struct RecordedRun {
    private(set) var transcript = Transcript(heading: ["profile": "x", "firmware": "y", "source": "z -> w"])
    private var session: any DeviceSession
    private var trace = DeviceTrace(limitBytes: 1 << 24)
    private var numbers: SeededNumbers
    private let origin: UInt64 = 5_000_000_123
    private var now: UInt64
    private var isOpen = false
    private var index: UInt64 = 0

    init(_ session: any DeviceSession, seed: UInt64) {
        self.session = session
        numbers = SeededNumbers(state: seed)
        now = origin
    }

    /// What devices of these profiles might say, and nonsense.
    private static let said = [
        "ACK\r", "ERR\r", "SFS|400|\r", "SLR|1|\r", "SLR|2|\r", "STS|3|0|BOX|0|1|\r", "PRC\r", "]d2A\r\n",
        "||[0]1\r\n", "||[1]XWQyQQ==\r\n", "||[0]\r\n", "||[101]\r\n",
        "\u{2}030,0,0,1184,000,0,0,0,000,0,0,0\u{3}\r\n\u{2}001,0,0,0,1,2,4,0,00000000,1,000\u{3}\r\n"
            + "\u{2}0000,0\u{3}\r\n", "<;> ->; \r", "\u{0}\u{1d}",
    ]

    mutating func play(steps: Int, isCoder: Bool, isPrinter: Bool) {
        for _ in 0..<steps {
            now += UInt64.random(in: 1...40_000_000, using: &numbers)
            while let deadline = session.nextDeadline, deadline <= now, isOpen {
                let due = session.tick(at: now)
                if !due.isEmpty { trace.append(.tick, at: now) }
                take(due)
                if session.nextDeadline == deadline { break }
            }
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0...1 where !isOpen, 2...9 where !isOpen:
                isOpen = true
                trace.append(.opened, at: now)
                take(session.connected(at: now))
            case 0:
                isOpen = false
                trace.append(.closed, at: now)
                take(session.disconnected(at: now))
            case 1...3:
                guard let command = command(isCoder: isCoder, isPrinter: isPrinter) else { continue }
                trace.append(.command(command), at: now)
                take(session.perform(command, at: now))
            default:
                let text = Self.said[Int.random(in: 0..<Self.said.count, using: &numbers)]
                let bytes = Array(text.utf8).prefix(Int.random(in: 1...200, using: &numbers))
                trace.append(.received(Array(bytes)), at: now)
                take(session.receive(bytes, at: now))
            }
        }
        for entry in trace.entries { transcript.append(DeviceTrace.Said(entry), since: origin) }
    }

    private mutating func command(isCoder: Bool, isPrinter: Bool) -> DeviceCommand? {
        index += 1
        let dice = Int.random(in: 0..<4, using: &numbers)
        if isCoder {
            return dice == 0 ? .prepareCoder(fields: ["S N"]) : .sendRecord(index: index, values: ["A>"])
        }
        if isPrinter { return .printLabel(job: index, data: Array("^XA^FD; -> x^XZ".utf8)) }
        return dice == 0 ? .feedback(good: true) : .trigger(dice == 1)
    }

    private mutating func take(_ steps: [DeviceStep]) {
        for step in steps {
            switch step {
            case .write(let bytes): trace.append(.sent(bytes), at: now)
            case .event(let event): trace.append(.event(event), at: now)
            case .close(let fault):
                isOpen = false
                trace.append(.event(.fault(fault)), at: now)
                for case .event(let event) in session.disconnected(at: now) {
                    trace.append(.event(event), at: now)
                }
                return
            }
        }
    }
}
