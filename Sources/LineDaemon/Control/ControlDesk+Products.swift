import ControlAPI
import Crypto
import JournalCore
import LineCore
import Settings

// Products and label templates over the control socket.

extension ControlDesk {
    func products() throws(ControlFault) -> ProductsAnswer {
        var answer = ProductsAnswer()
        answer.products = try snapshot().products.sorted { $0.key < $1.key }.map { ProductAnswer($0.value) }
        return answer
    }

    func labels() throws(ControlFault) -> LabelsAnswer {
        let labels = try snapshot().labels
        var answer = LabelsAnswer()
        for (index, label) in labels.enumerated() {
            var entry = LabelAnswer(label)
            entry.text = ""
            entry.isOlder = index + 1 < labels.count && labels[index + 1].name == label.name
            answer.labels.append(entry)
        }
        return answer
    }

    /// The newest version of a template, with its text.
    func label(_ name: String) throws(ControlFault) -> LabelAnswer {
        guard let label = try snapshot().labels.last(where: { $0.name == name }) else {
            throw ControlFault(
                "LABEL-105", "there is no label \(name.prefix(60))", "seriatim label list shows them.",
                status: 404)
        }
        return LabelAnswer(label)
    }

    /// Judges a template before the line is asked: what it means is not the rules' to say.
    static func verb(defining message: LabelMessage) throws(ControlFault) -> LineCommand.Verb {
        do throws(LabelFile.Fault) {
            _ = try LabelFile.template(message.text)
        } catch {
            throw ControlFault("LABEL-103", error.text, error.remedy, status: 422)
        }
        let hash = Hexadecimal.text(SHA256.hash(data: Array(message.text.utf8)))
        return .defineLabel(name: message.name, text: message.text, sha256: hash)
    }
}

extension ProductMessage {
    /// The product as a request or an answer.
    package init(_ product: Product) {
        self.init()
        gtin = product.gtin
        name = product.name
        packing = product.packing
        market = product.market
        nationalNumber = product.nationalNumber
        unused = product.unused.rawValue
        labelBundle = product.labels[.bundle]
        labelCase = product.labels[.case]
        labelShipper = product.labels[.shipper]
        labelPallet = product.labels[.pallet]
        weightBundleGrams = product.weights[.bundle]?.text ?? ""
        weightCaseGrams = product.weights[.case]?.text ?? ""
        weightShipperGrams = product.weights[.shipper]?.text ?? ""
        weightPalletGrams = product.weights[.pallet]?.text ?? ""
    }

    /// The product as the rules take it.
    func product() throws(ControlFault) -> Product {
        var product = Product()
        product.gtin = gtin
        product.name = name
        product.packing = packing
        product.market = market
        product.nationalNumber = nationalNumber
        if !unused.isEmpty { product.unused = try ControlDesk.word(unused, "unused") }
        product.labels[.bundle] = labelBundle
        product.labels[.case] = labelCase
        product.labels[.shipper] = labelShipper
        product.labels[.pallet] = labelPallet
        for (level, text) in [
            (PackLevel.bundle, weightBundleGrams), (.case, weightCaseGrams), (.shipper, weightShipperGrams),
            (.pallet, weightPalletGrams),
        ] where !text.isEmpty {
            guard let range = WeightRange(text: text) else {
                throw ControlFault(
                    "PRODUCT-105", "\"\(text.prefix(40))\" is not what a \(level.rawValue) weighs",
                    WeightRange.rule, status: 422)
            }
            product.weights[level] = range
        }
        return product
    }
}

extension ProductAnswer {
    init(_ defined: DefinedProduct) {
        self.init()
        product = ProductMessage(defined.product)
        version = defined.version
        definedBy = defined.definedBy
    }
}

extension LabelAnswer {
    init(_ label: LabelText) {
        self.init()
        name = label.name
        version = label.version
        sha256 = label.sha256
        bytes = label.text.utf8.count
        text = label.text
        definedBy = label.definedBy
    }
}

extension LabelUseAnswer {
    init(_ use: LabelUse) {
        self.init()
        level = use.level.rawValue
        name = use.name
        version = use.version
    }
}
