import LineCore

/// Reads a product's master data from a file.
///
/// TOML, or JSON in a file whose name ends in `.json`: one flat table with the keys `gtin` and `name`, which
/// are needed; one key `items_per_bundle`, `items_per_case`, `items_per_shipper` or `items_per_pallet` for
/// each level of packing the product has, and for each of these `label_bundle` and so on, where its label is
/// not the one of the line's configuration; `market`, `national_number`, `unused` as in an order.
package enum ProductFile {
    /// Reads and checks a product.
    ///
    /// - Throws: ``SettingsErrors`` with every fault of the file.
    package static func load(_ path: String) throws(SettingsErrors) -> Product {
        try product(
            of: try SourceText.whole { () throws(SettingsError) in try SourceText(path: path, name: path) })
    }

    /// Reads and checks a product from bytes.
    ///
    /// - Parameters:
    ///   - bytes: JSON if `isJSON`, else TOML.
    ///   - name: Stands for the file in errors.
    package static func parse(_ bytes: [UInt8], name: String, isJSON: Bool) throws(SettingsErrors) -> Product
    {
        try product(
            of: try SourceText.whole { () throws(SettingsError) in
                try SourceText(name: name, bytes: bytes, format: isJSON ? .json : .toml)
            })
    }

    private static func product(of source: SourceText) throws(SettingsErrors) -> Product {
        let report = SettingsReport([source])
        let table = TableReader(report: report, tree: source.tree)
        let text = TextRule.line(maxBytes: Product.maxName)
        var product = Product()
        product.gtin = table.string("gtin", text)
        product.name = table.string("name", text)
        product.packing = table.packing()
        for level in PackLevel.allCases {
            product.labels[level] = table.string("label_\(level.rawValue)", text, default: "")
            product.weights[level] = table.weight(of: level)
        }
        product.market = table.string("market", text, default: "")
        product.nationalNumber = table.string("national_number", text, default: "")
        product.unused = table.word("unused", default: .return, fallback: .return)
        table.finish()
        check(product, table)
        try report.check()
        return product
    }

    /// Puts one value at a time into a product without fault: the line's own rule then speaks of it alone.
    private static func check(_ product: Product, _ table: TableReader) {
        var probes: [(String, Product)] = []
        func probe(_ key: String, _ change: (inout Product) -> Void) {
            guard table.report.isSound(table.place(key)) else { return }
            var probe = sound
            change(&probe)
            probes.append((key, probe))
        }
        probe("gtin") { $0.gtin = product.gtin }
        probe("name") { $0.name = product.name }
        probe("market") { $0.market = product.market }
        probe("national_number") {
            $0.nationalNumber = product.nationalNumber
            // A national number is right or wrong in its market.
            if Market.named(product.market) != nil { $0.market = product.market }
        }
        for level in PackLevel.allCases where table.report.isSound(table.place("items_per_\(level.rawValue)"))
        {
            probe("label_\(level.rawValue)") {
                ($0.labels[level], $0.packing[level]) = (product.labels[level], product.packing[level])
            }
            probe("weight_\(level.rawValue)_g") {
                ($0.weights[level], $0.packing[level]) = (product.weights[level], product.packing[level])
            }
        }
        for (key, probe) in probes {
            guard let fault = probe.fault else { continue }
            table.fail(.badProduct, key, "\(fault.code) \(Printable.plain(fault.text))", fault.remedy)
        }
    }

    private static var sound: Product {
        var product = Product()
        (product.gtin, product.name) = ("00000000000000", "P")
        return product
    }
}

extension TableReader {
    /// What a full container of a level weighs, where it is said.
    fileprivate func weight(of level: PackLevel) -> WeightRange? {
        let key = "weight_\(level.rawValue)_g"
        guard let text = optionalString(key, .line(maxBytes: 40)) else { return nil }
        let range = WeightRange(text: text)
        require(
            range != nil, .badText, key, "\(Printable.quoted(text)) is not what a container weighs",
            WeightRange.rule)
        return range
    }

    /// One key `items_per_LEVEL` for each level of packing there is.
    func packing() -> PackPlan {
        var plan = PackPlan()
        for level in PackLevel.allCases {
            plan[level] = integer("items_per_\(level.rawValue)", 1...Order.maxCapacity, default: 0)
        }
        return plan
    }
}

extension SourceText {
    /// A file whose text cannot be had has one fault.
    static func whole(_ read: () throws(SettingsError) -> SourceText) throws(SettingsErrors) -> SourceText {
        do throws(SettingsError) { return try read() } catch { throw SettingsErrors(list: [error]) }
    }
}
