import LineCore

/// What the units of a simulated batch carry, told apart from the rules: their own table is what is tried.
package enum SimulatedCode: String, CaseIterable, Sendable {
    /// GTIN, expiry, lot and serial, without a market.
    case plain
    /// The same with a payload of the file's own.
    case tailed
    case euFMD = "eu-fmd"
    case usDSCSA = "us-dscsa"
    case ruMedicines = "ru-medicines"
    case euTobacco = "eu-tobacco"

    /// Name of the market in order and pool; empty for none.
    var market: String {
        switch self {
        case .plain, .tailed: ""
        case .euFMD, .usDSCSA, .ruMedicines, .euTobacco: rawValue
        }
    }

    /// Identifiers in the order they are printed.
    var fields: [String] {
        switch self {
        case .plain: ["01", "17", "10", "21"]
        case .tailed: ["01", "17", "10", "21", "240", "93"]
        case .euFMD: ["01", "21", "17", "10", "713"]
        case .usDSCSA: ["01", "21", "17", "10"]
        case .ruMedicines: ["01", "21", "91", "92"]
        case .euTobacco: ["01", "235"]
        }
    }

    /// National number of the order.
    var nationalNumber: String { self == .euFMD ? "(713)1234567890123" : "" }

    /// Identifiers of what comes with each serial.
    private var payload: [String] {
        switch self {
        case .tailed: ["240", "93"]
        case .ruMedicines: ["91", "92"]
        case .plain, .euFMD, .usDSCSA, .euTobacco: []
        }
    }

    private var serialLength: Int {
        switch self {
        case .plain, .tailed, .euFMD, .usDSCSA: 12
        case .ruMedicines: 13
        case .euTobacco: 24
        }
    }

    /// One serial with what is printed on its unit.
    struct Item {
        let serial: String
        /// In the order of ``fields``.
        let values: [String]
        /// As in a file, `(91)...(92)...`; empty for none.
        let payload: String
    }

    /// The next item by chance.
    func item(gtin: String, expiry: String, lot: String, _ random: inout SeededRandom) -> Item {
        let serial = Self.text(serialLength, &random)
        var tail: [String: String] = [:]
        for identifier in payload {
            tail[identifier] =
                Self.text(identifier == "92" ? 44 : 4, &random) + (identifier == "93" ? "+/=" : "")
        }
        let values = fields.map { field in
            switch field {
            case "01": gtin
            case "17": expiry
            case "10": lot
            case "21", "235": serial
            case "713": "1234567890123"
            default: tail[field] ?? ""
            }
        }
        let text = payload.map { "(\($0))\(tail[$0] ?? "")" }.joined()
        return Item(serial: serial, values: values, payload: text)
    }

    private static func text(_ length: Int, _ random: inout SeededRandom) -> String {
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        return String(decoding: (0..<length).map { _ in letters[random.below(letters.count)] }, as: UTF8.self)
    }
}

extension SimulatedLine {
    /// The serials of the batch as a file gives them, and what units with them carry.
    ///
    /// - Parameter spare: How many.
    /// - Returns: `nil` if a payload cannot be taken.
    func serials(_ spare: Int) -> (table: SerialTable, items: [SimulatedCode.Item])? {
        var letters = SeededRandom(seed: plan.seed, purpose: 0x5E71, subject: 0)
        var table = SerialTable()
        var items: [SimulatedCode.Item] = []
        while table.count < spare {
            let item = plan.code.item(gtin: Self.gtin, expiry: Self.expiry, lot: Self.lot, &letters)
            if item.payload.isEmpty {
                guard table.append(item.serial.utf8) else { continue }
            } else {
                guard let payload = try? SerialPayload(bracketed: item.payload.utf8), payload.fault == nil
                else {
                    return nil
                }
                if table.count == 0 { table = SerialTable(payload: payload.identifiers) }
                guard table.append(item.serial.utf8, with: payload) else { continue }
            }
            items.append(item)
        }
        return (table, items)
    }
}
