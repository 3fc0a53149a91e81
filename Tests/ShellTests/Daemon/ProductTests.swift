import ControlAPI
import DeviceCore
import Foundation
import JSONText
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: products and labels over the control socket are what the journal has, before a restart and after.
/// Method: requests to a daemon with silent devices, their answers, and its state after a second start.
@Suite(.serialized) struct ProductTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func start() async throws -> Daemon {
        try await Waiting.run { [directory] in
            try Daemon(
                .test(directory.path), connections: SilentDevices(), log: { _ in }, fail: { _ in })
        }
    }

    private static let zpl = "^XA^FO1,1^FD{sscc} {product} {count}^FS^XZ"

    private static var product: ProductMessage {
        var product = ProductMessage()
        (product.gtin, product.name, product.itemsPerCase, product.labelCase) =
            (TestLine.gtin, "Testol", 2, "carton")
        return product
    }

    private static func label(_ text: String, name: String = "carton") -> LabelMessage {
        var label = LabelMessage()
        (label.name, label.text) = (name, text)
        return label
    }

    private static var order: OrderMessage {
        var order = OrderMessage()
        (order.batch, order.gtin, order.lot, order.expiry) = ("B1", TestLine.gtin, "L1", "490331")
        (order.quantity, order.unitPool, order.ssccPool) = (5, "P", "S")
        return order
    }

    /// `nil` where it was done, else the code.
    private func code(_ daemon: Daemon, _ request: ControlRequest) async throws -> String? {
        let reply = await daemon.control.reply(to: request, actor: "uid:tester")
        guard reply.status != 200 else { return nil }
        let fault = try ControlFault.decode(reply.body, limits: JSONLimits(), strict: true)
        #expect((400..<500).contains(reply.status), "\(fault)")
        return fault.code
    }

    private func get<Answer: ControlPayload>(_ daemon: Daemon, _ request: ControlRequest) async throws
        -> Answer
    {
        try Answer.decode(
            await daemon.control.reply(to: request, actor: nil).body, limits: JSONLimits(), strict: true)
    }

    private func pools(_ daemon: Daemon) async throws {
        var units = PoolMessage()
        (units.name, units.kind, units.key) = ("P", "printed", TestLine.gtin)
        (units.prefix, units.first, units.count) = ("P", 1, 10)
        var ssccs = PoolMessage()
        (ssccs.name, ssccs.kind, ssccs.key, ssccs.first, ssccs.count) = ("S", "sscc", "39506000", 1, 10)
        for pool in [units, ssccs] { #expect(try await code(daemon, .addPool(pool)) == nil) }
    }

    @Test func whatTheLineKnowsSurvivesARestart() async throws {
        let first = try await start()
        try await pools(first)
        #expect(try await code(first, .openBatch(Self.order)) == "BATCH-126")
        #expect(try await code(first, .defineProduct(Self.product)) == nil)
        #expect(try await code(first, .openBatch(Self.order)) == "BATCH-128")
        #expect(try await code(first, .defineLabel(Self.label(Self.zpl))) == nil)
        #expect(try await code(first, .openBatch(Self.order)) == nil)
        // A newer text is for the next batch.
        #expect(try await code(first, .defineLabel(Self.label(Self.zpl + "\n"))) == nil)
        try await Waiting.run { _ = first.stop() }
        let second = try await start()
        let products: ProductsAnswer = try await get(second, .products)
        var wanted = Self.product
        wanted.unused = "return"
        #expect(products.products.map(\.product) == [wanted])
        #expect(products.products.first?.version == 1 && products.products.first?.definedBy == "uid:tester")
        let labels: LabelsAnswer = try await get(second, .labels)
        #expect(labels.labels.map(\.version) == [1, 2] && labels.labels.map(\.isOlder) == [true, false])
        #expect(labels.labels.allSatisfy { $0.text.isEmpty && $0.bytes > 40 && $0.sha256.count == 64 })
        let label: LabelAnswer = try await get(second, .label("carton"))
        #expect(label.text == Self.zpl + "\n" && label.version == 2)
        let batches: BatchesAnswer = try await get(second, .batches)
        let batch = try #require(batches.batches.first)
        #expect(batch.order?.product == "Testol" && batch.order?.itemsPerCase == 2, "the order in effect")
        #expect(batch.order?.unused == "return" && batch.productVersion == 1)
        #expect(batch.labels.map { "\($0.level) \($0.name) \($0.version)" } == ["case carton 1"])
        #expect(try await Waiting.run { second.stop() })
    }

    @Test func whatCannotBeIsRefusedWithItsCode() async throws {
        let daemon = try await start()
        try await pools(daemon)
        for (text, name, wanted) in [
            ("^XA^FO1,1^FD{gtin}^FS^XZ", "carton", "LABEL-103"), ("no label", "carton", "LABEL-103"),
            (Self.zpl, "a b", "LABEL-101"), (Self.zpl, "", "LABEL-101"),
            (Self.zpl + String(repeating: " ", count: LabelText.maxTextBytes), "big", "LABEL-102"),
        ] { #expect(try await code(daemon, .defineLabel(Self.label(text, name: name))) == wanted) }
        var product = Self.product
        product.name = ""
        #expect(try await code(daemon, .defineProduct(product)) == "PRODUCT-101")
        product = Self.product
        product.unused = "burn"
        #expect(try await code(daemon, .defineProduct(product)) == "CTL-112")
        product = Self.product
        product.itemsPerPallet = .min
        #expect(try await code(daemon, .defineProduct(product)) == "ORDER-106")
        let missing = await daemon.control.reply(to: .label("none"), actor: nil)
        #expect(missing.status == 404)
        #expect(
            daemon.board.snapshot?.products.isEmpty == true && daemon.board.snapshot?.labels.isEmpty == true)
        // An order that contradicts what the line knows.
        product = Self.product
        product.labelCase = ""
        #expect(try await code(daemon, .defineProduct(product)) == nil)
        var order = Self.order
        (order.product, order.itemsPerCase) = ("Testol", 3)
        #expect(try await code(daemon, .openBatch(order)) == "BATCH-127")
        #expect(try await Waiting.run { daemon.stop() })
    }

    /// Goal: the longest template there can be fits a request, a line of the journal and a start. Method: one
    /// whose every byte is escaped in JSON, through the bytes of a request.
    @Test func theLongestLabelFits() async throws {
        let head = "^XA^FO1,1^FD{sscc}^FS^FX"
        let text = head + String(repeating: "\"", count: LabelText.maxTextBytes - head.utf8.count - 3) + "^XZ"
        let request = ControlRequest.defineLabel(Self.label(text, name: String(repeating: "n", count: 40)))
        #expect(request.body.count > ControlRequest.maxBodyBytes, "more than others may be")
        #expect(request.body.count <= ControlRequest.maxBodyBytes(path: request.path))
        let read = try ControlRequest.parse(method: "POST", path: request.path, body: request.body)
        let first = try await start()
        #expect(try await code(first, read) == nil)
        try await Waiting.run { _ = first.stop() }
        let second = try await start()
        #expect(second.board.snapshot?.labels.first?.text == text)
        #expect(try await Waiting.run { second.stop() })
    }

    /// The batch's own template goes before the configuration's; one that is none prints nothing.
    @Test func theBatchsTemplateIsFilled() throws {
        let standard = try LabelTemplate("^XA^FO1,1^FDstandard {sscc}^FS^XZ", .zpl)
        let desk = LabelDesk(entries: [.init(device: "printer", level: .case, template: standard)])
        var label = LabelOrder(
            device: "printer", job: 1, level: .case, sscc: "395060000000000016", gtin: TestLine.gtin,
            lot: "L1",
            expiry: "490331", count: 2, units: 2, copy: 1)
        func filled() -> String? {
            (try? desk.filled(label, product: "Testol").get()).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(filled()?.contains("standard 395060000000000016") == true)
        label.template = LabelText(name: "carton", version: 1, sha256: "", text: Self.zpl, definedBy: "")
        #expect(filled()?.contains("^FD395060000000000016 Testol 2^FS") == true)
        label.device = "another"
        #expect(filled() != nil, "it is the batch's, whatever the printer")
        label.template = LabelText(name: "carton", version: 1, sha256: "", text: "none", definedBy: "")
        #expect(filled() == nil)
        if case .failure(let refused) = desk.filled(label, product: "") {
            #expect(refused.text.contains("label carton version 1"), "\(refused.text)")
        }
    }

    /// A batch's own template is read in the language of the printer that prints it.
    @Test func theBatchsTemplateIsInThePrintersLanguage() throws {
        var rule = LabelTextRule(anyPrinterOf: "TL")
        rule.lineEnd = [0x0D]
        rule.forbidden = [UInt8(ascii: "l")]
        let text = "# language: TL\nstandard {sscc}"
        let desk = LabelDesk(entries: [
            .init(device: "printer", level: .case, template: try LabelTemplate(text, .text(rule)))
        ])
        var label = LabelOrder(
            device: "printer", job: 1, level: .case, sscc: "395060000000000016", gtin: TestLine.gtin,
            lot: "L1", expiry: "490331", count: 2, units: 2, copy: 1)
        func filled(_ text: String) -> String? {
            label.template = LabelText(name: "carton", version: 1, sha256: "", text: text, definedBy: "")
            return (try? desk.filled(label, product: "Testol").get()).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        #expect(filled("# language: TL\nown {sscc}") == "own 395060000000000016\r")
        #expect(filled("# language: TL\nown {product}") == nil, "a value that may not stand there")
        #expect(filled("# language: SL\nown {sscc}") == nil)
        #expect(filled(Self.zpl) == nil)
    }
}
