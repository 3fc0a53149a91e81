import DeviceCore
import NIOCore

/// The part of a link that lives on its event loop. Every method is called there.
final class LinkCore {
    private let address: DeviceAddress
    private var session: any DeviceSession
    private let policy: DeviceLink.MissingPolicy
    private let limits: DeviceLink.Limits
    private let eventLoop: any EventLoop
    private let shared: LinkShared
    private let ports: @Sendable () -> [PluggedPort]
    private let clock: @Sendable () -> UInt64
    private let onEvent: @Sendable (DeviceEvent, UInt64) -> Void

    /// The open connection; `nil` while there is none.
    private var channel: (any Channel)?
    /// The device node it was opened by, or is being opened by.
    private var node: String?
    private var isStarted = false
    private var isClosed = false
    private var wasConnected = false
    private var firstTry: EventLoopPromise<Void>?
    private var retry: Scheduled<Void>?
    private var waitMilliseconds: Int
    private var tries = 0
    private var staleSince: UInt64 = 0
    private var openedAt: UInt64 = 0
    /// Whether the device said anything on this connection.
    private var hasSpoken = false
    private var timer: (scheduled: Scheduled<Void>, at: UInt64)?
    private var window: (begin: UInt64, events: Int, bytes: Int) = (0, 0, 0)

    init(
        address: DeviceAddress, session: any DeviceSession, policy: DeviceLink.MissingPolicy,
        limits: DeviceLink.Limits, eventLoop: any EventLoop, shared: LinkShared,
        ports: @escaping @Sendable () -> [PluggedPort], clock: @escaping @Sendable () -> UInt64,
        onEvent: @escaping @Sendable (DeviceEvent, UInt64) -> Void
    ) {
        self.address = address
        self.session = session
        self.policy = policy
        self.limits = limits
        self.eventLoop = eventLoop
        self.shared = shared
        self.ports = ports
        self.clock = clock
        self.onEvent = onEvent
        waitMilliseconds = limits.firstRetryMilliseconds
    }

    // MARK: - Start and end

    func start() -> EventLoopFuture<Void> {
        if let firstTry { return firstTry.futureResult }
        let promise = eventLoop.makePromise(of: Void.self)
        firstTry = promise
        isStarted = true
        staleSince = clock()
        show(.stale(since: staleSince, fault: nil, tries: 0))
        open()
        return promise.futureResult
    }

    func close() -> EventLoopFuture<Void> {
        guard !isClosed else { return eventLoop.makeSucceededVoidFuture() }
        isClosed = true
        retry?.cancel()
        firstTry?.succeed()
        let channel = self.channel
        if isStarted { end(nil) }
        show(.closed)
        guard let channel else { return eventLoop.makeSucceededVoidFuture() }
        // The channel may be closing already; closed is what was asked for.
        return channel.close().flatMapErrorThrowing { _ in }
    }

    private func open() {
        retry = nil
        guard !isClosed else { return }
        tries += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        do throws(DeviceFault) {
            node = try nodeNow()
        } catch {
            return openFailed(error)
        }
        LinkTransport.open(address, node, limits, on: eventLoop) { LinkHandler(core: bound.value) }
            .whenFailure { error in bound.value.openFailed(LinkTransport.fault(error, bound.value.address)) }
    }

    /// The node the address means now; `nil` for TCP.
    private func nodeNow() throws(DeviceFault) -> String? {
        func find(_ name: PortName, _ kind: PluggedPort.Kind) throws(DeviceFault) -> String {
            if case .node(let path) = name { return path }
            return try name.node(of: kind, among: ports())
        }
        switch address {
        case .serial(let name, _): return try find(name, .serial)
        case .input(let name): return try find(name, .input)
        case .tcp: return nil
        }
    }

    func portsChanged(gone: [PluggedPort]) {
        guard channel != nil else { return tryNow() }
        guard let node, gone.contains(where: { $0.isNamed(node) }) else { return }
        startOver()
        drop(DeviceFault(.hungUp, "\(address) was unplugged"))
    }

    /// The connection that ends was good: the next tries begin with a short wait.
    private func startOver() {
        waitMilliseconds = limits.firstRetryMilliseconds
        tries = 0
    }

    /// A try that waits for its time is made at once.
    private func tryNow() {
        if case .tcp = address { return }
        guard let waiting = retry, !isClosed else { return }
        waiting.cancel()
        waitMilliseconds = limits.firstRetryMilliseconds
        open()
    }

    /// The connection has held longer than the longest wait for one.
    private func hasHeld(at now: UInt64) -> Bool {
        now &- openedAt >= UInt64(limits.longestRetryMilliseconds) * 1_000_000
    }

    private func openFailed(_ fault: DeviceFault) {
        guard !isClosed, channel == nil else { return }
        if !wasConnected && policy != .retry {
            show(.missing(fault))
            if policy == .fail { firstTry?.fail(fault) } else { firstTry?.succeed() }
            return
        }
        show(.stale(since: staleSince, fault: fault, tries: tries))
        firstTry?.succeed()
        tryLater()
    }

    private func tryLater() {
        guard !isClosed, retry == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        // Devices that were lost together do not come back in step.
        let wait = Int64.random(in: Int64(waitMilliseconds / 2)...Int64(waitMilliseconds))
        retry = eventLoop.scheduleTask(in: .milliseconds(wait)) { bound.value.open() }
        waitMilliseconds = min(waitMilliseconds * 2, limits.longestRetryMilliseconds)
    }

    // MARK: - Channel

    func opened(_ channel: any Channel) {
        guard !isClosed else {
            channel.close(promise: nil)
            return
        }
        let now = clock()
        self.channel = channel
        wasConnected = true
        (openedAt, hasSpoken) = (now, false)
        show(.connected(since: now))
        firstTry?.succeed()
        note(.opened, at: now)
        perform(session.connected(at: now), at: now)
        keepTime()
    }

    func received(_ bytes: ByteBufferView, on channel: any Channel) {
        guard isCurrent(channel) else { return }
        let now = clock()
        hasSpoken = true
        let bytes = Array(bytes)
        count(at: now, bytes: bytes.count)
        guard window.bytes <= limits.bytesPerSecond else {
            return flooded("\(limits.bytesPerSecond) bytes")
        }
        note(.received(bytes), at: now)
        perform(session.receive(bytes[...], at: now), at: now)
        keepTime()
    }

    func failed(_ error: any Error, on channel: any Channel) {
        guard isCurrent(channel) else { return }
        lost(LinkTransport.fault(error, address))
        channel.close(promise: nil)
    }

    func closed(_ channel: any Channel) {
        guard isCurrent(channel) else { return }
        lost(DeviceFault(.hungUp, "\(address) hung up"))
    }

    /// The connection ended by itself. One that was of use is looked for at once.
    private func lost(_ fault: DeviceFault) {
        if hasSpoken || hasHeld(at: clock()) { startOver() }
        end(fault)
    }

    private func isCurrent(_ other: any Channel) -> Bool { channel === other }

    /// The connection is over: tells the line, and tries again.
    ///
    /// - Parameter isSessions: The session asked for it.
    private func end(_ fault: DeviceFault?, isSessions: Bool = false) {
        let now = clock()
        let wasOpen = channel != nil
        channel = nil
        timer?.scheduled.cancel()
        timer = nil
        if wasOpen { staleSince = now }
        if wasOpen {
            if !isSessions { note(.closed, at: now) }
            if let fault {
                note(isSessions ? .event(.fault(fault)) : .trouble(fault), at: now)
                onEvent(.fault(fault), now)
            }
            for case .event(let event) in session.disconnected(at: now) {
                note(.event(event), at: now)
                onEvent(event, now)
            }
        }
        guard !isClosed else { return }
        show(.stale(since: staleSince, fault: fault, tries: tries))
        tryLater()
    }

    // MARK: - Session

    func perform(_ command: DeviceCommand) {
        guard !isClosed else { return }
        let now = clock()
        if channel != nil { note(.command(command), at: now) }
        perform(session.perform(command, at: now), at: now)
        keepTime()
    }

    private func perform(_ steps: [DeviceStep], at now: UInt64) {
        let opened = channel
        for step in steps {
            // A write may end the connection; what follows it is void.
            guard channel === opened else { return }
            switch step {
            case .write(let bytes): write(bytes, at: now)
            case .event(let event): deliver(event, at: now)
            case .close(let fault):
                // What ends soon after each connection, a start that is refused, is not tried faster for it.
                if hasHeld(at: now) { startOver() }
                drop(fault, isSessions: true)
            }
        }
    }

    private func write(_ bytes: [UInt8], at now: UInt64) {
        guard let channel else { return }
        note(.sent(bytes), at: now)
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
        if isCurrent(channel), !channel.isWritable {
            if hasHeld(at: now) { startOver() }
            drop(
                DeviceFault(
                    .writeBufferFull, "\(address) takes no bytes; \(limits.writeBufferBytes) are waiting"))
        }
    }

    private func deliver(_ event: DeviceEvent, at now: UInt64) {
        count(at: now, events: 1)
        guard window.events <= limits.eventsPerSecond || channel == nil else {
            return flooded("\(limits.eventsPerSecond) events")
        }
        note(.event(event), at: now)
        onEvent(event, now)
    }

    private func count(at now: UInt64, events: Int = 0, bytes: Int = 0) {
        if now &- window.begin >= 1_000_000_000 { window = (now, 0, 0) }
        window.events += events
        window.bytes += bytes
    }

    /// Left alone for a while: the other devices share this loop, and the line's queue.
    private func flooded(_ most: String) {
        // The next second begins with the next connection.
        window = (0, 0, 0)
        waitMilliseconds = limits.longestRetryMilliseconds
        drop(DeviceFault(.flood, "\(address) sent more than \(most) in a second"))
    }

    private func note(_ what: DeviceTrace.What, at now: UInt64) {
        shared.trace.withLockedValue { $0.append(what, at: now) }
    }

    /// Ends the connection from our side.
    private func drop(_ fault: DeviceFault, isSessions: Bool = false) {
        let channel = self.channel
        end(fault, isSessions: isSessions)
        channel?.close(promise: nil)
    }

    // MARK: - Time

    /// Sees to it that the session ticks at its next deadline. A timer that is early enough is left alone.
    private func keepTime(afterTick: Bool = false) {
        guard channel != nil, let deadline = session.nextDeadline else { return }
        if let timer, timer.at <= deadline { return }
        timer?.scheduled.cancel()
        let now = clock()
        // A session that wants the past again right after its tick must not spin the loop.
        let delay = deadline > now ? deadline - now : (afterTick ? 1_000_000 : 0)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let scheduled = eventLoop.scheduleTask(in: .nanoseconds(Int64(clamping: delay))) {
            bound.value.ticked()
        }
        timer = (scheduled, deadline)
    }

    private func ticked() {
        timer = nil
        guard channel != nil else { return }
        let now = clock()
        if let deadline = session.nextDeadline, deadline <= now {
            let steps = session.tick(at: now)
            if !steps.isEmpty { note(.tick, at: now) }
            perform(steps, at: now)
        }
        keepTime(afterTick: true)
    }

    private func show(_ status: DeviceLink.Status) {
        shared.status.withLockedValue { $0 = status }
    }
}
