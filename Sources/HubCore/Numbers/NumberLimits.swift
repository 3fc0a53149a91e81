import GS1

/// What the hub takes at most. Reaching a limit is a refusal with its figure; nothing is cut short.
package struct NumberLimits: Equatable, Sendable {
    /// Products known.
    package var products = 100_000
    /// Pools known, closed ones included.
    package var pools = 10_000
    /// Lines known, retired ones included.
    package var lines = 1_000
    /// Generations the hub may begin.
    package var generations = 10_000
    /// Numbers of one request.
    package var requestNumbers: UInt64 = 2_000_000
    /// Allotments of one line that it has not confirmed.
    package var unconfirmed = 16
    /// Allotments one line ever gets.
    package var allotmentsPerLine = 100_000
    /// Ranges of one return, and of one shown allotment.
    package var ranges = 1_000
    /// Allotments in one part of a report.
    package var shownPerPart = 1_000
    /// Parts of a report.
    package var parts = 1_000
    /// Serials of an imported file.
    package var listSerials = 2_000_000
    /// Numbers of a pool: positions stay far from the end of 64 bits.
    package var poolNumbers: UInt64 = 1_000_000_000_000_000

    /// The limits of a hub.
    package init() {}

    /// Longest name of a line, pool, market or person, token or generation, in bytes.
    package static let nameBytes = 64
    /// Longest reason or product name, in bytes.
    package static let reasonBytes = 500
    /// Lines named in one text.
    static let namesInText = 5
}

/// Texts from outside, judged.
enum HubText {
    /// A name: 1 to 64 visible ASCII characters, no quotes.
    static func isName(_ text: String) -> Bool {
        (1...NumberLimits.nameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
    }

    /// A sentence: not empty, without control characters.
    static func isSentence(_ text: String) -> Bool {
        (1...NumberLimits.reasonBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.utf8.contains { $0 != 0x20 }
    }

    static func checkName(_ text: String, _ what: String) throws(HubRefusal) {
        guard isName(text) else {
            throw HubRefusal(
                .badText, "the \(what) has \(text.utf8.count) bytes or characters that no name has",
                "Use 1 to \(NumberLimits.nameBytes) visible ASCII characters without quotes.")
        }
    }

    /// Every change has a name; what cannot be taken back has a reason too.
    static func checkPerson(_ by: String, reason: String? = nil) throws(HubRefusal) {
        guard isSentence(by), by.utf8.count <= NumberLimits.nameBytes else {
            throw HubRefusal(.badText, "no person is named", "Say who does it: --by NAME.")
        }
        if let reason, !isSentence(reason) {
            throw HubRefusal(
                .badText, "the reason has \(reason.utf8.count) bytes",
                "Give a reason of 1 to \(NumberLimits.reasonBytes) bytes: --reason TEXT.")
        }
    }

    static func isDigits(_ text: String) -> Bool { text.utf8.allSatisfy(CharacterSet.numeric.contains) }

    static func isHex(_ text: String, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
