/// An order as it was given: what it does not say of its product, the product on the line does.
///
/// The line makes the one ``Order`` of both that the batch is made by. Packing is said as a whole: an order
/// that names one level says of all the others that the product has none.
package struct OrderDraft: Equatable, Sendable {
    /// What an order may leave to its product.
    package enum Part: String, CaseIterable, Sendable {
        case name
        case packing
        case market
        case nationalNumber = "national number"
        case unused = "what becomes of unused numbers"

        /// An order says this itself where the product is not on the line. The others mean none then, and
        /// that unused numbers go back.
        var isNeeded: Bool { self == .name || self == .packing }
    }

    /// The order as far as it was said; a part that was not has its empty value.
    package let said: Order
    /// What it says of its product.
    package let parts: Set<Part>

    /// An order that says everything itself.
    package init(_ order: Order) {
        said = order
        parts = Set(Part.allCases)
    }

    /// An order that says what is not empty in it.
    ///
    /// - Parameter unused: `nil` where the order says nothing of unused numbers; what `order` has is not
    ///   looked at.
    package init(saidIn order: Order, unused: UnusedNumbers?) {
        var parts: Set<Part> = []
        if !order.product.isEmpty { parts.insert(.name) }
        if !order.packing.levels.isEmpty { parts.insert(.packing) }
        if !order.market.isEmpty { parts.insert(.market) }
        if !order.nationalNumber.isEmpty { parts.insert(.nationalNumber) }
        if unused != nil { parts.insert(.unused) }
        var said = order
        said.unused = unused ?? .return
        (self.said, self.parts) = (said, parts)
    }

    /// The order of a batch whose product is, or is not, on the line.
    ///
    /// - Parameter packs: The line packs; one that does not need not be told how.
    /// - Throws: `BATCH-126` where something is missing, `BATCH-127` where order and product differ.
    package func order(over defined: DefinedProduct?, packs: Bool = true) throws(Refusal) -> Order {
        guard let defined else {
            let missing = Part.allCases.filter {
                $0.isNeeded && !parts.contains($0) && ($0 != .packing || packs)
            }
            guard missing.isEmpty else {
                throw Refusal(
                    "BATCH-126",
                    "the order leaves out \(Self.words(missing)), and product \(said.gtin) "
                        + "is not on the line",
                    "Bring the product (seriatim product add FILE), or say it all in the order.")
            }
            return said
        }
        let order = merged(with: Self.order(of: defined.product))
        var differing: [String] = []
        for part in Part.allCases where parts.contains(part) {
            let (here, there) = (Self.words(part, said), Self.words(part, Self.order(of: defined.product)))
            if here != there { differing.append("\(part.rawValue) \(here), the product \(there)") }
        }
        guard differing.isEmpty else {
            throw Refusal(
                "BATCH-127",
                "the order says \(differing.joined(separator: "; ")) (version \(defined.version))",
                "Correct the order or leave that out of it, or bring the product's new version.")
        }
        return order
    }

    /// A batch's order may have been made of this draft, whatever the product said then.
    package func isSaid(in order: Order) -> Bool { merged(with: order) == order }

    /// What was said, and the rest as `other` has it.
    private func merged(with other: Order) -> Order {
        var order = said
        for part in Part.allCases where !parts.contains(part) {
            switch part {
            case .name: order.product = other.product
            case .packing: order.packing = other.packing
            case .market: order.market = other.market
            case .nationalNumber: order.nationalNumber = other.nationalNumber
            case .unused: order.unused = other.unused
            }
        }
        return order
    }

    /// The parts of a product where an order has them.
    private static func order(of product: Product) -> Order {
        var order = Order()
        (order.product, order.packing, order.market) = (product.name, product.packing, product.market)
        (order.nationalNumber, order.unused) = (product.nationalNumber, product.unused)
        return order
    }

    private static func words(_ parts: [Part]) -> String { parts.map(\.rawValue).joined(separator: " and ") }

    /// Equal where the part is.
    private static func words(_ part: Part, _ order: Order) -> String {
        func quoted(_ text: String) -> String { text.isEmpty ? "none" : "\"\(text)\"" }
        return switch part {
        case .name: quoted(order.product)
        case .packing: quoted(order.packing.text)
        case .market: quoted(order.market)
        case .nationalNumber: quoted(order.nationalNumber)
        case .unused: order.unused.rawValue
        }
    }
}

extension LineCommand.Verb {
    /// Makes a batch known by an order that says everything itself.
    package static func openBatch(_ order: Order, serials: SerialTable? = nil) -> Self {
        .openBatch(OrderDraft(order), serials: serials)
    }
}
