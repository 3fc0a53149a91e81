extension EPC {
    /// A scheme of URN: what it begins with and which elements it stands for.
    enum Scheme: String, CaseIterable {
        case sgtin = "urn:epc:id:sgtin:"
        case lgtin = "urn:epc:class:lgtin:"
        case gtin = "urn:epc:idpat:sgtin:"
        case sscc = "urn:epc:id:sscc:"
        case sgln = "urn:epc:id:sgln:"
        case pgln = "urn:epc:id:pgln:"
        case upui = "urn:epc:id:upui:"
        case grai = "urn:epc:id:grai:"
        case graiType = "urn:epc:idpat:grai:"
        case gdti = "urn:epc:id:gdti:"
        case gdtiType = "urn:epc:idpat:gdti:"
        case sgcn = "urn:epc:id:sgcn:"
        case gcn = "urn:epc:idpat:sgcn:"
        case giai = "urn:epc:id:giai:"
        case ginc = "urn:epc:id:ginc:"
        case gsin = "urn:epc:id:gsin:"
        case gsrn = "urn:epc:id:gsrn:"
        case gsrnp = "urn:epc:id:gsrnp:"
        case itip = "urn:epc:id:itip:"
        case itipClass = "urn:epc:idpat:itip:"
        case cpi = "urn:epc:id:cpi:"
        case cpiClass = "urn:epc:idpat:cpi:"

        /// The scheme that a text begins with.
        init?(of text: [UInt8]) {
            guard text.begins(ignoringCase: EPC.namespace) else { return nil }
            let length = EPC.namespace.utf8.count
            let rest = text[length...]
            guard
                let scheme = Self.allCases.first(where: {
                    rest.starts(with: $0.rawValue.utf8.dropFirst(length))
                })
            else { return nil }
            self = scheme
        }

        /// The key's element.
        var key: ApplicationIdentifier {
            switch self {
            case .sgtin, .lgtin, .gtin, .upui: .gtin
            case .sscc: .sscc
            case .sgln: .gln
            case .pgln: .party
            case .grai, .graiType: .grai
            case .gdti, .gdtiType: .gdti
            case .sgcn, .gcn: .gcn
            case .giai: .giai
            case .ginc: .ginc
            case .gsin: .gsin
            case .gsrn: .gsrn
            case .gsrnp: .gsrnProvider
            case .itip, .itipClass: .itip
            case .cpi, .cpiClass: .cpi
            }
        }

        /// What stands behind prefix and reference.
        var tail: Tail {
            switch self {
            case .sgtin: .qualifier(.serial)
            case .lgtin: .qualifier(.lot)
            case .upui: .qualifier(.thirdPartySerial)
            case .sgln: .qualifier(.glnExtension)
            case .cpi: .qualifier(.cpiSerial)
            case .gtin, .graiType, .gdtiType, .gcn, .cpiClass: .wildcard
            case .grai, .gdti, .sgcn: .keySerial
            case .itip: .pieces(.serial)
            case .itipClass: .pieces(nil)
            case .sscc, .pgln, .giai, .ginc, .gsin, .gsrn, .gsrnp: .nothing
            }
        }

        /// Digits of the first two parts together; `nil` where they have no fixed length and no check digit.
        var bodyDigits: Int? {
            switch self {
            case .sgtin, .lgtin, .gtin, .upui, .itip, .itipClass: 13
            case .sscc, .gsrn, .gsrnp: 17
            case .gsin: 16
            case .sgln, .pgln, .grai, .graiType, .gdti, .gdtiType, .sgcn, .gcn: 12
            case .giai, .ginc, .cpi, .cpiClass: nil
            }
        }

        /// Whether a digit stands before the company prefix in the key and behind it in the URN.
        var hasLeadingDigit: Bool {
            switch key {
            case .gtin, .sscc, .itip: true
            default: false
            }
        }

        /// Characters of the key before those of the URN: a GRAI begins with a zero.
        var filler: Int { key == .grai ? 1 : 0 }

        /// Where the company prefix begins in the key's value.
        var prefixStart: Int { filler + (hasLeadingDigit ? 1 : 0) }
    }

    /// What a URN has behind prefix and reference.
    enum Tail: Equatable {
        case nothing
        /// `*`: all objects of the class.
        case wildcard
        /// The value of another element.
        case qualifier(ApplicationIdentifier)
        /// A serial that the key's own element ends in.
        case keySerial
        /// Piece and total, which the key's element ends in, then another element or `*`.
        case pieces(ApplicationIdentifier?)

        /// Parts separated by dots.
        var partCount: Int {
            switch self {
            case .nothing: 0
            case .wildcard, .qualifier, .keySerial: 1
            case .pieces: 3
            }
        }
    }
}
