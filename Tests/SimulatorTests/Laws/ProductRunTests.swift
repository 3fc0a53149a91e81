import Testing

@testable import LineCore

/// Goal: what the line knows of products and labels is versioned in the journal, survives a crash and a
/// snapshot, and never changes under an open batch. Method: definitions between the acts of a batch; after
/// each the state is compared with one folded from the journal and with one read back from its bytes.
@Suite struct ProductRunTests {
    private static var product: Product {
        var product = Product()
        (product.gtin, product.name) = (LineRig.gtin, "Testol")
        (product.packing[.case], product.packing[.pallet]) = (2, 2)
        product.labels[.case] = "carton"
        return product
    }

    private static func label(_ text: String, name: String = "carton") -> LineCommand.Verb {
        .defineLabel(name: name, text: text, sha256: "sha-\(text)")
    }

    /// The least an order can say.
    private static func draft(_ batch: String = "B1") -> OrderDraft {
        var order = Order()
        (order.batch, order.gtin, order.lot, order.expiry) = (batch, LineRig.gtin, "LOT1", "290331")
        (order.quantity, order.unitPool, order.ssccPool) = (20, "units", "ssccs")
        return OrderDraft(saidIn: order, unused: nil)
    }

    private static func rig() -> LineRig {
        var rig = LineRig(LineRig.configuration())
        rig.start()
        rig.ask(.addPool(LineRig.units()))
        rig.ask(.addPool(LineRig.ssccs()))
        return rig
    }

    private func done(_ rig: inout LineRig, _ verb: LineCommand.Verb) -> String? {
        if case .done(let text) = rig.ask(verb) { text } else { nil }
    }

    /// The state is what journal and bytes say it is.
    private func check(_ rig: LineRig) throws {
        var folded = LineState()
        for (record, _) in rig.records {
            if let file = folded.file(neededBy: record), let table = rig.files[file] {
                folded.supply(table, sha256: file)
            }
            let bytes = record.encoded(wallMilliseconds: 1)
            try folded.apply(try #require(try LineRecord.decode(bytes)).record)
        }
        #expect(folded == rig.line.state)
        let bytes = folded.encoded()
        #expect(try LineState.decode(bytes, 0..<bytes.count) == folded)
    }

    @Test func definitionsCountUp() throws {
        var rig = Self.rig()
        #expect(done(&rig, .defineProduct(Self.product))?.hasSuffix("is version 1") == true)
        let records = rig.records.count
        #expect(done(&rig, .defineProduct(Self.product))?.hasSuffix("is known as version 1") == true)
        #expect(rig.records.count == records, "nothing new, nothing recorded")
        var other = Self.product
        other.packing[.case] = 4
        #expect(done(&rig, .defineProduct(other))?.hasSuffix("is version 2") == true)
        #expect(done(&rig, .defineProduct(Self.product))?.hasSuffix("is version 3") == true, "back again")
        #expect(rig.line.state.products[LineRig.gtin]?.definedBy == "operator")
        #expect(done(&rig, Self.label("A"))?.hasSuffix("is version 1") == true)
        #expect(done(&rig, Self.label("A"))?.hasSuffix("is known as version 1") == true)
        #expect(done(&rig, Self.label("B"))?.hasSuffix("is version 2") == true)
        #expect(done(&rig, Self.label("B", name: "another"))?.hasSuffix("is version 1") == true)
        #expect(rig.line.state.labels.map(\.name) == ["another", "carton"], "the older text is nobody's")
        try check(rig)
        let before = rig.line.state
        rig.crash()
        rig.start()
        #expect(rig.line.state.products == before.products && rig.line.state.labels == before.labels)
    }

    @Test func anOrderNeedsWhatItLeavesOut() throws {
        var rig = Self.rig()
        #expect(rig.refusal(.openBatch(Self.draft())) == "BATCH-126")
        rig.ask(.defineProduct(Self.product))
        #expect(rig.refusal(.openBatch(Self.draft())) == "BATCH-128", "its label is not there")
        rig.ask(Self.label("A"))
        #expect(rig.refusal(.openBatch(Self.draft())) == nil)
        let batch = try #require(rig.line.state.batches.last)
        #expect(batch.order == LineRig.order, "name, packing and all")
        #expect(batch.productVersion == 1)
        #expect(batch.labels == [LabelUse(level: .case, name: "carton", version: 1)])
        // The same batch by an order that says everything, and contradicts.
        var order = LineRig.order
        (order.batch, order.packing[.case]) = ("B2", 3)
        #expect(rig.refusal(.openBatch(order)) == "BATCH-127")
        // What is wrong in itself is told first, and that the batch is there already.
        var stranger = Order()
        (stranger.batch, stranger.gtin, stranger.lot) = ("B1", LineRig.otherGTIN, "L9")
        (stranger.expiry, stranger.quantity) = ("290331", 1)
        #expect(rig.refusal(.openBatch(OrderDraft(saidIn: stranger, unused: nil))) == "BATCH-101")
        #expect(rig.refusal(.openBatch(OrderDraft(saidIn: Order(), unused: nil))) == "ORDER-101")
        try check(rig)
    }

    /// A product nobody knows changes nothing for an order that says all.
    @Test func anOrderStandsByItself() throws {
        var rig = Self.rig()
        rig.ask(.openBatch(LineRig.order))
        let batch = try #require(rig.line.state.batches.last)
        #expect(batch.order == LineRig.order && batch.productVersion == 0 && batch.labels.isEmpty)
        let bytes = BatchOpened(order: LineRig.order, actor: "a")
        let line = String(
            decoding: LineRecord.batchOpened(bytes).encoded(wallMilliseconds: 1), as: UTF8.self)
        #expect(!line.contains("\"pv\"") && !line.contains("\"la\""), "no byte more than before")
    }

    /// Goal: the labels of a batch are of one text. Method: a new text while the batch runs, a crash, a
    /// reprint; after the close the older text is gone.
    @Test func aBatchPrintsWithTheLabelItWasOpenedWith() throws {
        var rig = Self.rig()
        rig.ask(Self.label("old"))
        rig.ask(.defineProduct(Self.product))
        rig.ask(.openBatch(Self.draft()))
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.ask(Self.label("new"))
        try check(rig)
        for number in 1...2 { rig.good(number) }
        rig.move(millimetres: 700)
        rig.wait(milliseconds: 1_500)
        for number in 1...2 {
            rig.move(millimetres: 60)
            rig.give(.read(device: "case-camera", LineRig.code(serial: LineRig.serial(number))))
        }
        #expect(rig.labels.map(\.template?.text) == ["old"])
        #expect(rig.labels.first?.template?.version == 1)
        rig.crash()
        rig.start()
        rig.ask(.resume)
        let sscc = try #require(rig.labels.first?.sscc)
        rig.ask(.reprint(sscc: sscc, reason: "torn", old: .destroyed))
        #expect(rig.labels.map(\.template?.text) == ["old", "old"])
        #expect(rig.line.state.labels.map(\.version) == [1, 2])
        try check(rig)
        rig.ask(.openBatch(Self.draft("B2")))
        #expect(rig.line.state.batches.last?.labels.first?.version == 2)
    }

    /// Of a template the newest text stays, and what open batches print with.
    @Test func olderLabelsGoWithTheirBatches() throws {
        var rig = Self.rig()
        rig.ask(Self.label("1"))
        rig.ask(.defineProduct(Self.product))
        rig.ask(.openBatch(Self.draft("B1")))
        rig.ask(Self.label("2"))
        rig.ask(Self.label("3"))
        #expect(rig.line.state.labels.map(\.version) == [1, 3])
        rig.ask(.startBatch("B1"))
        rig.freeBelt()
        rig.complete()
        rig.ask(.scrapInDoubt(batch: "B1", reason: "done"))
        #expect(rig.refusal(.closeBatch("B1", reason: nil, deviation: nil)) == nil)
        #expect(rig.line.state.labels.map(\.version) == [3])
        try check(rig)
    }

    @Test func thereAreLimits() {
        var rig = Self.rig()
        for name in ["", "a.b", "a b", "é", String(repeating: "x", count: LabelText.maxName + 1)] {
            #expect(rig.refusal(Self.label("A", name: name)) == "LABEL-101", "\(name)")
        }
        #expect(rig.refusal(Self.label("")) == "LABEL-102")
        #expect(
            rig.refusal(Self.label(String(repeating: "x", count: LabelText.maxTextBytes + 1))) == "LABEL-102")
        var state = LineState()
        for number in 0..<LabelText.maxLabels {
            let fact = LabelDefined(name: "l\(number)", version: 1, sha256: "", text: "A", actor: "")
            #expect(throws: Never.self) { try state.apply(.labelDefined(fact)) }
        }
        for number in 0..<Product.maxProducts {
            var product = Self.product
            product.gtin = String(number)
            let fact = ProductDefined(product: product, version: 1, actor: "")
            #expect(throws: Never.self) { try state.apply(.productDefined(fact)) }
        }
        var line = Line(configuration: LineRig.configuration(), state: state)
        func answer(_ verb: LineCommand.Verb, _ line: inout Line) -> String? {
            let decision = line.handle(
                .command(LineCommand(request: 1, actor: "a", verb: verb)),
                at: LineInstant(monotonicNanoseconds: 1, wallMilliseconds: 1))
            if case .answer(_, .refused(let refusal))? = decision.actions.last { return refusal.code }
            return nil
        }
        _ = line.handle(
            .started(LineStart(boot: "b", version: "1", configuration: "c", isJournalVerified: true)),
            at: LineInstant(monotonicNanoseconds: 0, wallMilliseconds: 1))
        #expect(answer(.defineProduct(Self.product), &line) == "PRODUCT-104")
        #expect(answer(Self.label("A"), &line) == "LABEL-104")
        #expect(answer(Self.label("B", name: "l7"), &line) == nil, "a new text of one that is there")
    }

    /// A line of the journal that skips a version, or names a label nobody has, was made by no rule of ours.
    @Test func versionsFollow() {
        for version in [0, 2] {
            var state = LineState()
            #expect(throws: StateFault.self) {
                try state.apply(
                    .productDefined(ProductDefined(product: Self.product, version: version, actor: "")))
            }
            #expect(throws: StateFault.self) {
                try state.apply(
                    .labelDefined(LabelDefined(name: "a", version: version, sha256: "", text: "A", actor: ""))
                )
            }
        }
        var rig = Self.rig()
        rig.ask(.openBatch(LineRig.order))
        var state = rig.line.state
        var fact = BatchOpened(order: LineRig.order, actor: "")
        fact.order.batch = "B2"
        fact.labels = [LabelUse(level: .case, name: "carton", version: 1)]
        #expect(throws: StateFault.self) { try state.apply(.batchOpened(fact)) }
    }

    /// Snapshots nobody has vouched for: a batch whose label is not there, a label that stands twice.
    @Test func whatContradictsItselfIsRefused() throws {
        var rig = Self.rig()
        rig.ask(Self.label("A"))
        rig.ask(.defineProduct(Self.product))
        rig.ask(.openBatch(Self.draft()))
        let faults: [(String, (inout LineState) -> Void)] = [
            ("a label that is not there", { $0.labels = [] }),
            ("a label stands twice", { $0.labels.append($0.labels[0]) }),
            ("a product stands twice", { $0.products["x"] = $0.products[LineRig.gtin] }),
            (
                "a product without version",
                {
                    $0.products[LineRig.gtin] = DefinedProduct(
                        product: Self.product, version: 0, definedBy: "")
                }
            ),
        ]
        for (text, spoil) in faults {
            var state = rig.line.state
            spoil(&state)
            let bytes = state.encoded()
            let fault = #expect(throws: SnapshotFault.self) { try LineState.decode(bytes, 0..<bytes.count) }
            #expect(fault?.text.contains(text) == true, "\(text): \(fault?.text ?? "")")
        }
    }
}
