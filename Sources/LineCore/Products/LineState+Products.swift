extension LineState {
    /// The newest version of a label template.
    package func label(named name: String) -> LabelText? { labels.last { $0.name == name } }

    /// The version a batch was opened with, for containers of a level; `nil` where the configuration's is
    /// used.
    func label(of batch: Batch, _ level: PackLevel) -> LabelText? {
        guard let use = batch.labels.first(where: { $0.level == level }) else { return nil }
        return labels.first { $0.name == use.name && $0.version == use.version }
    }

    /// Names of all templates.
    var labelNames: Set<String> { Set(labels.map(\.name)) }

    mutating func apply(_ fact: ProductDefined) throws(StateFault) {
        let gtin = fact.product.gtin
        guard fact.version == (products[gtin]?.version ?? 0) + 1 else {
            throw StateFault(text: "version \(fact.version) of product \(gtin) does not follow")
        }
        products[gtin] = DefinedProduct(
            product: fact.product, version: fact.version, definedBy: fact.actor)
    }

    mutating func apply(_ fact: LabelDefined) throws(StateFault) {
        guard fact.version == (label(named: fact.name)?.version ?? 0) + 1 else {
            throw StateFault(text: "version \(fact.version) of label \(fact.name) does not follow")
        }
        let label = LabelText(
            name: fact.name, version: fact.version, sha256: fact.sha256, text: fact.text,
            definedBy: fact.actor)
        labels.insert(label, at: labels.firstIndex { $0.name > fact.name } ?? labels.endIndex)
        dropLabels()
    }

    /// Every label that a batch was opened with is there.
    func checkLabels(_ uses: [LabelUse]) throws(StateFault) {
        for use in uses
        where !labels.contains(where: { $0.name == use.name && $0.version == use.version }) {
            throw StateFault(text: "label \(use.name) has no version \(use.version)")
        }
    }

    /// Of each template its newest version stays, and those that batches which are not closed print with.
    mutating func dropLabels() {
        var used: Set<String> = []
        for batch in batches where batch.state != .closed {
            for use in batch.labels { used.insert("\(use.name):\(use.version)") }
        }
        var newest: [String: Int] = [:]
        for label in labels { newest[label.name] = label.version }
        labels.removeAll { $0.version != newest[$0.name] && !used.contains("\($0.name):\($0.version)") }
    }
}
