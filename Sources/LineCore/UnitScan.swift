import GS1

/// What a code carries, element by element.
struct UnitScan: Equatable {
    /// 14 digits; empty if absent.
    var gtin = ""
    var lot = ""
    var expiry = ""
    var serial = ""
    /// 18 digits: it is the label of a container.
    var sscc = ""
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
    /// - Parameter requiresPartners: Whether an element without the one it needs beside it is refused: a
    ///   container label may carry a content without its GTIN.
    static func parse(_ bytes: [UInt8], year: Int, requiresPartners: Bool = true) -> Result<
        UnitScan, RejectReason
    > {
        guard let symbology = SymbologyIdentifier(scan: bytes), symbology.content == .elementString else {
            return .failure(.symbology)
        }
        let rules = ElementString.Rules(currentYear: year, requiresPartners: requiresPartners)
        guard let elements = try? ElementString.parse(scan: bytes, rules: rules) else {
            return .failure(.unparsable)
        }
        var unit = UnitScan()
        for ai in elements.identifiers {
            switch ai {
            case .gtin: unit.gtin = elements.text(ai) ?? ""
            case .serial: unit.serial = elements.text(ai) ?? ""
            case .lot: unit.lot = elements.text(ai) ?? ""
            case .expiry: unit.expiry = elements.text(ai) ?? ""
            case .sscc:
                unit.sscc = elements.text(ai) ?? ""
                unit.hasMore = true
            default: unit.hasMore = true
            }
        }
        return .success(unit)
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
