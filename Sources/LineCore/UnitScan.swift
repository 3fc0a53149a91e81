import GS1

/// What the code of a unit carries, element by element.
struct UnitScan: Equatable {
    /// 14 digits; empty if absent.
    var gtin = ""
    var lot = ""
    var expiry = ""
    var serial = ""
    /// It carries more than the order asks for.
    var hasMore = false

    /// The first element that is not what the order says.
    func mismatch(with order: Order) -> RejectReason? {
        if gtin != order.gtin { return .wrongGTIN }
        if lot != order.lot { return .wrongLot }
        if expiry != order.expiry { return .wrongExpiry }
        if hasMore || serial.isEmpty { return .wrongPayload }
        return nil
    }
}

extension UnitScan {
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
        for ai in elements.identifiers {
            switch ai {
            case .gtin: gtin = elements.text(ai) ?? ""
            case .serial: serial = elements.text(ai) ?? ""
            case .lot: lot = elements.text(ai) ?? ""
            case .expiry: expiry = elements.text(ai) ?? ""
            default: hasMore = true
            }
        }
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
