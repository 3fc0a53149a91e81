import HTTPTypes
import HubAPI
import Hummingbird
import Logging
import NIOCore
import NIOConcurrencyHelpers
import SystemIO

/// Reads requests within their limits, has them answered by the hub's thread, writes the answers.
struct HubResponder: HTTPResponder {
    typealias Context = BasicRequestContext
    let thread: HubThread
    private let bodies = NIOLockedValueBox(0)

    /// Bodies read or waiting at once, each up to ``HubRequest/maxUnpackedBytes``; more are answered with
    /// `HUB-207`.
    static let maxBodies = 16
    private static let tokenHeader = HTTPField.Name(HubRequest.tokenHeader)

    init(thread: HubThread) { self.thread = thread }

    func respond(to request: Request, context: Context) async throws -> Response {
        let reply: HubReply
        do throws(HubProblem) {
            reply = try await answer(request)
        } catch {
            reply = HubReply(error)
        }
        var headers: HTTPFields = [.contentType: reply.mediaType, .vary: "Accept-Encoding"]
        // Who asks for the head of an answer gets no body, whatever it says.
        var body = request.method == .head ? [] : reply.body
        if body.count > 1_024, Self.takesDeflate(request) {
            body = Deflate.packed(body)
            headers[.contentEncoding] = "deflate"
        }
        if reply.status == 405 { headers[.allow] = "GET, POST" }
        return Response(
            status: HTTPResponse.Status(code: reply.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func takesDeflate(_ request: Request) -> Bool {
        (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
            return words.first == "deflate" && !words.dropFirst().contains { $0 == "q=0" }
        }
    }

    private func answer(_ request: Request) async throws(HubProblem) -> HubReply {
        let asked = try HubRequest.parse(
            method: request.method.rawValue, path: request.uri.path, query: Self.parameters(request))
        guard case .append = asked else { return try await reply(to: asked, of: request, body: []) }
        // Held until the answer is there: a body that waits in the queue takes its room as well.
        let isTaken = bodies.withLockedValue { count in
            guard count < Self.maxBodies else { return false }
            count += 1
            return true
        }
        guard isTaken else { throw .busy }
        defer { bodies.withLockedValue { $0 -= 1 } }
        return try await reply(to: asked, of: request, body: try await body(of: request))
    }

    private func reply(
        to asked: HubRequest, of request: Request, body: [UInt8]
    ) async throws(HubProblem) -> HubReply {
        let token = Self.tokenHeader.flatMap { request.headers[$0] }
        let now = Int64(clamping: WallClock.nowMilliseconds())
        let reply: HubReply? = await withCheckedContinuation { continuation in
            let isTaken = thread.add { (desk) throws(HubError) in
                continuation.resume(
                    returning: try desk.reply(to: asked, body: body, token: token, at: now))
            }
            if !isTaken { continuation.resume(returning: nil) }
        }
        guard let reply else { throw .busy }
        return reply
    }

    /// The parameters of the query. All of ours are made of characters that need no escape.
    private static func parameters(_ request: Request) -> [(name: String, value: String)] {
        (request.uri.query ?? "").split(separator: "&").map { part in
            let name = part.prefix { $0 != "=" }
            return (String(name), String(part.dropFirst(name.count + 1)))
        }
    }

    private func body(of request: Request) async throws(HubProblem) -> [UInt8] {
        let limit = HubRequest.maxBodyBytes
        if let announced = request.headers[.contentLength], Int(announced).map({ $0 > limit }) ?? true {
            throw .tooLarge(limitBytes: limit)
        }
        var bytes: [UInt8] = []
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else {
                    throw HubProblem.tooLarge(limitBytes: limit)
                }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch let problem as HubProblem {
            throw problem
        } catch {
            // The caller has gone; nobody reads this.
            throw .notUnpacked(limitBytes: HubRequest.maxUnpackedBytes)
        }
        return try Self.unpacked(bytes, request.headers[.contentEncoding])
    }

    private static func unpacked(_ bytes: [UInt8], _ coding: String?) throws(HubProblem) -> [UInt8] {
        switch coding {
        case nil, "identity": return bytes
        case "deflate":
            guard let out = Deflate.unpacked(bytes, maxBytes: HubRequest.maxUnpackedBytes) else {
                throw .notUnpacked(limitBytes: HubRequest.maxUnpackedBytes)
            }
            return out
        case .some(let other): throw .badCoding(other)
        }
    }
}
