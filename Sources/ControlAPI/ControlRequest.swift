import GS1
import JSONText

/// Everything that can be asked at the control socket, with its method, path and body.
///
/// Adding a request: a case here, a line in ``method``, ``path``, ``body`` and ``parse(method:path:body:)``.
package enum ControlRequest: Equatable, Sendable {
    /// `GET /v1/status`, answered by ``StatusAnswer``.
    case status
    /// `GET /v1/devices`, answered by ``DevicesAnswer``.
    case devices
    /// `GET /v1/devices/{name}/{number}`: what was said from that entry on, answered by
    /// ``DeviceTraceAnswer``.
    case deviceTrace(String, from: UInt64)
    /// `GET /v1/pools`, answered by ``PoolsAnswer``.
    case pools
    /// `GET /v1/batches`, answered by ``BatchesAnswer``.
    case batches
    /// `GET /v1/items/{code}`, answered by ``ItemAnswer``.
    case item(String)
    /// `GET /v1/trace/{code}`, answered by ``TraceAnswer``.
    case trace(String)
    /// `GET /v1/products`, answered by ``ProductsAnswer``.
    case products
    /// `GET /v1/labels`, answered by ``LabelsAnswer``.
    case labels
    /// `GET /v1/labels/{name}`, answered by ``LabelAnswer``.
    case label(String)
    /// `POST /v1/batches`, answered like all that follow by ``DoneAnswer`` once its records are durable.
    case openBatch(OrderMessage)
    /// `POST /v1/products`
    case defineProduct(ProductMessage)
    /// `POST /v1/labels`
    case defineLabel(LabelMessage)
    /// `POST /v1/batches/{id}/start`
    case startBatch(String, StartMessage = StartMessage())
    /// `POST /v1/batches/{id}/hold`
    case holdBatch(String, HoldMessage)
    /// `POST /v1/batches/{id}/resume`
    case resumeBatch(String)
    /// `POST /v1/batches/{id}/complete`
    case completeBatch(String)
    /// `POST /v1/batches/{id}/suspend`
    case suspendBatch(String)
    /// `POST /v1/batches/{id}/first-article`
    case judgeFirstArticle(String, FirstArticleMessage)
    /// `POST /v1/batches/{id}/challenge`
    case challenge(String, ChallengeMessage)
    /// `POST /v1/batches/{id}/count`
    case handCount(String, HandCountMessage)
    /// `POST /v1/batches/{id}/by-hand`
    case packByHand(String, ByHandMessage)
    /// `POST /v1/batches/{id}/orphans`
    case endOrphans(String, OrphansMessage)
    /// `POST /v1/clearance`
    case clearLine(ClearanceMessage)
    /// `POST /v1/batches/{id}/close`
    case closeBatch(String, CloseMessage)
    /// `POST /v1/batches/{id}/scrap`
    case scrapBatch(String, ReasonMessage)
    /// `POST /v1/batches/{id}/rejects`
    case countRejects(String, CountMessage)
    /// `POST /v1/batches/{id}/partial`
    case closePartial(String, StationMessage)
    /// `POST /v1/pools`
    case addPool(PoolMessage)
    /// `POST /v1/items/{code}/{act}`
    case act(String, ItemAct)
    /// `POST /v1/alarms/{code}/ack`
    case acknowledge(String, AcknowledgeMessage)

    /// `POST /v1/batches/{id}/release`
    case releaseBatch(String)
    /// `POST /v1/sign-on`, answered by ``SignOnAnswer``.
    case signOn(SignOnMessage)
    /// `POST /v1/sign-off`
    case signOff
    /// `POST /v1/hand-over`, answered by ``SignOnAnswer`` for the successor.
    case handOver(NoteMessage)
    /// `GET /v1/operators`, answered by ``OperatorsAnswer``.
    case operators
    /// `POST /v1/operators`
    case addOperator(OperatorMessage)
    /// `POST /v1/operators/{name}/disable`
    case disableOperator(String, OperatorChangeMessage)
    /// `POST /v1/operators/{name}/reset`
    case resetOperator(String, OperatorChangeMessage)
    /// `POST /v1/operators/{name}/unlock`
    case unlockOperator(String, OperatorChangeMessage)

    /// Longest body of `POST /v1/pools`: serials inside the request.
    package static let maxPoolBytes = 8 << 20
    /// Longest body of `POST /v1/labels`: the longest template with every byte escaped.
    package static let maxLabelBytes = 72 << 10
    /// Longest body of any other request.
    package static let maxBodyBytes = 64 << 10
    /// Longest text of a member, in bytes.
    package static let maxTextBytes = 1_000
    /// Longest name of a file, in bytes.
    package static let maxFileBytes = 4_096
    /// Longest path.
    package static let maxPathBytes = 4 << 10

    /// Longest body at this path.
    package static func maxBodyBytes(path: String) -> Int {
        switch path {
        case "/v1/pools": maxPoolBytes
        case "/v1/labels": maxLabelBytes
        default: maxBodyBytes
        }
    }
}

// MARK: - Writing

extension ControlRequest {
    /// `GET` or `POST`.
    package var method: String {
        switch self {
        case .status, .devices, .deviceTrace, .pools, .batches, .item, .trace, .operators, .products, .labels,
            .label:
            "GET"
        case .openBatch, .defineProduct, .defineLabel, .startBatch, .holdBatch, .resumeBatch, .completeBatch,
            .suspendBatch,
            .judgeFirstArticle, .challenge, .handCount, .packByHand, .endOrphans, .clearLine, .closeBatch,
            .scrapBatch,
            .closePartial, .countRejects, .addPool, .act, .acknowledge, .releaseBatch, .signOn, .signOff,
            .handOver,
            .addOperator, .disableOperator, .resetOperator, .unlockOperator:
            "POST"
        }
    }

    /// The path, percent-encoded.
    package var path: String {
        switch self {
        case .status: "/v1/status"
        case .devices: "/v1/devices"
        case .deviceTrace(let name, let number): Self.path("devices", name, String(number))
        case .pools, .addPool: "/v1/pools"
        case .batches, .openBatch: "/v1/batches"
        case .products, .defineProduct: "/v1/products"
        case .labels, .defineLabel: "/v1/labels"
        case .label(let name): Self.path("labels", name)
        case .item(let code): Self.path("items", code)
        case .trace(let code): Self.path("trace", code)
        case .startBatch(let id, _): Self.path("batches", id, "start")
        case .suspendBatch(let id): Self.path("batches", id, "suspend")
        case .judgeFirstArticle(let id, _): Self.path("batches", id, "first-article")
        case .challenge(let id, _): Self.path("batches", id, "challenge")
        case .handCount(let id, _): Self.path("batches", id, "count")
        case .packByHand(let id, _): Self.path("batches", id, "by-hand")
        case .endOrphans(let id, _): Self.path("batches", id, "orphans")
        case .clearLine: "/v1/clearance"
        case .holdBatch(let id, _): Self.path("batches", id, "hold")
        case .resumeBatch(let id): Self.path("batches", id, "resume")
        case .completeBatch(let id): Self.path("batches", id, "complete")
        case .closeBatch(let id, _): Self.path("batches", id, "close")
        case .scrapBatch(let id, _): Self.path("batches", id, "scrap")
        case .countRejects(let id, _): Self.path("batches", id, "rejects")
        case .closePartial(let id, _): Self.path("batches", id, "partial")
        case .act(let code, let act): Self.path("items", code, act.name)
        case .acknowledge(let code, _): Self.path("alarms", code, "ack")
        case .releaseBatch(let id): Self.path("batches", id, "release")
        case .signOn: "/v1/sign-on"
        case .signOff: "/v1/sign-off"
        case .handOver: "/v1/hand-over"
        case .operators, .addOperator: "/v1/operators"
        case .disableOperator(let name, _): Self.path("operators", name, "disable")
        case .resetOperator(let name, _): Self.path("operators", name, "reset")
        case .unlockOperator(let name, _): Self.path("operators", name, "unlock")
        }
    }

    private static func path(_ parts: String...) -> String {
        "/v1/" + parts.map(PercentEncoding.escaped).joined(separator: "/")
    }

    /// The body as JSON; empty where the path says it all.
    package var body: [UInt8] {
        switch self {
        case .status, .devices, .deviceTrace, .pools, .batches, .item, .trace, .resumeBatch, .completeBatch,
            .suspendBatch, .releaseBatch, .signOff, .operators, .products, .labels, .label:
            []
        case .defineProduct(let message): message.encoded
        case .defineLabel(let message): message.encoded
        case .openBatch(let message): message.encoded
        // A start of production says nothing more.
        case .startBatch(_, let message): message.setUp ? message.encoded : []
        case .judgeFirstArticle(_, let message): message.encoded
        case .challenge(_, let message): message.encoded
        case .handCount(_, let message): message.encoded
        case .packByHand(_, let message): message.encoded
        case .endOrphans(_, let message): message.encoded
        case .clearLine(let message): message.encoded
        case .holdBatch(_, let message): message.encoded
        case .closeBatch(_, let message): message.encoded
        case .scrapBatch(_, let message): message.encoded
        case .closePartial(_, let message): message.encoded
        case .countRejects(_, let message): message.encoded
        case .addPool(let message): message.encoded
        case .act(_, let act): act.body
        case .acknowledge(_, let message): message.encoded
        case .signOn(let message): message.encoded
        case .handOver(let message): message.encoded
        case .addOperator(let message): message.encoded
        case .disableOperator(_, let message), .resetOperator(_, let message),
            .unlockOperator(_, let message):
            message.encoded
        }
    }
}

// MARK: - Reading

extension ControlRequest {
    /// Reads a request.
    ///
    /// - Parameters:
    ///   - method: As received.
    ///   - path: As received, percent-encoded, without query.
    ///   - body: The whole body.
    /// - Throws: `CTL-101` to `CTL-105`; nothing was done then.
    package static func parse(
        method: String, path: String, body: [UInt8]
    ) throws(ControlFault) -> ControlRequest {
        guard path.utf8.count <= maxPathBytes else { throw .unknownPath(path) }
        var parts: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let part = PercentEncoding.unescaped(segment) else { throw .unknownPath(path) }
            parts.append(part)
        }
        guard parts.first == "v1" else { throw .unknownPath(path) }
        guard !parts.contains("") else { throw .noCode }
        let request = PathRequest(method: method, path: path, body: body)
        switch parts.count {
        case 2: return try request.whole(parts[1])
        case 3: return try request.one(parts[1], parts[2])
        case 4: return try request.act(parts[1], parts[2], parts[3])
        default: throw .unknownPath(path)
        }
    }
}

/// A request whose path was taken apart.
struct PathRequest {
    let method: String
    let path: String
    let body: [UInt8]

    /// `/v1/{name}`
    func whole(_ name: String) throws(ControlFault) -> ControlRequest {
        switch name {
        case "status": return try get(.status)
        case "devices": return try get(.devices)
        case "pools":
            if method == "POST" { return .addPool(try read()) }
            return try get(.pools, allowed: "GET or POST")
        case "batches":
            if method == "POST" { return .openBatch(try read()) }
            return try get(.batches, allowed: "GET or POST")
        case "products":
            if method == "POST" { return .defineProduct(try read()) }
            return try get(.products, allowed: "GET or POST")
        case "labels":
            if method == "POST" { return .defineLabel(try read()) }
            return try get(.labels, allowed: "GET or POST")
        case "operators":
            if method == "POST" { return .addOperator(try read()) }
            return try get(.operators, allowed: "GET or POST")
        case "sign-on", "sign-off", "hand-over", "clearance":
            guard method == "POST" else { throw .wrongMethod(method, allowed: "POST") }
            switch name {
            case "sign-on": return .signOn(try read())
            case "sign-off": return try bare(.signOff)
            case "clearance": return .clearLine(try read())
            default: return .handOver(try read())
            }
        default: throw .unknownPath(path)
        }
    }

    /// `/v1/{name}/{code}`
    func one(_ name: String, _ code: String) throws(ControlFault) -> ControlRequest {
        switch name {
        case "items": return try get(.item(code.asScanned))
        case "trace": return try get(.trace(code.asScanned))
        case "labels": return try get(.label(code))
        default: throw .unknownPath(path)
        }
    }

    /// `/v1/{name}/{code}/{act}`
    func act(_ name: String, _ code: String, _ act: String) throws(ControlFault) -> ControlRequest {
        if name == "devices" {
            guard let number = UInt64(act) else { throw .unknownPath(path) }
            return try get(.deviceTrace(code, from: number))
        }
        let known = ["batches", "items", "alarms", "operators"].contains(name)
        guard !known || method == "POST" else { throw .wrongMethod(method, allowed: "POST") }
        if name == "items", let act = try ItemAct.parse(act, self) { return .act(code.asScanned, act) }
        switch (name, act) {
        case ("batches", "start"): return .startBatch(code, try read())
        case ("batches", "hold"): return .holdBatch(code, try read())
        case ("batches", "resume"): return try bare(.resumeBatch(code))
        case ("batches", "complete"): return try bare(.completeBatch(code))
        case ("batches", "suspend"): return try bare(.suspendBatch(code))
        case ("batches", "first-article"): return .judgeFirstArticle(code, try read())
        case ("batches", "challenge"): return .challenge(code, try read())
        case ("batches", "count"): return .handCount(code, try read())
        case ("batches", "by-hand"): return .packByHand(code, try read())
        case ("batches", "orphans"): return .endOrphans(code, try read())
        case ("batches", "close"): return .closeBatch(code, try read())
        case ("batches", "scrap"): return .scrapBatch(code, try read())
        case ("batches", "rejects"): return .countRejects(code, try read())
        case ("batches", "release"): return try bare(.releaseBatch(code))
        case ("operators", "disable"): return .disableOperator(code, try read())
        case ("operators", "reset"): return .resetOperator(code, try read())
        case ("operators", "unlock"): return .unlockOperator(code, try read())
        case ("batches", "partial"): return .closePartial(code, try read())
        case ("alarms", "ack"): return .acknowledge(code, try read())
        default: throw .unknownPath(path)
        }
    }

    private func get(_ request: ControlRequest, allowed: String = "GET") throws(ControlFault)
        -> ControlRequest
    {
        guard method == "GET" else { throw .wrongMethod(method, allowed: allowed) }
        return request
    }

    /// A request whose body is empty or `{}`.
    private func bare(_ request: ControlRequest) throws(ControlFault) -> ControlRequest {
        if !body.isEmpty { _ = try read() as EmptyMessage }
        return request
    }

    /// An empty body reads as `{}`.
    func read<P: ControlPayload>() throws(ControlFault) -> P {
        let limits = JSONLimits(maxBytes: ControlRequest.maxBodyBytes(path: path), maxDepth: 8)
        return try P.decode(body.isEmpty ? Array("{}".utf8) : body, limits: limits, strict: true)
    }
}
