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
        guard let symbology = SymbologyIdentifier(scan: bytes), symbology.content == .elementString else {
            return .failure(.symbology)
        }
        guard let elements = try? ElementString.parse(scan: bytes, rules: .init(currentYear: year)) else {
            return .failure(.unparsable)
        }
        var unit = UnitScan()
        for ai in elements.identifiers {
            switch ai {
            case .gtin: unit.gtin = elements.text(ai) ?? ""
            case .serial: unit.serial = elements.text(ai) ?? ""
            case .lot: unit.lot = elements.text(ai) ?? ""
            case .expiry: unit.expiry = elements.text(ai) ?? ""
            default: unit.hasMore = true
            }
        }
        return .success(unit)
    }
}

/// A container label.
enum ContainerScan {
    /// The 18 digits of an SSCC read by a scanner, or `nil` if it read something else.
    static func sscc(in result: ReadResult) -> String? {
        guard case .code(let bytes) = result else { return nil }
        return (try? ElementString.parse(scan: bytes, rules: .init(requiresPartners: false)))?.text(.sscc)
    }
}

extension LineInstant {
    var year: Int { 1970 + Int(wallMilliseconds / 31_556_952_000) }
}

extension LineState {
    /// Units named by serial or element string: pool and position, the newest pool first.
    func units(named item: String, year: Int) -> [(pool: Int, position: Int)] {
        unitPools.indices.reversed().compactMap { pool in
            unitPools[pool].source.position(of: item).map { (pool, $0) }
        }
    }
}
