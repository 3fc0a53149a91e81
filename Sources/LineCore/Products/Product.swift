/// What the line knows of a trade item before any order names it: its master data.
package struct Product: Equatable, Sendable {
    /// 14 digits.
    package var gtin = ""
    /// Its name, for people and labels.
    package var name = ""
    /// The levels of packing, and what fills a container of each.
    package var packing = PackPlan()
    /// Name of the ``Market`` whose rules its code follows; empty for none.
    package var market = ""
    /// National number with its identifier, `(713)1234567890123`; empty for none.
    package var nationalNumber = ""
    /// What becomes of numbers that were reserved and never printed.
    package var unused = UnusedNumbers.return
    /// Label templates by level; empty where the configuration's is used.
    package var labels = LabelNames()
    /// What full containers weigh, where the line has scales.
    package var weights = WeightLimits()

    /// Makes an empty product to fill in.
    package init() {}

    /// Most products a line knows; one more is refused.
    package static let maxProducts = 10_000
    /// Longest name, in bytes.
    package static let maxName = 200

    /// The first thing wrong with it, or `nil`. What an order says as well is judged, and told, as in an
    /// order.
    package var fault: Refusal? {
        if let fault = probe.fault { return fault }
        guard (1...Self.maxName).contains(name.utf8.count) else {
            return Refusal(
                "PRODUCT-101", "the name has \(name.utf8.count) bytes", "Give it 1 to \(Self.maxName) bytes.")
        }
        for level in PackLevel.allCases where !labels[level].isEmpty {
            guard LabelText.isName(labels[level]) else {
                return Refusal(
                    "PRODUCT-102", "\"\(labels[level])\" is no name of a label template", LabelText.nameRule)
            }
            guard packing.has(level) else {
                return Refusal(
                    "PRODUCT-103", "it has a label of \(level.plural) and is packed in none",
                    "Leave out label_\(level.rawValue), or say items_per_\(level.rawValue).")
            }
        }
        for level in PackLevel.allCases where weights[level] != nil && !packing.has(level) {
            return Refusal(
                "PRODUCT-104", "it says what a \(level.rawValue) weighs and is packed in none",
                "Leave out weight_\(level.rawValue)_g, or say items_per_\(level.rawValue).")
        }
        return nil
    }

    /// A sound order of this product.
    private var probe: Order {
        var order = Order()
        (order.batch, order.lot, order.expiry, order.quantity) = ("B", "L", "300101", 1)
        (order.gtin, order.packing, order.market) = (gtin, packing, market)
        order.nationalNumber = nationalNumber
        return order
    }
}

/// Names of label templates by level of packing; empty for none.
package struct LabelNames: Equatable, Sendable {
    private var names = [String](repeating: "", count: PackLevel.allCases.count)

    /// No template at any level.
    package init() {}

    /// The name at a level.
    package subscript(level: PackLevel) -> String {
        get { names[level.index] }
        set { names[level.index] = newValue }
    }
}

/// A product as the journal has it.
package struct DefinedProduct: Equatable, Sendable {
    /// What it is.
    package let product: Product
    /// Counted up with each definition that changes something, from 1.
    package let version: Int
    /// Who defined it so.
    package let definedBy: String
}
