import CUdev
import DeviceCore
import Glibc
import NIOConcurrencyHelpers
import SystemIO

/// Keeps what is plugged in up to date, on a thread of its own.
///
/// An event of udev, whichever and however often, only makes it look again: what counts is what is there.
/// Listening begins before the first look, so that nothing falls between. Where udev sends no events
/// (containers) it looks each second.
public final class PortWatch: Sendable {
    /// Longest time between looks in milliseconds: with events, and without.
    static let pauses = (withEvents: 10_000, without: 1_000)
    /// Events come in bundles; one look serves those of this long.
    static let settleMilliseconds = 20

    private struct State {
        var ports: [PluggedPort] = []
        var isClosed = false
    }

    private let state = NIOLockedValueBox(State())
    /// A pipe whose closed end wakes the thread.
    private let wake: NIOLockedValueBox<CInt?>
    private let onChange: @Sendable (_ now: [PluggedPort], _ gone: [PluggedPort]) -> Void

    /// Looks once, then begins to watch.
    ///
    /// - Parameter onChange: Called on the watch's thread when something was plugged in or out: what is there
    ///   now, and what was there before and is not any more.
    public init(onChange: @escaping @Sendable (_ now: [PluggedPort], _ gone: [PluggedPort]) -> Void) {
        self.onChange = onChange
        var ends: [CInt] = [-1, -1]
        let isPiped = pipe(&ends) == 0
        wake = NIOLockedValueBox(isPiped ? ends[1] : nil)
        for end in ends where isPiped { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let monitor = PortMonitor()
        state.withLockedValue { $0.ports = PortCensus.look() }
        let woken = isPiped ? ends[0] : -1
        do throws(SystemError) {
            try OSThread.start("ports") { self.watch(monitor, woken: woken) }
        } catch {
            // Without a thread what was seen stays; a device plugged in later is found by its retries' looks.
            if woken >= 0 { _ = Glibc.close(woken) }
        }
    }

    /// What is plugged in, as last seen. From any thread, without waiting.
    public var ports: [PluggedPort] { state.withLockedValue { $0.ports } }

    /// Ends the watch; from any thread.
    public func close() {
        state.withLockedValue { $0.isClosed = true }
        let end = wake.withLockedValue { end in
            defer { end = nil }
            return end
        }
        if let end { _ = Glibc.close(end) }
    }

    private func watch(_ monitor: PortMonitor?, woken: CInt) {
        while !state.withLockedValue({ $0.isClosed }) {
            var waited = [
                pollfd(fd: monitor?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: woken, events: Int16(POLLIN), revents: 0),
            ]
            let pause = monitor == nil || woken < 0 ? Self.pauses.without : Self.pauses.withEvents
            let ready = poll(&waited, 2, CInt(pause))
            if state.withLockedValue({ $0.isClosed }) { break }
            if ready > 0 {
                usleep(UInt32(Self.settleMilliseconds) * 1000)
                monitor?.drain()
            }
            publish(PortCensus.look())
        }
        if woken >= 0 { _ = Glibc.close(woken) }
    }

    private func publish(_ now: [PluggedPort]) {
        let before = state.withLockedValue { state in
            defer { state.ports = now }
            return state.ports
        }
        guard now != before else { return }
        onChange(now, before.filter { !now.contains($0) })
    }
}

/// What udev tells of devices that come and go.
private final class PortMonitor: @unchecked Sendable {
    // Used by the watch's thread alone, once made.
    private let udev: OpaquePointer
    private let monitor: OpaquePointer

    /// `nil` where udev tells nothing.
    init?() {
        guard let udev = udev_new() else { return nil }
        guard let monitor = udev_monitor_new_from_netlink(udev, "udev") else {
            udev_unref(udev)
            return nil
        }
        (self.udev, self.monitor) = (udev, monitor)
        for subsystem in ["tty", "input"] {
            udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, nil)
        }
        guard udev_monitor_enable_receiving(monitor) >= 0 else { return nil }
    }

    deinit {
        udev_monitor_unref(monitor)
        udev_unref(udev)
    }

    var descriptor: CInt { udev_monitor_get_fd(monitor) }

    /// Takes every event that waits.
    func drain() {
        while let device = udev_monitor_receive_device(monitor) { udev_device_unref(device) }
    }
}
