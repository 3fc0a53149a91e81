import Simulator

/// A label printer with ZPL II: prints every format `^XA ... ^XZ` it is sent and answers `~HS` at once.
///
/// Case and pallet labels come out at different places; a label whose text names a pallet is one.
/// - Source: ZPL II programming guide, ^XA, ^XZ, ~HS, ~JA.
struct ZPLPrinterDevice: SimulatedDevice {
    /// Jobs that have not come out yet.
    private var waiting: Set<UInt64> = []
    private var lastJob: UInt64 = 0
    /// Formats that carried no SSCC: they come out and nobody puts them anywhere.
    private(set) var strays = 0

    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]? {
        var answer: [UInt8] = []
        // Control commands act at once, wherever they stand between formats.
        while let range = buffer.firstRange(of: "~HS") {
            printComplete(&buffer, upTo: range.lowerBound, &live)
            guard let place = buffer.firstRange(of: "~HS") else { break }
            buffer.removeSubrange(place)
            answer += status
        }
        printComplete(&buffer, upTo: buffer.count, &live)
        guard buffer.count <= longestRequestBytes else { return nil }
        return answer
    }

    mutating func notice(_ event: WorldEvent) -> [UInt8] {
        switch event.kind {
        case .labelPrinted(let job, _), .labelMissing(let job, _): waiting.remove(job)
        default: break
        }
        return []
    }

    /// Prints every whole format that ends before `end` and forgets what stands between formats.
    private mutating func printComplete(_ buffer: inout [UInt8], upTo end: Int, _ live: inout LiveWorld) {
        var end = end
        while let start = buffer.firstRange(of: "^XA"), start.lowerBound < end,
            let stop = buffer.firstRange(of: "^XZ", from: start.upperBound), stop.upperBound <= end
        {
            print(Array(buffer[start.lowerBound..<stop.upperBound]), &live)
            buffer.removeSubrange(..<stop.upperBound)
            end -= stop.upperBound
        }
    }

    private mutating func print(_ bytes: [UInt8], _ live: inout LiveWorld) {
        let format = ZPLFormat(bytes)
        guard let sscc = format.sscc else {
            strays += 1
            return
        }
        lastJob += 1
        waiting.insert(lastJob)
        let target: LabelTarget = format.isForPallet ? .palletLabel : .caseLabel
        live.world.printLabel(job: lastJob, sscc: sscc, count: format.count ?? 0, on: target)
    }

    /// Three lines: formats that wait behind the one in print, and 1 while one is in print.
    private var status: [UInt8] {
        let inPrint = waiting.isEmpty ? 0 : 1
        let lines = [
            "030,0,0,0812,\(Self.digits(waiting.count - inPrint, 3)),0,0,0,000,0,0,0",
            "000,0,0,0,1,4,0,0,\(Self.digits(inPrint, 8)),1,000",
            "1234,0",
        ]
        return lines.flatMap { [0x02] + Array($0.utf8) + [0x03, 0x0D, 0x0A] }
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(min(max(number, 0), 999))
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
