import DeviceCore
import NIOConcurrencyHelpers
import NIOCore

/// One device: its address, its session, its connection, on one event loop.
///
/// The loop belongs to a group apart from the one that serves HTTP. All that the session does happens there,
/// in order; commands come in from any thread and never wait. A device that vanishes is a state (`stale`);
/// the link tries for ever to get it back, at growing intervals up to a limit.
public final class DeviceLink: Sendable {
    /// What to do when the device cannot be opened at the start. Once it was there, it is always tried again.
    public enum MissingPolicy: String, Sendable, CaseIterable {
        /// Try again for ever.
        case retry
        /// ``DeviceLink/start()`` fails; the daemon then ends.
        case fail
        /// Leave it alone until the next start.
        case ignore
    }

    /// Limits of one link, each with its consequence.
    public struct Limits: Equatable, Sendable {
        /// Wait before the first new try; doubles with each, in milliseconds.
        public var firstRetryMilliseconds = 100
        /// Longest wait between tries, in milliseconds.
        public var longestRetryMilliseconds = 2000
        /// A TCP connection not made by then counts as failed, in milliseconds.
        public var connectTimeoutMilliseconds = 1000
        /// Bytes waiting to be written; more closes the connection with `DEV-152`.
        public var writeBufferBytes = 262_144
        /// Events in one second; more closes the connection with `DEV-153`, for ``longestRetryMilliseconds``.
        public var eventsPerSecond = 100_000
        /// Bytes in one second, with the same consequence: many times what any serial port carries.
        public var bytesPerSecond = 4 << 20
        /// Memory of the trace: the longest label, as asked for and as sent, and what went before.
        public var traceBytes = 196_608

        /// The defaults.
        public init() {}
    }

    /// How the link stands; times are monotonic nanoseconds.
    public enum Status: Equatable, Sendable {
        /// Not started, or closed.
        case closed
        /// The transport is open since then.
        case connected(since: UInt64)
        /// The device is not there since then: why, and how often it was tried since.
        case stale(since: UInt64, fault: DeviceFault?, tries: Int)
        /// Policy `ignore` or `fail`, and the device was not there at the start.
        case missing(DeviceFault)
    }

    /// Name of the device in the line's configuration.
    public let name: String
    /// Where it is.
    public let address: DeviceAddress
    private let eventLoop: any EventLoop
    private let core: NIOLoopBoundBox<LinkCore>
    private let shared: LinkShared

    /// Makes a link; nothing is opened before ``start()``.
    ///
    /// - Parameters:
    ///   - name: As in the line's configuration; for messages.
    ///   - address: Where the device is.
    ///   - session: A new session of its profile.
    ///   - policy: What to do when it is missing at the start.
    ///   - limits: See ``Limits``.
    ///   - group: Event loops of the devices.
    ///   - ports: What is plugged in, for an address that names no node; asked on the loop.
    ///   - clock: Monotonic nanoseconds; the clock of the commands' expiries.
    ///   - onEvent: Called on the loop for every event with the time of its cause. It must only enqueue.
    public init(
        name: String, address: DeviceAddress, session: sending any DeviceSession,
        policy: MissingPolicy = .retry,
        limits: Limits = Limits(), group: any EventLoopGroup,
        ports: @escaping @Sendable () -> [PluggedPort] = PortCensus.look,
        clock: @escaping @Sendable () -> UInt64,
        onEvent: @escaping @Sendable (DeviceEvent, UInt64) -> Void
    ) {
        self.name = name
        self.address = address
        eventLoop = group.next()
        shared = LinkShared(traceBytes: limits.traceBytes)
        let core = LinkCore(
            address: address, session: session, policy: policy, limits: limits, eventLoop: eventLoop,
            shared: shared, ports: ports, clock: clock, onEvent: onEvent)
        self.core = .makeBoxSendingValue(core, eventLoop: eventLoop)
    }

    /// Begins to open the device.
    ///
    /// - Returns: Done after the first try; fails with its ``DeviceFault`` only under policy `fail`.
    public func start() -> EventLoopFuture<Void> {
        eventLoop.flatSubmit { self.core.value.start() }
    }

    /// Gives a command to the session, from any thread, without waiting. Its outcome is an event.
    public func submit(_ command: DeviceCommand) {
        eventLoop.execute { self.core.value.perform(command) }
    }

    /// Something was plugged in: a device that is not there is tried at once; one whose port is gone has
    /// hung up.
    ///
    /// - Parameter gone: Ports that were there and are not any more.
    public func portsChanged(gone: [PluggedPort]) {
        eventLoop.execute { self.core.value.portsChanged(gone: gone) }
    }

    /// How the link stands now; from any thread.
    public var status: Status { shared.status.withLockedValue { $0 } }

    /// What was last said; from any thread.
    public var trace: DeviceTrace { shared.trace.withLockedValue { $0 } }

    /// Ends the connection and all tries. What waited comes back as events, then `stale`, then nothing more.
    public func close() -> EventLoopFuture<Void> {
        eventLoop.flatSubmit { self.core.value.close() }
    }
}

/// What other threads may read of a link.
final class LinkShared: Sendable {
    let status = NIOLockedValueBox(DeviceLink.Status.closed)
    let trace: NIOLockedValueBox<DeviceTrace>

    init(traceBytes: Int) { trace = NIOLockedValueBox(DeviceTrace(limitBytes: traceBytes)) }
}
