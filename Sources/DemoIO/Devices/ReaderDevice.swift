import Simulator

/// How a simulated reader ends its messages.
package enum ReaderFraming: Sendable {
    /// The text, then CR.
    case carriageReturn
    /// STX, the text, ETX.
    case stxEtx
}

/// A camera or scanner: it sends what it reads, selects a program where it is told one, and takes anything
/// else without a word.
///
/// ```
/// > JOB,carton     selects a program
/// < JOB,OK         JOB,ER where it has none of this name
/// > JOB            which one?
/// < JOB=carton
/// ```
/// A dialogue of its own, after those that makers of cameras publish.
struct ReaderDevice: SimulatedDevice {
    /// Which of the world's readers this is.
    enum Place: Sendable {
        case unitCamera, caseCamera, labelScanner, handheld
    }

    let place: Place
    let framing: ReaderFraming
    /// Sent when it was triggered and read nothing.
    static let noRead = "NOREAD"
    private static let jobs: Set = ["carton", DemoLine.cameraJob]
    private var job = "carton"

    init(place: Place, framing: ReaderFraming) {
        self.place = place
        self.framing = framing
    }

    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]? {
        var answer: [UInt8] = []
        let end: UInt8 = framing == .stxEtx ? 0x03 : 0x0D
        while let line = buffer.takeLine(endedBy: end) {
            let text = String(decoding: line.filter { $0 >= 0x20 }, as: UTF8.self)
            answer += reply(to: text).map(framed) ?? []
        }
        return buffer.count <= longestRequestBytes ? answer : nil
    }

    private mutating func reply(to text: String) -> String? {
        if text == "JOB" { return "JOB=\(job)" }
        guard text.hasPrefix("JOB,") else { return nil }
        let name = String(text.dropFirst(4))
        guard Self.jobs.contains(name) else { return "JOB,ER" }
        job = name
        return "JOB,OK"
    }

    mutating func notice(_ event: WorldEvent) -> [UInt8] {
        switch (place, event.kind) {
        case (.unitCamera, .unitRead(_, let result)): message(result)
        case (.caseCamera, .caseRead(_, let result, byHand: _)): message(result)
        case (.labelScanner, .scannerRead(_, _, let result)): message(result)
        case (.handheld, .handheldRead(_, let result)): message(result)
        default: []
        }
    }

    private func message(_ result: WorldRead) -> [UInt8] {
        let text: String
        switch result {
        case .code(let scan): text = scan
        case .noRead:
            // A handheld says nothing when it reads nothing.
            guard place != .handheld else { return [] }
            text = Self.noRead
        }
        return framed(text)
    }

    private func framed(_ text: String) -> [UInt8] {
        switch framing {
        case .carriageReturn: return Array(text.utf8) + [0x0D]
        case .stxEtx: return [0x02] + Array(text.utf8) + [0x03]
        }
    }
}
