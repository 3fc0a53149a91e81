import DeviceCore
import Testing

/// A coder with one value: it prints it on every product (`counts`), or refuses another until it printed.
private struct ModelCoder {
    /// The counting kind, else the protecting one.
    var counts: Bool
    var isOn = true
    var value = "old"
    var isPrinted = false
    var count: UInt64 = 90
    /// Values in the order of their prints, one more than once where it was printed so.
    var prints: [String] = []

    mutating func product() {
        guard isOn else { return }
        count += 1
        prints.append(value)
        isPrinted = true
    }

    /// What it answers to one write; the body is without its marks.
    mutating func answer(_ write: [UInt8]) -> [UInt8] {
        let body = write.first == 2 ? Array(write.dropFirst().dropLast()) : write
        let text = String(decoding: body, as: UTF8.self)
        guard counts else {
            if body == [5] { return isPrinted ? [6] : [0x15] }
            guard isPrinted else { return [0x15] }
            value = String(text.dropFirst(2))
            isPrinted = false
            return [6]
        }
        if text == "GA" { return [2] + Array(String(count).utf8) + [3] }
        if text.first == "O" { isOn = text == "O1" }
        if text.first == "U" { value = String(text.split(separator: "\n")[1]) }
        let sum = String(body.reduce(0 as UInt8) { $0 &+ $1 }, radix: 16, uppercase: true)
        return Array("$".utf8) + Array((sum.utf8.count == 1 ? "0" : "").utf8) + Array(sum.utf8)
    }
}

@Suite struct ValueCoderModelTests {
    /// Goal: a value is claimed as printed only if it was, and a value printed twice stops the coder.
    /// Method: a model of each kind, products at random moments, sometimes two close together.
    @Test(arguments: 1...60 as ClosedRange<UInt64>, [true, false])
    func claimsArePrintsAndRepeatsAreFaults(seed: UInt64, counts: Bool) throws {
        var numbers = SeededNumbers(state: seed)
        var coder = ModelCoder(counts: counts)
        var bench = try SessionBench(counts ? "videojet/wsi.toml" : "hitachi/ij.toml")
        bench.connect()
        var sent: UInt64 = 0
        var claimed: UInt64 = 0
        var claims = 0
        var isReady = false
        var mustPrepare = true
        var faults = 0
        for step in 0..<4000 {
            bench.advance(milliseconds: 5)
            for bytes in bench.takeWrites() { bench.receive(coder.answer(bytes)) }
            for event in bench.takeEvents() {
                switch event {
                case .coderReady: isReady = true
                case .printed(let index):
                    claims += 1
                    claimed = index
                    #expect(coder.prints.contains("S\(index)"), "seed \(seed), step \(step)")
                case .fault:
                    faults += 1
                    // The protecting kind goes on by itself.
                    if counts { mustPrepare = true }
                    isReady = false
                case .recordRefused: isReady = false
                default: break
                }
            }
            if bench.closed != nil { break }
            if mustPrepare || numbers.next() % 1000 == 0 {
                mustPrepare = false
                isReady = false
                claimed = sent
                bench.perform(.prepareCoder(fields: ["SERIAL"]))
            }
            while isReady, sent - claimed < 2 {
                sent += 1
                bench.perform(.sendRecord(index: sent, values: ["S\(sent)"]))
            }
            switch numbers.next() % 40 {
            case 0: coder.product()
            case 1 where counts && numbers.next() % 20 == 0:
                coder.product()
                coder.product()
            default: break
            }
        }
        #expect(bench.closed == nil, "it answers everything")
        #expect(claims > 20, "seed \(seed): \(claims) claims")
        let repeats = Dictionary(coder.prints.map { ($0, 1) }, uniquingKeysWith: +).values.contains { $0 > 1 }
        if counts, repeats { #expect(faults > 0) }
    }
}
