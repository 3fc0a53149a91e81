import NIOCore
import NIOHTTPTypes

/// Ends a connection of the control socket that keeps its place without need: one that says nothing, half a
/// request held open, one byte a second, and an answer that nobody takes.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    /// What the responder tells the connection it works for.
    enum Event {
        /// The request is here; how long its answer takes is the line's affair.
        case answering
        /// The answer leaves.
        case answered
    }

    /// How long a connection may keep its place.
    struct Limits: Equatable, Sendable {
        /// Seconds for the head of a request to arrive, and for an answer to be taken.
        var idle: Int64 = 5
        /// Seconds for the rest of a request.
        var body: Int64 = 10
    }

    private let limits: Limits
    private var timer: Scheduled<Void>?
    private var isAnswering = false
    /// The next request began while this one was answered.
    private var hasNextHead = false

    init(_ limits: Limits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) { arm(context, limits.idle) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            hasNextHead = isAnswering
            if !isAnswering { arm(context, limits.body) }
        }
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let event = event as? Event else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch event {
        case .answering:
            isAnswering = true
            timer?.cancel()
        case .answered:
            isAnswering = false
            arm(context, hasNextHead ? limits.body : limits.idle)
            hasNextHead = false
        }
        promise?.succeed()
    }

    private func arm(_ context: ChannelHandlerContext, _ seconds: Int64) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    }
}
