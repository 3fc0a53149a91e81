import DeviceCore
import Testing

/// A printer as its documents describe it, with the freedom they leave: whether the record that is next
/// counts among those that wait, and whether it repeats what it is told.
private struct ModelPrinter {
    var countsNext: Bool
    var echoes: Bool
    var isPrinting = true
    var error = 0
    /// Steps after a start before a product can come.
    var untilProduct = 0
    var waiting: [UInt64] = []
    var lastTaken: UInt64?
    var begun: UInt64 = 0
    var isFinished = true
    /// Every record whose print ended, in order.
    var printed: [UInt64] = []
    /// Records that were next, and the only ones, at a stop. No answer tells such a loss.
    var lostNext: [UInt64] = []

    mutating func stop(error: Int = 0) {
        isPrinting = false
        self.error = error
        if waiting.count == 1 { lostNext += waiting }
        waiting = []
        lastTaken = nil
    }

    mutating func start() {
        isPrinting = true
        error = 0
        untilProduct = 25
    }

    mutating func product() {
        guard isPrinting, isFinished, untilProduct <= 0 else { return }
        guard !waiting.isEmpty else { return stop(error: 5043) }
        begun = waiting.removeFirst()
        isFinished = false
    }

    mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        printed.append(begun)
    }

    /// What it answers to one line.
    mutating func answer(_ line: String) -> String {
        let echo = echoes ? line + "\r" : ""
        switch line.dropFirst(2).prefix(3) {
        case "?RS": return echo + "^0=RS2\t\(isPrinting ? 6 : 5)\t\(error)\t0\t80\t0\r"
        case "?SM":
            let entries = countsNext ? waiting.count : max(waiting.count - 1, 0)
            return echo + "^0=SM256\t\(entries)\t\(begun)\t0\t\(isFinished ? 1 : 0)\t9\r"
        case "!FF":
            waiting = []
            lastTaken = nil
        case "=MR":
            let index = UInt64(line.dropFirst(5).prefix { $0 != "\t" }) ?? 0
            if !isPrinting { break }
            if let lastTaken, index != lastTaken + 1 {
                error = 1019
                break
            }
            lastTaken = index
            waiting.append(index)
        default: break
        }
        return echo
    }
}

@Suite struct LeibingerModelTests {
    /// Goal: whatever happens at the printer, the session claims no print that did not happen, and the line
    /// comes on again. Method: a model of the printer is stopped, started, starved at random; a line
    /// sends what it may and prepares again when it must.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func noPrintIsClaimedThatDidNotHappen(seed: UInt64) throws
    {
        var numbers = SeededNumbers(state: seed)
        var printer = ModelPrinter(countsNext: seed % 2 == 0, echoes: seed % 3 == 0)
        var bench = try SessionBench("leibinger/jet3.toml")
        bench.connect()
        var sent: UInt64 = 0
        var first: UInt64 = 1
        var claimed: UInt64 = 0
        var claims = 0
        var isReady = false
        var mustPrepare = true
        for step in 0..<4000 {
            bench.advance(milliseconds: 10)
            printer.untilProduct -= 1
            for bytes in bench.takeWrites() {
                bench.receive(printer.answer(String(decoding: bytes.dropLast(), as: UTF8.self)))
            }
            for event in bench.takeEvents() {
                switch event {
                case .coderReady: isReady = true
                case .printed(let index):
                    claims += 1
                    #expect((first...sent).contains(index), "of this buffer, step \(step)")
                    let before = first...max(index, first)
                    #expect(
                        before.allSatisfy { printer.printed.contains($0) || printer.lostNext.contains($0) },
                        "seed \(seed), step \(step)")
                    claimed = max(claimed, index)
                case .fault, .recordRefused, .stale:
                    isReady = false
                    mustPrepare = true
                case .printerStatus(let status):
                    isReady = false
                    mustPrepare = status.isReady
                default: break
                }
            }
            if bench.closed != nil { break }
            if mustPrepare {
                mustPrepare = false
                isReady = false
                first = sent + 1
                claimed = sent
                bench.perform(.prepareCoder(fields: ["SERIAL"]))
            }
            while isReady, sent - claimed < 12 {
                sent += 1
                bench.perform(.sendRecord(index: sent, values: ["S\(sent)"]))
            }
            switch numbers.next() % 400 {
            case 0: printer.stop()
            case 1:
                printer.stop()
                printer.start()
            case 2...20: if printer.error == 0 || numbers.next() % 8 == 0 { printer.start() }
            case 21...80: if isReady || numbers.next() % 300 == 0 { printer.product() }
            case 81...200: printer.finish()
            default: break
            }
        }
        #expect(bench.closed == nil, "it answers everything")
        #expect(claims > 20, "seed \(seed): \(claims) claims, \(printer.printed.count) prints")
    }
}
