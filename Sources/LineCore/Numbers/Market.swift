import GS1

/// What a market asks of the codes on unit packs: a row of the table at the end of this file.
///
/// A pool is for one market or for none, and so is an order; a batch is opened on a pool of its own market.
package struct Market: Sendable {
    /// As written in orders and commands.
    package let name: String
    /// For people.
    package let title: String
    /// Elements the order gives and the serial, in the order they are printed. National number and payload
    /// follow.
    let elements: [ApplicationIdentifier]
    /// National numbers an order may add, one at most.
    var nationalNumbers: [ApplicationIdentifier] = []
    /// Elements that come with each serial: these and no others.
    package var payload: [ApplicationIdentifier] = []
    /// Characters of a serial.
    package let serialLengths: ClosedRange<Int>
    /// Characters serials are made of; `nil` where any of GS1 set 82 will do.
    package var characters: String?
    /// Numbers that follow each other can be guessed, and are no serials here.
    var forbidsRanges = false
    /// How the line draws serials unless told otherwise; `nil` where they come from the market's operator.
    package var draws: (alphabet: String, length: Int)?

    /// The element that carries the serial.
    package var serialElement: ApplicationIdentifier {
        elements.contains(.thirdPartySerial) ? .thirdPartySerial : .serial
    }

    /// A market by its name.
    package static func named(_ name: String) -> Market? { all.first { $0.name == name } }

    /// Names for people, with commas.
    package static var names: String { all.map(\.name).joined(separator: ", ") }

    private static let lettersAndDigits = RandomPlan.characters("letters-and-digits")
    private static let unguessable = (alphabet: RandomPlan.characters("unambiguous"), length: 12)
}

// MARK: - Judging serials

extension Market {
    /// What is wrong with a serial of this market, without the serial; `nil` if nothing is.
    package func fault(serial: some Collection<UInt8>) -> String? {
        guard serialLengths.contains(serial.count) else {
            let lengths =
                serialLengths.count == 1
                ? "\(serialLengths.lowerBound)" : "\(serialLengths.lowerBound) to \(serialLengths.upperBound)"
            return "a serial has \(serial.count) characters, in market \(name) it has \(lengths)"
        }
        guard let characters, let place = Array(serial).firstIndex(where: { !characters.utf8.contains($0) })
        else { return nil }
        return "character \(place + 1) is no letter or digit, as serials of market \(name) are made of"
    }

    /// What is wrong with serials to be drawn for this market; `nil` if nothing is.
    package func fault(_ plan: RandomPlan) -> Refusal? {
        guard draws != nil else {
            return Refusal(
                "POOL-118", "serials of market \(name) come from its operator, none are drawn on the line",
                "Import them: seriatim pool import FILE --market \(name).")
        }
        let sample = String(repeating: plan.alphabet.first ?? "A", count: max(0, min(plan.length, 90)))
        guard let text = fault(serial: sample.utf8) ?? fault(alphabet: plan.alphabet) else { return nil }
        return Refusal("POOL-117", text, "Leave out --length and --alphabet: the market says which.")
    }

    /// What is wrong with a pool of this market; its serials were judged one by one as they were read.
    func fault(_ offer: PoolOffer) -> Refusal? {
        if let plan = offer.plan, let fault = fault(plan) { return fault }
        switch offer.content {
        case .file(_, let table):
            guard table.payload.identifiers != payload else { return nil }
            return Refusal(
                "POOL-117", payloadText(table.payload.identifiers),
                "Ask the source for serials of this market.")
        case .range(let prefix, _, _, let width):
            guard forbidsRanges || !payload.isEmpty else {
                let sample = prefix + String(repeating: "0", count: max(0, min(width, 90)))
                return fault(serial: sample.utf8).map {
                    Refusal("POOL-117", $0, "Correct prefix or width.")
                }
            }
            return Refusal(
                "POOL-117", "numbers that follow each other are no serials of market \(name)",
                draws == nil
                    ? "Import serials: seriatim pool import FILE --market \(name)."
                    : "Draw serials: seriatim pool generate --market \(name).")
        }
    }

    private func payloadText(_ found: [ApplicationIdentifier]) -> String {
        func list(_ elements: [ApplicationIdentifier]) -> String {
            elements.isEmpty ? "nothing" : elements.map { "(\($0))" }.joined(separator: " ")
        }
        return "with each serial comes \(list(found)); in market \(name) it is \(list(payload))"
    }

    private func fault(alphabet: String) -> String? {
        guard let characters, !alphabet.utf8.allSatisfy(characters.utf8.contains) else { return nil }
        return "the alphabet holds what is no letter or digit, as serials of market \(name) are made of"
    }
}

// MARK: - The table

extension Market {
    /// The markets known.
    package static let all: [Market] = [
        // Regulation (EU) 2016/161, Articles 4 to 7: a code of GTIN, serial (up to 20 digits or letters),
        // lot, expiry, and a national number where the member state asks for one (710 to 714, 716); a guess
        // hits less often than once in 10,000.
        Market(
            name: "eu-fmd", title: "EU medicines, Falsified Medicines Directive",
            elements: [.gtin, .serial, .expiry, .lot],
            nationalNumbers: national(710...714) + national(716...716),
            serialLengths: 1...20, characters: lettersAndDigits, forbidsRanges: true, draws: unguessable),
        // FDA guidance on standardized numerical identification, 2010: GTIN with the NDC in it, serial of up
        // to 20 letters or digits; with expiry and lot for DSCSA. No rule on guessing.
        Market(
            name: "us-dscsa", title: "US medicines, Drug Supply Chain Security Act",
            elements: [.gtin, .serial, .expiry, .lot], serialLengths: 1...20, characters: lettersAndDigits,
            draws: unguessable),
        // Chestny ZNAK, medicines: serial of 13 letters or digits, key (91, 4 characters) and code (92, 44
        // characters), all bought from the operator; lot and expiry are not in the code.
        Market(
            name: "ru-medicines", title: "Russian medicines, Chestny ZNAK",
            elements: [.gtin, .serial], payload: [91, 92].compactMap(ApplicationIdentifier.init(code:)),
            serialLengths: 13...13, characters: lettersAndDigits, forbidsRanges: true),
        // Implementing Regulation (EU) 2018/574 with GS1 codes: the ID issuer's serial is the third party's
        // extension of the GTIN, (235), of up to 28 characters. The time stamp stands beside the code.
        Market(
            name: "eu-tobacco", title: "EU tobacco unit packets, UPUI",
            elements: [.gtin, .thirdPartySerial], serialLengths: 1...28, forbidsRanges: true),
    ]

    private static func national(_ numbers: ClosedRange<Int>) -> [ApplicationIdentifier] {
        numbers.compactMap(ApplicationIdentifier.init(code:))
    }
}
