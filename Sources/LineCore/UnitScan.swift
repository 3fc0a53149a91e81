import GS1

/// What the code of a unit carries, element by element.
struct UnitScan: Equatable {
    /// An element and its value.
    struct Element: Equatable {
        let ai: ApplicationIdentifier
        let text: String
    }

    /// In the order of the code.
    var elements: [Element] = []

    /// The value of an element; empty if absent.
    func text(_ ai: ApplicationIdentifier) -> String { elements.first { $0.ai == ai }?.text ?? "" }

    /// 14 digits; empty if absent.
    var gtin: String { text(.gtin) }
    /// The serial of a unit of no known batch; empty if absent.
    var anySerial: String {
        let own = text(.serial)
        return own.isEmpty ? text(.thirdPartySerial) : own
    }
    /// The serial of a batch's unit; empty if absent.
    func serial(_ code: CodeLayout) -> String { text(code.serial) }

    /// The first element that is not what the order says. What each serial brings with it is compared once
    /// the serial is known: ``carries(_:_:)``.
    func mismatch(with batch: Batch) -> RejectReason? {
        let (order, code) = (batch.order, batch.code)
        if gtin != order.gtin { return .wrongGTIN }
        if text(.lot) != code.common(.lot, order) ?? "" { return .wrongLot }
        if text(.expiry) != code.common(.expiry, order) ?? "" { return .wrongExpiry }
        let isWhole = code.elements.allSatisfy { !text($0.ai).isEmpty }
        let isAll = elements.allSatisfy { found in
            code.elements.contains { $0.ai == found.ai }
                && code.common(found.ai, order) ?? found.text == found.text
        }
        return isWhole && isAll ? nil : .wrongPayload
    }

    /// Whether it carries what came with its serial.
    ///
    /// - Parameter values: In the order of the code's payload elements.
    func carries(_ values: [String], _ code: CodeLayout) -> Bool { code.payload.map(text) == values }
}

extension UnitScan {
    /// What the code of a batch's unit with this serial carries.
    init(_ code: CodeLayout, _ order: Order, serial: String, payload: [String]) {
        let values = code.values(order, serial: serial, payload: payload)
        elements = zip(code.elements, values).map { Element(ai: $0.ai, text: $1) }
    }

    /// Takes a scan apart.
    ///
    /// - Parameter bytes: As the camera sent it, with symbology identifier.
    /// - Parameter year: Year of the scan, for the century of dates.
    static func parse(_ bytes: [UInt8], year: Int) -> Result<UnitScan, RejectReason> {
        elements(of: bytes, year: year, requiresPartners: true).map(UnitScan.init)
    }

    /// The elements of a GS1 scan.
    fileprivate static func elements(
        of bytes: [UInt8], year: Int, requiresPartners: Bool
    ) -> Result<ElementString, RejectReason> {
        guard let symbology = SymbologyIdentifier(scan: bytes), symbology.content == .elementString else {
            return .failure(.symbology)
        }
        let rules = ElementString.Rules(currentYear: year, requiresPartners: requiresPartners)
        guard let elements = try? ElementString.parse(scan: bytes, rules: rules) else {
            return .failure(.unparsable)
        }
        return .success(elements)
    }

    fileprivate init(_ elements: ElementString) {
        self.elements = elements.identifiers.map { Element(ai: $0, text: elements.text($0) ?? "") }
    }
}

/// What a reader at a packing station saw.
enum PackScan: Equatable {
    /// A label with this SSCC, 18 digits.
    case container(String)
    /// Any other GS1 element string.
    case unit(UnitScan)
    /// A code that is no GS1 element string.
    case unusable(RejectReason)
    /// No code, or a broken message.
    case nothing

    /// Takes a result apart.
    ///
    /// - Parameter year: Year of the read, for the century of dates.
    init(_ result: ReadResult, year: Int) {
        guard case .code(let bytes) = result else {
            self = .nothing
            return
        }
        // A label may carry an SSCC alone; what a unit must carry the order says.
        switch UnitScan.elements(of: bytes, year: year, requiresPartners: false) {
        case .failure(let reason): self = .unusable(reason)
        case .success(let elements):
            self = elements.text(.sscc).map(PackScan.container) ?? .unit(UnitScan(elements))
        }
    }
}

extension LineInstant {
    /// The day in UTC.
    var today: GS1Date { GS1Date(daysSince1970: wallMilliseconds / 86_400_000) }
    var year: Int { today.year }
}

extension LineState {
    /// Units named by serial or element string: pool and position, the newest pool first.
    func units(named item: String, year: Int) -> [(pool: Int, position: Int)] {
        unitPools.indices.reversed().compactMap { pool in
            unitPools[pool].source.position(of: item).map { (pool, $0) }
        }
    }
}
