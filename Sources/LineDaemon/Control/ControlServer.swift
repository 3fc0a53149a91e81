import ControlAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SystemIO

/// The control socket: HTTP and JSON on a Unix socket, for one machine's accounts.
///
/// Who may connect is a matter of file permissions (directory 0750, socket 0660); who asked is taken from
/// the kernel and stands in the record. Bound only after the journal's lock is held: binding takes over an
/// existing socket.
struct ControlServer: Sendable {
    let path: String
    let desk: ControlDesk
    let limits: RequestDeadline.Limits

    /// Connections served at once; more wait in the system's queue, in order.
    static let maxConnections = 256

    /// Serves until `group` is asked to end.
    ///
    /// - Parameter ready: Called once the socket takes requests.
    func application(ready: @escaping @Sendable () -> Void) -> some ApplicationProtocol {
        var logger = Logger(label: "control")
        logger.logLevel = .error
        let path = path
        let limits = limits
        return Application(
            responder: ControlResponder(desk: desk),
            server: .http1(
                configuration: .init(additionalChannelHandlers: [MalformedRequest(), RequestDeadline(limits)])
            ),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path), serverName: nil,
                availableConnectionsDelegate: .maximum(Self.maxConnections, logger: logger)),
            onServerRunning: { _ in
                // The directory keeps strangers out until this is done.
                try? FileMode.set(path, 0o660)
                ready()
            },
            logger: logger)
    }
}

/// A request with the connection it came on.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The account at the other end; `nil` when the kernel does not say who called.
    var account: UInt32? {
        get async { await PeerCredentials.uid(of: channel) }
    }
}

/// Reads requests within their limits and writes what the desk answers.
struct ControlResponder: HTTPResponder {
    typealias Context = ControlContext
    let desk: ControlDesk
    private let uploads = UploadSlots()

    init(desk: ControlDesk) { self.desk = desk }

    func respond(to request: Request, context: ControlContext) async throws -> Response {
        let reply: ControlDesk.Reply
        do {
            reply = try await answer(request, context)
        } catch let fault as ControlFault {
            reply = ControlDesk.Reply(fault)
        }
        context.channel.triggerUserOutboundEvent(RequestDeadline.Event.answered, promise: nil)
        let status = HTTPResponse.Status(code: reply.status)
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private func answer(_ request: Request, _ context: ControlContext) async throws -> ControlDesk.Reply {
        let path = request.uri.path
        let limit = ControlRequest.maxBodyBytes(path: path)
        if let announced = request.headers[.contentLength], Int(announced).map({ $0 > limit }) ?? true {
            throw ControlFault.tooLarge(limitBytes: limit)
        }
        var body: [UInt8] = []
        var isUpload = false
        defer { if isUpload { uploads.giveBack() } }
        for try await part in request.body {
            guard body.count + part.readableBytes <= limit else {
                throw ControlFault.tooLarge(limitBytes: limit)
            }
            if !isUpload, body.count + part.readableBytes > ControlRequest.maxBodyBytes {
                guard uploads.take() else { throw ControlFault.busy }
                isUpload = true
            }
            body.append(contentsOf: part.readableBytesView)
        }
        context.channel.triggerUserOutboundEvent(RequestDeadline.Event.answering, promise: nil)
        let parsed = try ControlRequest.parse(method: request.method.rawValue, path: path, body: body)
        let proof = try Proof { header in
            HTTPField.Name(header.rawValue).flatMap { request.headers[$0] }
        }
        guard let account = await context.account else { return await desk.reply(to: parsed, actor: nil) }
        return await desk.reply(
            to: parsed, actor: "uid:" + Accounts.name(uid: account), account: account, proof: proof)
    }
}
