import DeviceCore
import Glibc
import NIOCore
import NIOPosix

/// Opens the channel of an address. Serial ports and TCP end in the same kind of channel.
enum LinkTransport {
    /// - Parameters:
    ///   - node: The device node of a port's name; `nil` for TCP.
    ///   - handler: Called on the loop, once, for the channel that opens.
    /// - Returns: Done when the channel is open; its handler then hears of it. Fails if it cannot be opened.
    static func open(
        _ address: DeviceAddress, _ node: String?, _ limits: DeviceLink.Limits, on eventLoop: any EventLoop,
        handler: @escaping @Sendable () -> LinkHandler
    ) -> EventLoopFuture<Void> {
        let mark = ChannelOptions.Types.WriteBufferWaterMark(
            low: limits.writeBufferBytes / 2, high: limits.writeBufferBytes)
        let prepare: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(handler())
            }
        }
        let prepareNode: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.setOption(.writeBufferWaterMark, value: mark).flatMap { prepare(channel) }
        }
        switch address {
        case .serial(_, let settings):
            return port(eventLoop, prepareNode) { () throws(DeviceFault) in
                try SerialPort.open(node ?? "", settings)
            } channel: {
                $0.takingOwnershipOfDescriptor(inputOutput: $1)
            }
        case .input:
            return port(eventLoop, prepareNode) { () throws(DeviceFault) in
                try InputPort.open(node ?? "")
            } channel: {
                $0.takingOwnershipOfDescriptor(input: $1)
            }
        case .tcp(let host, let port):
            let bootstrap = ClientBootstrap(group: eventLoop)
                .connectTimeout(.milliseconds(Int64(limits.connectTimeoutMilliseconds)))
                .channelOption(.writeBufferWaterMark, value: mark)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                // A peer that loses power says nothing: notice within a few seconds.
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 1)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 1)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 2)
                .channelInitializer(prepare)
            if let literal = try? SocketAddress(ipAddress: host, port: port) {
                return bootstrap.connect(to: literal).map { _ in }
            }
            return bootstrap.connect(host: host, port: port).map { _ in }
        }
    }

    /// The channel of a device node.
    private static func port(
        _ eventLoop: any EventLoop,
        _ prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
        opened: () throws(DeviceFault) -> CInt,
        channel: (NIOPipeBootstrap, CInt) -> EventLoopFuture<any Channel>
    ) -> EventLoopFuture<Void> {
        do throws(DeviceFault) {
            let descriptor = try opened()
            return channel(NIOPipeBootstrap(group: eventLoop).channelInitializer(prepare), descriptor)
                .map { _ in }
                .flatMapErrorThrowing { error in
                    // The descriptor is still ours if the channel could not be made.
                    _ = Glibc.close(descriptor)
                    throw error
                }
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    /// The error of a channel as a fault a technician can read.
    static func fault(_ error: any Error, _ address: DeviceAddress) -> DeviceFault {
        if let fault = error as? DeviceFault { return fault }
        if let error = error as? IOError {
            let code: DeviceFault.Code =
                error.errnoCode == EIO || error.errnoCode == ECONNRESET ? .hungUp : .openFailed
            return DeviceFault(code, "\(address): \(String(cString: strerror(error.errnoCode)))")
        }
        if let error = error as? NIOConnectionError {
            let first = error.connectionErrors.first.map { fault($0.error, address).detail }
            return DeviceFault(.openFailed, first ?? "\(address): the host name is not known")
        }
        if let error = error as? ChannelError, case .connectTimeout = error {
            return DeviceFault(.openFailed, "\(address): no answer to the connection request")
        }
        return DeviceFault(.openFailed, "\(address): \(error)")
    }
}

/// Carries what happens on a channel to its link.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let core: LinkCore

    init(core: LinkCore) { self.core = core }

    func channelActive(context: ChannelHandlerContext) {
        core.opened(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        core.received(unwrapInboundIn(data).readableBytesView, on: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.closed(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        core.failed(error, on: context.channel)
        context.close(promise: nil)
    }
}
