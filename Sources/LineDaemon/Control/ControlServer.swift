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

    /// Serves until `group` is asked to end.
    ///
    /// - Parameter ready: Called once the socket takes requests.
    func application(ready: @escaping @Sendable () -> Void) -> some ApplicationProtocol {
        var logger = Logger(label: "control")
        logger.logLevel = .error
        let path = path
        return Application(
            responder: ControlResponder(desk: desk),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: nil),
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

    /// `uid:NAME`, or `nil` when the kernel does not say who called.
    var actor: String? {
        get async { await PeerCredentials.uid(of: channel).map { "uid:" + Accounts.name(uid: $0) } }
    }
}

/// Reads requests within their limits and writes what the desk answers.
struct ControlResponder: HTTPResponder {
    typealias Context = ControlContext
    let desk: ControlDesk

    func respond(to request: Request, context: ControlContext) async throws -> Response {
        let path = request.uri.path
        let reply: ControlDesk.Reply
        do {
            let body = try await read(request, limit: ControlRequest.maxBodyBytes(path: path))
            let parsed = try ControlRequest.parse(method: request.method.rawValue, path: path, body: body)
            reply = await desk.reply(to: parsed, actor: await context.actor)
        } catch let fault as ControlFault {
            reply = ControlDesk.Reply(fault)
        }
        let status = HTTPResponse.Status(code: reply.status)
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private func read(_ request: Request, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limit else {
                throw ControlFault.tooLarge(limitBytes: limit)
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }
}
