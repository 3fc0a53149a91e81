import Simulator

/// How a simulated reader ends its messages.
package enum ReaderFraming: Sendable {
    /// The text, then CR.
    case carriageReturn
    /// STX, the text, ETX.
    case stxEtx
}

/// A camera or scanner: it sends what it reads, and takes what is sent to it without a word.
struct ReaderDevice: SimulatedDevice {
    /// Which of the world's readers this is.
    enum Place: Sendable {
        case unitCamera, caseCamera, labelScanner, handheld
    }

    let place: Place
    let framing: ReaderFraming
    /// Sent when it was triggered and read nothing.
    static let noRead = "NOREAD"

    mutating func receive(_ buffer: inout [UInt8], live: inout LiveWorld) -> [UInt8]? {
        buffer.removeAll(keepingCapacity: true)
        return []
    }

    mutating func notice(_ event: WorldEvent) -> [UInt8] {
        switch (place, event.kind) {
        case (.unitCamera, .unitRead(_, let result)): message(result)
        case (.caseCamera, .caseRead(_, let result, byHand: _)): message(result)
        case (.labelScanner, .scannerRead(_, let result)): message(result)
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
        switch framing {
        case .carriageReturn: return Array(text.utf8) + [0x0D]
        case .stxEtx: return [0x02] + Array(text.utf8) + [0x03]
        }
    }
}
