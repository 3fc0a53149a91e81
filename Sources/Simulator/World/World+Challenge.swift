import LineCore

/// Packs known to be bad, which somebody lays on the belt.
extension World {
    /// From the coder to where the pack is laid.
    private static let behindCoder: Int64 = 100

    /// Lays a pack between coder and part-present sensor.
    ///
    /// - Parameter lane: Where, as an index.
    /// - Returns: The pack, or `nil` where a carton is in the way or nothing could be copied.
    package mutating func layPack(for challenge: Challenge, lane: Int = 0) -> CartonID? {
        let distance = layout.coder + Self.behindCoder
        guard distance < layout.partPresent,
            stretches[WorldStation.coder.rawValue].isEmpty,
            stretches[WorldStation.partPresent.rawValue].isEmpty, let print = code(for: challenge)
        else { return nil }
        let id = CartonID(cartons.count + 1)
        add(
            Carton(
                id: id, origin: .foreign, print: print, place: .belt, anchor: position - distance, track: nil,
                lane: lane))
        stretches[WorldStation.partPresent.rawValue].append(id)
        updateMotion()
        return id
    }

    /// What is printed on it: like that of the last carton that was packed, or read.
    private func code(for challenge: Challenge) -> PrintedCode? {
        let read = ofOneLot(cartons.filter { $0.unitReads > 0 && $0.scan != nil && $0.origin == .feeder })
        let packed = read.last { if case .inCase = $0.place { true } else { false } }
        let model = (packed ?? read.last)?.print
        switch challenge {
        case .unreadable:
            return PrintedCode(values: layout.codeFields.map { _ in "0" }, isReadable: false)
        case .duplicate: return model
        case .wrong:
            let fields = layout.codeFields
            var code = model ?? PrintedCode(values: fields.map { $0 == "01" ? "09506000134369" : "490331" })
            if let gtin = fields.firstIndex(of: "01") { code.values[gtin] = "09506000134369" }
            return code
        }
    }

    /// Those with the lot that most of them have: a copy of another would be thrown out for its lot.
    private func ofOneLot(_ cartons: [Carton]) -> [Carton] {
        func lot(_ carton: Carton) -> String { carton.print?.value(of: "10", in: layout.codeFields) ?? "" }
        var counts: [String: Int] = [:]
        for carton in cartons { counts[lot(carton), default: 0] += 1 }
        let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
        return cartons.filter { lot($0) == most }
    }
}
