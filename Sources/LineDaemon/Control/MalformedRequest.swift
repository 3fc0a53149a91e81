import ControlAPI
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives the answer to bytes that are no HTTP the form of every other refusal: code, text and remedy.
///
/// Whoever finds them, below any request, answers with 400 and nothing else.
final class MalformedRequest: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentLength] == "0"
        else { return context.write(data, promise: promise) }
        let body = ByteBuffer(bytes: ControlDesk.Reply(ControlFault.notHTTP).body)
        head.headerFields[.contentLength] = String(body.readableBytes)
        head.headerFields[.contentType] = "application/json"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
    }
}
