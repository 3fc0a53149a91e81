import NIOCore

/// Ends a connection of the control socket whose request does not arrive whole in time: one that says
/// nothing, half a request held open, one byte a second, and an answer that nobody takes.
final class RequestDeadline: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    /// What the responder tells the connection it works for.
    enum Event {
        /// The request is here; how long its answer takes is the line's affair.
        case answering
        /// The answer leaves; the next request has its time from now.
        case answered
    }

    private let time: TimeAmount
    private var timer: Scheduled<Void>?

    init(_ time: TimeAmount) { self.time = time }

    func handlerAdded(context: ChannelHandlerContext) { arm(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let event = event as? Event else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch event {
        case .answering: timer?.cancel()
        case .answered: arm(context)
        }
        promise?.succeed()
    }

    private func arm(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
