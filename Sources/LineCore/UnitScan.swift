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
        guard bytes.starts(with: Array("]d2".utf8)) else { return .failure(.symbology) }
        let text = String(decoding: bytes.dropFirst(3), as: UTF8.self)
        var rest = Substring(text)
        var unit = UnitScan()
        while !rest.isEmpty {
            let ai = rest.prefix(2)
            rest = rest.dropFirst(2)
            switch ai {
            case "01": unit.gtin = String(rest.prefix(14)); rest = rest.dropFirst(14)
            case "17": unit.expiry = String(rest.prefix(6)); rest = rest.dropFirst(6)
            case "10", "21":
                let value = rest.prefix { $0 != "\u{1D}" }
                if ai == "10" { unit.lot = String(value) } else { unit.serial = String(value) }
                rest = rest.dropFirst(value.count + 1)
            default: return .failure(.unparsable)
            }
        }
        return .success(unit)
    }
}

/// A container label.
enum ContainerScan {
    /// The 18 digits of an SSCC read by a scanner, or `nil` if it read something else.
    static func sscc(in result: ReadResult) -> String? {
        guard case .code(let bytes) = result, bytes.starts(with: Array("]C100".utf8)), bytes.count == 23 else { return nil }
        return String(decoding: bytes.dropFirst(5), as: UTF8.self)
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
