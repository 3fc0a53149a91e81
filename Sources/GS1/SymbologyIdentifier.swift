/// What a reader says of the symbol it read: `]`, a letter and a modifier in front of the data.
///
/// - Source: ISO/IEC 15424; GS1 General Specifications, figure 5.1.2-2.
package struct SymbologyIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// How the data behind the identifier is to be read.
    package enum Content: Hashable, Sendable {
        /// GS1 element strings; a symbol that begins with FNC1.
        case elementString
        /// This many digits, a GTIN.
        case tradeItemNumber(digits: Int)
        /// Anything, never an element string; see ``SymbologyIdentifier/mayHoldURI``.
        case plain
        /// Nothing GS1 knows.
        case other
    }

    /// The letter behind `]`, as ASCII; letters differ by case.
    package let code: UInt8
    /// The character behind the letter, as ASCII.
    package let modifier: UInt8

    package init(code: UInt8, modifier: UInt8) {
        self.code = code
        self.modifier = modifier
    }

    /// Reads the first three bytes of a scan; `nil` if they are no symbology identifier.
    package init?(scan: some Collection<UInt8>) {
        var bytes = scan.makeIterator()
        guard bytes.next() == UInt8(ascii: "]"), let code = bytes.next(), let modifier = bytes.next(),
            Self.isLetter(code), Self.isLetter(modifier) || modifier &- 0x30 < 10
        else { return nil }
        self.init(code: code, modifier: modifier)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    package var content: Content {
        switch self {
        case .gs1DataMatrix, .gs1QR, .gs1_128, .gs1DataBar, .gs1DotCode: .elementString
        case .ean: .tradeItemNumber(digits: 13)
        case .ean8: .tradeItemNumber(digits: 8)
        case .itf14: .tradeItemNumber(digits: 14)
        case .dataMatrix, .qr, .dotCode, .code128: .plain
        default: .other
        }
    }

    /// Whether a plain symbol of this kind may hold a Digital Link URI. A linear one may not.
    ///
    /// - Source: GS1 General Specifications, section 5.1.2; the GS1 Syntax Engine takes the same ones.
    package var mayHoldURI: Bool { self == .dataMatrix || self == .qr || self == .dotCode }

    /// The symbol in words, for example `GS1 DataMatrix`.
    package var name: String {
        switch self {
        case .gs1DataMatrix: "GS1 DataMatrix"
        case .gs1QR: "GS1 QR Code"
        case .gs1_128: "GS1-128"
        case .gs1DataBar: "GS1 DataBar or composite"
        case .gs1DotCode: "GS1 DotCode"
        case .ean: "EAN-13, UPC-A or UPC-E"
        case .ean8: "EAN-8"
        case .itf14: "Interleaved 2 of 5 with check digit, ITF-14"
        case .dataMatrix: "DataMatrix without FNC1"
        case .qr: "QR Code without FNC1"
        case .dotCode: "DotCode without FNC1"
        case .code128: "Code 128 without FNC1"
        default: Self.families[code].map { $0 + ", of no GS1 kind" } ?? "unknown symbology"
        }
    }

    /// Symbologies by their letter.
    private static let families: [UInt8: String] = [
        0x41: "Code 39", 0x42: "Telepen", 0x43: "Code 128", 0x44: "Code One", 0x45: "EAN or UPC",
        0x46: "Codabar", 0x47: "Code 93", 0x48: "Code 11", 0x49: "Interleaved 2 of 5", 0x4A: "DotCode",
        0x4B: "Code 16K", 0x4C: "PDF417", 0x4D: "MSI", 0x4E: "Anker", 0x4F: "Codablock", 0x50: "Plessey",
        0x51: "QR Code", 0x52: "Straight 2 of 5", 0x53: "Straight 2 of 5", 0x54: "Code 49", 0x55: "MaxiCode",
        0x58: "a symbology of the reader's own", 0x5A: "data without a symbol", 0x63: "Channel Code",
        0x64: "DataMatrix", 0x65: "GS1 DataBar", 0x68: "Han Xin", 0x6F: "OCR", 0x70: "PosiCode",
        0x73: "SuperCode", 0x7A: "Aztec",
    ]

    /// The identifier as transmitted, for example `]d2`.
    package var bytes: [UInt8] { [UInt8(ascii: "]"), code, modifier] }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// `]d2`
    package static let gs1DataMatrix = Self("d", "2")
    /// `]Q3`
    package static let gs1QR = Self("Q", "3")
    /// `]C1`
    package static let gs1_128 = Self("C", "1")
    /// `]e0`; also GS1-128 and DataBar with a composite component.
    package static let gs1DataBar = Self("e", "0")
    /// `]J1`
    package static let gs1DotCode = Self("J", "1")
    /// `]E0`: EAN-13, UPC-A or UPC-E, always 13 digits.
    package static let ean = Self("E", "0")
    /// `]E4`
    package static let ean8 = Self("E", "4")
    /// `]I1`: Interleaved 2 of 5 with its check digit, 14 digits when it is a GTIN.
    package static let itf14 = Self("I", "1")
    /// `]d1`: DataMatrix without FNC1.
    package static let dataMatrix = Self("d", "1")
    /// `]Q1`: QR Code without FNC1.
    package static let qr = Self("Q", "1")
    /// `]J0`: DotCode without FNC1.
    package static let dotCode = Self("J", "0")
    /// `]C0`: Code 128 without FNC1.
    package static let code128 = Self("C", "0")

    private init(_ code: Unicode.Scalar, _ modifier: Unicode.Scalar) {
        self.init(code: UInt8(ascii: code), modifier: UInt8(ascii: modifier))
    }
}
