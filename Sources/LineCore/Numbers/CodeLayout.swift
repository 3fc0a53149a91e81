import GS1

/// Which elements the code of a batch's units carries, in the order they are printed, and where their values
/// come from.
package struct CodeLayout: Equatable, Sendable {
    /// Where the value of an element comes from.
    enum Source: Equatable, Sendable {
        case gtin, expiry, lot, serial
        /// The same on every unit of the batch.
        case fixed(String)
        /// So many places into the payload of the serial.
        case payload(Int)
    }

    /// One element.
    struct Element: Equatable, Sendable {
        let ai: ApplicationIdentifier
        let source: Source
    }

    let elements: [Element]

    /// Without a market: GTIN, expiry, lot and serial; then what the order adds, and the payload.
    ///
    /// - Parameters:
    ///   - market: Says which elements in which order.
    ///   - national: National number of the order.
    ///   - payload: Elements that each serial of the pool brings with it.
    init(
        market: Market?, national: ElementString.Element? = nil, payload: [ApplicationIdentifier] = []
    ) {
        let own = market?.elements ?? [.gtin, .expiry, .lot, .serial]
        elements =
            own.compactMap { ai in Self.source(ai).map { Element(ai: ai, source: $0) } }
            + (national.map { [Element(ai: $0.ai, source: .fixed($0.text))] } ?? [])
            + payload.enumerated().map { Element(ai: $1, source: .payload($0)) }
    }

    private static func source(_ ai: ApplicationIdentifier) -> Source? {
        switch ai {
        case .gtin: .gtin
        case .expiry: .expiry
        case .lot: .lot
        case .serial, .thirdPartySerial: .serial
        default: nil
        }
    }

    /// The coder's names of the fields: `gtin`, `expiry`, `lot`, `serial`, and `ai91` for any other element.
    var fields: [String] {
        elements.map { element in
            switch element.source {
            case .gtin: "gtin"
            case .expiry: "expiry"
            case .lot: "lot"
            case .serial: "serial"
            case .fixed, .payload: "ai\(element.ai)"
            }
        }
    }

    /// The values of one unit in the order of ``fields``.
    ///
    /// - Parameter payload: The values that came with the serial.
    func values(_ order: Order, serial: String, payload: [String]) -> [String] {
        elements.map { value(of: $0, order, serial: serial, payload: payload) }
    }

    private func value(of element: Element, _ order: Order, serial: String, payload: [String]) -> String {
        switch element.source {
        case .gtin: order.gtin
        case .expiry: order.expiry
        case .lot: order.lot
        case .serial: serial
        case .fixed(let text): text
        case .payload(let place): payload.indices.contains(place) ? payload[place] : ""
        }
    }

    /// What all units of a batch carry of an element; `nil` where each serial has its own, or the code
    /// has none.
    func common(_ ai: ApplicationIdentifier, _ order: Order) -> String? {
        guard let element = elements.first(where: { $0.ai == ai }) else { return nil }
        switch element.source {
        case .gtin, .expiry, .lot, .fixed: return value(of: element, order, serial: "", payload: [])
        case .serial, .payload: return nil
        }
    }

    /// The element that carries the serial.
    var serial: ApplicationIdentifier { elements.first { $0.source == .serial }?.ai ?? .serial }

    /// Elements that each serial brings with it.
    var payload: [ApplicationIdentifier] {
        elements.compactMap { if case .payload = $0.source { $0.ai } else { nil } }
    }
}
