import ControlAPI
import JSONText
import LineDaemon
import Testing

/// Requests and answers: what one side writes the other reads; what cannot be right is refused with a code.
@Suite struct ControlAPITests {
    private static func reason(_ text: String) -> ReasonMessage {
        var message = ReasonMessage()
        message.reason = text
        return message
    }

    static let requests: [ControlRequest] = {
        var order = OrderMessage()
        order.batch = "B/1"
        order.quantity = 10
        var hold = HoldMessage()
        hold.immediate = true
        var close = CloseMessage()
        close.deviation = "D1"
        var station = StationMessage()
        station.station = "cases"
        var pool = PoolMessage()
        pool.first = .max
        pool.serials = "A\nB\"\u{1D}é\n"
        var reread = RereadMessage()
        reread.done = true
        var leave = LeaveMessage()
        (leave.reason, leave.dissolve) = ("x", true)
        var reprint = ReprintMessage()
        (reprint.reason, reprint.oldLabel) = ("torn", "read")
        var move = MoveMessage()
        (move.into, move.reason, move.dissolve) = ("2", "x", true)
        var shipped = ShippedMessage()
        shipped.reference = "D 7"
        var recover = RecoverMessage()
        (recover.reintroduce, recover.reason) = (true, "x")
        var count = CountMessage()
        count.count = 7
        var into = IntoMessage()
        (into.into, into.reason) = ("2", "x")
        var replace = ReplaceMessage()
        (replace.by, replace.end, replace.reason) = ("2", "sampled", "x")
        var signOn = SignOnMessage()
        (signOn.badge, signOn.secret) = (Secret("B"), Secret("é%"))
        var note = NoteMessage()
        note.note = "all well"
        var person = OperatorMessage()
        (person.name, person.secret) = ("Ann", Secret("1"))
        var product = ProductMessage()
        (product.gtin, product.name, product.itemsPerShipper, product.labelPallet) = ("1", "é", 7, "pal")
        var label = LabelMessage()
        (label.name, label.text) = ("a", "^XA\n^XZ\"")
        var change = OperatorChangeMessage()
        (change.reason, change.badge) = ("left", Secret("B"))
        var article = FirstArticleMessage()
        (article.code, article.refuse, article.reason) = ("]d201\u{1D}21/é%", true, "x")
        var challenge = ChallengeMessage()
        challenge.challenge = "wrong"
        var hands = HandCountMessage()
        (hands.what, hands.count) = ("good", 7)
        var clearance = ClearanceMessage()
        clearance.checked = ["labels", "bin"]
        var byHand = ByHandMessage()
        (byHand.station, byHand.end, byHand.reason) = ("cases", true, "x")
        var orphans = OrphansMessage()
        (orphans.end, orphans.reason) = ("inactive", "x")
        return [
            .suspendBatch("B/1"), .judgeFirstArticle("B", article), .challenge("B", challenge),
            .handCount("B", hands), .clearLine(clearance), .packByHand("B", byHand),
            .endOrphans("B", orphans),
            .status, .devices, .pools, .batches, .item("]d201\u{1D}21/é%"), .trace("(01)1"),
            .openBatch(order),
            .startBatch("B/1"), .holdBatch("..", hold), .resumeBatch(" "), .completeBatch("B"),
            .closeBatch("B", close), .scrapBatch("B", reason("x")), .closePartial("B", station),
            .addPool(pool),
            .act("1", .reprint(reprint)), .act("1", .move(move)), .act("1", .shipped(shipped)),
            .act("]d201\u{1D}", .recover(recover)), .act("1", .takeOut(reason("x"))),
            .act("1", .bringBack(EmptyMessage())), .countRejects("B", count),
            .act("1", .remove(leave)), .act("1", .reread(reread)),
            .act("1", .sample(leave)), .act("1", .labelSample(reason("x"))), .act("1", .destroy(leave)),
            .act("1", .decommission(leave)), .act("1", .dissolve(reason("x"))), .act("1", .add(into)),
            .act("1", .replace(replace)),
            .acknowledge("DEV-201", AcknowledgeMessage()),
            .releaseBatch("B/1"), .signOn(signOn), .signOff, .handOver(note),
            .products, .labels, .label("a-b"), .defineProduct(product), .defineLabel(label),
            .operators, .addOperator(person), .disableOperator("Ann B/1", change),
            .resetOperator("Ann", change), .unlockOperator("é", change),
        ]
    }()

    @Test(arguments: requests) func requestsComeAcrossAsTheyWere(_ request: ControlRequest) throws {
        let read = try ControlRequest.parse(method: request.method, path: request.path, body: request.body)
        #expect(read == request)
    }

    /// Goal: one full stop between what is wrong and what to do, whether what is wrong was a phrase or
    /// another error's sentence.
    @Test func textsHaveOneFullStop() throws {
        var faults: [ControlFault] = [.stopping, .tooLarge(limitBytes: 1)]
        for code in ["]d2", "]A0x", "(01)1", "(01", "^", "urn:epc:x", "https://", "A B", "(10)L"] {
            faults.append(try #require(throws: ControlFault.self) { try ItemCode(code) })
        }
        for body in ["", "{", "{} {}", "[1]", "{\"a\":1,\"a\":2}", "{\"line\":1}", "\"\\x\""] {
            faults.append(
                try #require(throws: ControlFault.self) {
                    try StatusAnswer.decode(Array(body.utf8), limits: JSONLimits(), strict: true)
                })
        }
        for fault in faults {
            #expect(!fault.text.isEmpty && !fault.text.hasSuffix("."), "\(fault)")
            #expect(fault.description == "\(fault.code): \(fault.text). \(fault.remedy)")
            #expect(!fault.description.contains("..") && fault.remedy.hasSuffix("."), "\(fault)")
        }
        for text in ["it broke", "It broke."] {
            let error = DaemonError(.fileFailed, at: "p", text, "Mend it.", exitStatus: 1)
            #expect(error.description == "DMN-101 p: \(text.prefix(8)). Mend it.")
        }
    }

    /// Goal: a proof comes across in headers, whatever is in it, and a broken header is refused without a
    /// word of its value.
    @Test func proofsComeAcrossAsTheyWere() throws {
        var proof = Proof()
        for text in ["a", "é% :\u{1D}", String(repeating: "x", count: Secret.maxBytes)] {
            (proof.token, proof.secret) = (Secret(text), Secret(text))
            (proof.secondBadge, proof.secondSecret) = (Secret(text), Secret("b"))
            let headers = Dictionary(uniqueKeysWithValues: proof.headers.map { ($0.name, $0.value) })
            #expect(headers.values.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
            #expect(try Proof { headers[$0.rawValue] } == proof)
        }
        #expect(try Proof { _ in nil } == Proof() && Proof().headers.isEmpty)
        for (header, value) in [
            (Proof.Header.token, "PINPIN"), (.secret, "PIN%zz"), (.secret, ""), (.second, "PIN"),
            (.second, "a b PIN"), (.secret, String(repeating: "x", count: Secret.maxBytes + 1)),
        ] {
            let fault = #expect(throws: ControlFault.self) { try Proof { $0 == header ? value : nil } }
            #expect(fault?.code == "CTL-114" && fault?.description.contains("PIN") == false)
        }
    }

    @Test func answersComeAcrossAsTheyWere() throws {
        var status = StatusAnswer()
        status.line = "line \"1\""
        status.batch = BatchAnswer()
        status.batch?.reasons = [CountAnswer("no-read", 3)]
        status.packing = [PackingAnswer(), PackingAnswer()]
        status.packing[1].transit = ["1", "2"]
        let read = try StatusAnswer.decode(status.encoded, limits: JSONLimits(), strict: true)
        #expect(read == status)
    }

    @Test(arguments: [
        ("GET", "/v1/none", "", "CTL-104"), ("GET", "/v2/status", "", "CTL-104"), ("GET", "", "", "CTL-104"),
        ("GET", "/v1/items/%zz", "", "CTL-104"), ("GET", "/v1/items/%FF", "", "CTL-104"),
        ("GET", "/v1/items/", "", "CTL-115"), ("GET", "/v1/a/b/c/d", "", "CTL-104"),
        ("POST", "/v1/batches/B/explode", "", "CTL-104"), ("PUT", "/v1/status", "", "CTL-105"),
        ("GET", "/v1/batches/B/start", "", "CTL-105"), ("DELETE", "/v1/pools", "", "CTL-105"),
        ("POST", "/v1/batches", "{", "CTL-101"), ("POST", "/v1/batches", "[]", "CTL-101"),
        ("POST", "/v1/batches", "{\"quantity\":\"10\"}", "CTL-102"),
        ("POST", "/v1/batches", "{\"quantity\":1.5}", "CTL-102"),
        ("POST", "/v1/batches", "{\"quantity\":99999999999999999999}", "CTL-102"),
        ("POST", "/v1/batches", "{\"qantity\":1}", "CTL-102"),
        ("POST", "/v1/pools", "{\"first\":-1}", "CTL-102"),
        ("POST", "/v1/batches/B/start", "{\"x\":1}", "CTL-102"),
        (
            "POST", "/v1/batches", "{\"product\":\"\(String(repeating: "x", count: 1_001))\"}", "CTL-102"
        ),
        (
            "POST", "/v1/batches/B/hold", "{\"reason\":\"\(String(repeating: "x", count: 70_000))\"}",
            "CTL-103"
        ),
    ])
    func badRequestsHaveACode(method: String, path: String, body: String, code: String) {
        let fault = #expect(throws: ControlFault.self) {
            _ = try ControlRequest.parse(method: method, path: path, body: Array(body.utf8))
        }
        #expect(fault?.code == code)
        #expect(fault?.remedy.isEmpty == false)
    }

    @Test(arguments: [
        (
            "]d2010950600013435221A0001\u{1D}1727123110LOT1",
            ItemCode.unit(gtin: "09506000134352", serial: "A0001")
        ),
        ("(01)09506000134352(21)A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("A0001", .unit(gtin: nil, serial: "A0001")), ("]C100395060001343521234", nil),
        ("]C100195060000000000012", .container("195060000000000012")),
        ("195060000000000012", .container("195060000000000012")),
        ("00195060000000000012", .container("195060000000000012")),
        ("195060000000000013", .unit(gtin: nil, serial: "195060000000000013")),
        ("https://id.gs1.org/01/09506000134352/21/A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("urn:epc:id:sgtin:9506000.013435.A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("URN:EPC:id:sgtin:9506000.013435.A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("(01) 09506000134352 (21) A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("^010950600013435221A0001", .unit(gtin: "09506000134352", serial: "A0001")),
        ("HTTPS://ID.GS1.ORG/00/195060000000000012", .container("195060000000000012")),
        ("httpA1", .unit(gtin: nil, serial: "httpA1")),
        ("0109506000134352", .unit(gtin: nil, serial: "0109506000134352")),
        ("ABCDEFGHIJKLMNOPQRSTUVWX03", .unit(gtin: nil, serial: "ABCDEFGHIJKLMNOPQRSTUVWX03")),
        ("2345678901234567890123456789", .unit(gtin: nil, serial: "2345678901234567890123456789")),
        ("23456789012345678901234567890", nil), ("ABCDEFGHIJKLMNOPQRSTU X", nil),
        ("urn:uuid:1", nil), ("https://example.com/x", nil),
        ("", nil), ("(01)09506000134352", nil), ("no serial with spaces", nil),
    ]) func codesOfItems(text: String, code: ItemCode?) {
        #expect((try? ItemCode(text)) == code)
    }

    /// Goal: a code may be copied from a page, where the separator is the picture of a control character.
    /// Method: every place of a request where a code stands.
    @Test func theSeparatorMayBeItsPicture() throws {
        let (shown, sent) = (
            "]d20109506000134352172712311\u{241D}21A1", "]d20109506000134352172712311\u{1D}21A1"
        )
        func read(_ request: ControlRequest) throws -> ControlRequest {
            try ControlRequest.parse(method: request.method, path: request.path, body: request.body)
        }
        #expect(try read(.item(shown)) == .item(sent))
        #expect(try read(.trace(shown)) == .trace(sent))
        #expect(try read(.act(shown, .bringBack(EmptyMessage()))) == .act(sent, .bringBack(EmptyMessage())))
        var (by, verdict, into) = (ReplaceMessage(), FirstArticleMessage(), IntoMessage())
        (by.by, verdict.code, into.into) = (shown, shown, shown)
        guard case .act(_, .replace(let replaced)) = try read(.act("1", .replace(by))),
            case .judgeFirstArticle(_, let judged) = try read(.judgeFirstArticle("B", verdict)),
            case .act(_, .add(let added)) = try read(.act("1", .add(into)))
        else { return #expect(Bool(false)) }
        #expect(replaced.by == sent && judged.code == sent && added.into == sent)
        // What is no code keeps it.
        #expect(try read(.label("x\u{241D}")) == .label("x\u{241D}"))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_763_692_801_123, "2025-11-21T02:40:01.123Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_868_799_000, "2000-02-29T23:59:59.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (.max, "9999-12-31T23:59:59.999Z"),
    ]) func timesAreRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp.text(milliseconds: milliseconds) == text)
    }

    /// Goal: what a request says cannot pass for other lines where it is shown. Method: reasons that end a
    /// line, move the cursor or turn the writing; a serial file may end lines.
    @Test(arguments: ["a\nb", "a\u{1B}[2J", "a\rb", "\u{202E}abc", "a\u{0}", "\u{9B}31m", "a\u{2028}b"])
    func textsHaveNoControlCharacters(_ text: String) throws {
        let request = ControlRequest.act("1", .dissolve(Self.reason(text)))
        #expect {
            try ControlRequest.parse(method: request.method, path: request.path, body: request.body)
        } throws: { ($0 as? ControlFault)?.code == "CTL-102" }
        var pool = PoolMessage()
        pool.serials = text
        let file = ControlRequest.addPool(pool)
        #expect(
            try ControlRequest.parse(method: file.method, path: file.path, body: file.body) == file,
            "the reader of the file judges its bytes")
    }
}
