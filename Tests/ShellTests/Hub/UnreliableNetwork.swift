import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A way to a hub on which connections break: each carries so many bytes, drawn by a seed, then it is cut in
/// the middle of whatever is under way.
final class UnreliableNetwork: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let server: any Channel
    private let state: NIOLockedValueBox<(random: UInt64, cuts: Int)>

    /// - Parameter longest: Most bytes a connection carries, both ways together.
    init(to port: Int, seed: UInt64, longest: Int) throws {
        let state = NIOLockedValueBox((random: seed &* 0x9E37_79B9_7F4A_7C15 | 1, cuts: 0))
        self.state = state
        let group = group
        server = try ServerBootstrap(group: group)
            .childChannelInitializer { near in
                let budget = state.withLockedValue { state in
                    state.random ^= state.random << 13
                    state.random ^= state.random >> 7
                    state.random ^= state.random << 17
                    return Int(state.random % UInt64(longest))
                }
                let left = NIOLockedValueBox(budget)
                return ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port).flatMap { far in
                    near.eventLoop.makeCompletedFuture {
                        try near.pipeline.syncOperations.addHandler(Carrier(far, left, state))
                        try far.pipeline.syncOperations.addHandler(Carrier(near, left, state))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
    }

    var address: String { "http://127.0.0.1:\(server.localAddress?.port ?? 0)" }
    /// Connections cut so far.
    var cuts: Int { state.withLockedValue { $0.cuts } }

    func close() {
        try? server.close().wait()
        try? group.syncShutdownGracefully()
    }

    private final class Carrier: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let other: any Channel
        private let left: NIOLockedValueBox<Int>
        private let state: NIOLockedValueBox<(random: UInt64, cuts: Int)>

        init(
            _ other: any Channel, _ left: NIOLockedValueBox<Int>,
            _ state: NIOLockedValueBox<(random: UInt64, cuts: Int)>
        ) {
            self.other = other
            self.left = left
            self.state = state
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            let part = left.withLockedValue { left in
                let count = min(left, bytes.readableBytes)
                left -= count
                return bytes.readSlice(length: count)
            }
            if let part { other.writeAndFlush(part, promise: nil) }
            guard bytes.readableBytes > 0 else { return }
            state.withLockedValue { $0.cuts += 1 }
            other.close(promise: nil)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    }
}
