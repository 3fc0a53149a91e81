/// Master data and label templates that come to the line while it runs.
extension Line {
    mutating func define(_ product: Product, actor: String) throws(Refusal) -> String {
        if let fault = product.fault { throw fault }
        let known = state.products[product.gtin]
        if let known, known.product == product {
            return "product \(product.gtin) is known as version \(known.version)"
        }
        guard known != nil || state.products.count < Product.maxProducts else {
            throw Refusal(
                "PRODUCT-104", "the line knows \(Product.maxProducts) products, which is as many as it can",
                "Define products that this line makes, and no others.")
        }
        let version = (known?.version ?? 0) + 1
        record(.productDefined(ProductDefined(product: product, version: version, actor: actor)))
        return "product \(product.gtin) is version \(version)"
    }

    mutating func defineLabel(
        _ name: String, text: String, sha256: String, actor: String
    ) throws(Refusal) -> String {
        guard LabelText.isName(name) else {
            throw Refusal(
                "LABEL-101", "\"\(name)\" is no name of a label template", LabelText.nameRule)
        }
        guard (1...LabelText.maxTextBytes).contains(text.utf8.count) else {
            throw Refusal(
                "LABEL-102", "the template has \(text.utf8.count) bytes",
                "Write 1 to \(LabelText.maxTextBytes) bytes; put graphics into the printer's memory.")
        }
        let known = state.label(named: name)
        if let known, known.text == text {
            return "label \(name) is known as version \(known.version)"
        }
        guard known != nil || state.labelNames.count < LabelText.maxLabels else {
            throw Refusal(
                "LABEL-104", "the line has \(LabelText.maxLabels) label templates, as many as it can",
                "Give one that is there a new text.")
        }
        let version = (known?.version ?? 0) + 1
        record(
            .labelDefined(
                LabelDefined(name: name, version: version, sha256: sha256, text: text, actor: actor)))
        return "label \(name) is version \(version)"
    }

    /// The templates a batch is opened with: the newest version of each that its product names for a level
    /// this line packs. Nothing that comes later changes them under the batch.
    ///
    /// - Throws: `BATCH-128` where one is not on the line.
    func labels(of product: Product?, for order: Order) throws(Refusal) -> [LabelUse] {
        guard let product else { return [] }
        var uses: [LabelUse] = []
        for station in configuration.packing where order.packing.has(station.level) {
            let name = product.labels[station.level]
            guard !name.isEmpty else { continue }
            guard let label = state.label(named: name) else {
                throw Refusal(
                    "BATCH-128",
                    "product \(product.gtin) has label \(name) for a \(station.level.rawValue), "
                        + "which is not on the line",
                    "Bring it: seriatim label add FILE --name \(name).")
            }
            uses.append(LabelUse(level: station.level, name: name, version: label.version))
        }
        return uses
    }
}
