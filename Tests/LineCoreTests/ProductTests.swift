import Testing

@testable import LineCore

/// Goal: an order over a product is the one order both say, or is refused with what is missing or differs.
/// Method: a product with every part, orders that say or leave out each part, one at a time and all together.
@Suite struct ProductTests {
    static var product: Product {
        var product = Product()
        product.gtin = "09506000134352"
        product.name = "Testol"
        (product.packing[.case], product.packing[.pallet]) = (10, 6)
        product.market = "eu-fmd"
        product.nationalNumber = "(713)1234567890123"
        product.unused = .kill
        (product.labels[.case], product.labels[.pallet]) = ("carton", "pal")
        return product
    }

    static let defined = DefinedProduct(product: product, version: 3, definedBy: "Sue")

    /// An order that says nothing of its product.
    static var bare: Order {
        var order = Order()
        (order.batch, order.gtin, order.lot) = ("B1", product.gtin, "L1")
        (order.expiry, order.quantity) = ("291231", 10)
        (order.unitPool, order.ssccPool) = ("units", "ssccs")
        return order
    }

    /// What both say together.
    static var whole: Order {
        var order = bare
        (order.product, order.packing, order.market) = (product.name, product.packing, product.market)
        (order.nationalNumber, order.unused) = (product.nationalNumber, product.unused)
        return order
    }

    private func refusal(_ draft: OrderDraft, _ defined: DefinedProduct?) -> Refusal? {
        do throws(Refusal) {
            _ = try draft.order(over: defined)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatAnOrderLeavesOutItsProductSays() throws {
        let bare = OrderDraft(saidIn: Self.bare, unused: nil)
        #expect(bare.parts.isEmpty)
        #expect(try bare.order(over: Self.defined) == Self.whole)
        // Said and equal is as good as left out, whatever the choice of parts.
        for mask in 0..<32 {
            var order = Self.bare
            if mask & 1 > 0 { order.product = Self.whole.product }
            if mask & 2 > 0 { order.packing = Self.whole.packing }
            if mask & 4 > 0 { order.market = Self.whole.market }
            if mask & 8 > 0 { order.nationalNumber = Self.whole.nationalNumber }
            let draft = OrderDraft(saidIn: order, unused: mask & 16 > 0 ? .kill : nil)
            #expect(draft.parts.count == mask.nonzeroBitCount)
            #expect(try draft.order(over: Self.defined) == Self.whole)
            #expect(draft.isSaid(in: Self.whole))
        }
    }

    @Test func whatDiffersIsRefusedByName() {
        let changes: [(String, (inout Order) -> Void)] = [
            ("name \"Other\"", { $0.product = "Other" }),
            ("packing \"12 units a case, 6 cases a pallet\"", { $0.packing[.case] = 12 }),
            // Packing is said as a whole: without a pallet it is another one.
            ("packing \"10 units a case\"", { $0.packing[.pallet] = 0 }),
            ("market \"us-dscsa\"", { $0.market = "us-dscsa" }),
            ("national number \"(710)1234567\"", { $0.nationalNumber = "(710)1234567" }),
        ]
        for (text, change) in changes {
            var order = Self.whole
            change(&order)
            let found = refusal(OrderDraft(saidIn: order, unused: .kill), Self.defined)
            #expect(found?.code == "BATCH-127")
            #expect(found?.text.contains(text) == true, "\(found?.text ?? "")")
            #expect(found?.text.contains("version 3") == true)
            #expect(!OrderDraft(saidIn: order, unused: .kill).isSaid(in: Self.whole))
        }
        let kept = refusal(OrderDraft(saidIn: Self.whole, unused: .return), Self.defined)
        #expect(kept?.text.contains("return, the product kill") == true, "\(kept?.text ?? "")")
        var two = Self.whole
        (two.product, two.market) = ("Other", "us-dscsa")
        let both = refusal(OrderDraft(saidIn: two, unused: nil), Self.defined)
        #expect(both?.text.contains("Other") == true && both?.text.contains("us-dscsa") == true)
        // An order that says everything also says that there is none.
        var none = Self.whole
        none.market = ""
        #expect(refusal(OrderDraft(none), Self.defined)?.code == "BATCH-127")
    }

    @Test func withoutAProductNameAndPackingAreSaid() throws {
        #expect(refusal(OrderDraft(saidIn: Self.bare, unused: nil), nil)?.code == "BATCH-126")
        var order = Self.bare
        order.product = "Testol"
        let unpacked = refusal(OrderDraft(saidIn: order, unused: nil), nil)
        #expect(unpacked?.text.hasPrefix("the order leaves out packing, ") == true)
        #expect(
            try OrderDraft(saidIn: order, unused: nil).order(over: nil, packs: false) == order,
            "a line that packs nothing need not be told how")
        order.packing[.case] = 10
        var unnamed = order
        unnamed.product = ""
        let nameless = refusal(OrderDraft(saidIn: unnamed, unused: nil), nil)
        #expect(nameless?.text.hasPrefix("the order leaves out name, ") == true)
        #expect(try OrderDraft(saidIn: order, unused: nil).order(over: nil) == order)
        #expect(try OrderDraft(Self.bare).order(over: nil) == Self.bare, "says that it is in nothing")
    }

    // MARK: The product itself

    @Test func aGoodProductHasNoFault() {
        #expect(Self.product.fault == nil)
        var least = Product()
        (least.gtin, least.name) = (Self.product.gtin, "X")
        #expect(least.fault == nil)
    }

    @Test func whatIsWrongWithAProductIsToldByItsCode() {
        let changes: [(String, (inout Product) -> Void)] = [
            ("ORDER-102", { $0.gtin = "09506000134353" }),
            ("ORDER-106", { $0.packing[.case] = Order.maxCapacity + 1 }),
            ("ORDER-106", { $0.packing[.case] = -1 }),
            ("ORDER-107", { $0.market = "mars" }),
            ("ORDER-108", { $0.nationalNumber = "(01)09506000134352" }),
            ("PRODUCT-101", { $0.name = "" }),
            ("PRODUCT-101", { $0.name = String(repeating: "x", count: 201) }),
            ("PRODUCT-102", { $0.labels[.case] = "a.b" }),
            ("PRODUCT-102", { $0.labels[.case] = "a:b" }),
            ("PRODUCT-102", { $0.labels[.case] = String(repeating: "x", count: 41) }),
            ("PRODUCT-103", { $0.labels[.bundle] = "b" }),
            ("PRODUCT-104", { $0.weights[.bundle] = WeightRange(text: "1..2") }),
        ]
        for (code, change) in changes {
            var product = Self.product
            change(&product)
            #expect(product.fault?.code == code, "\(product)")
        }
    }

    @Test(arguments: [
        "", "case", "case:a", "case:a:0", "case:a:-1", "case:a:01", "case:a:1:", "tray:a:1", "case::1",
        "case:a.b:1", "case:a:99999999999999999999",
    ])
    func aUseOfALabelIsReadAsWrittenOrNot(_ text: String) {
        #expect(LabelUse(text: text) == nil)
        let use = LabelUse(level: .shipper, name: "a-b_9", version: 7)
        #expect(LabelUse(text: use.text) == use)
    }
}
