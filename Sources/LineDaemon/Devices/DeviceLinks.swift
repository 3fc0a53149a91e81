import DeviceCore
import DeviceIO
import Dispatch
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Settings
import SystemIO

/// The real devices of a line: a link each, on event loops apart from those that serve HTTP.
package final class DeviceLinks: DeviceConnections {
    /// Event loops of the devices: one carries the I/O's dialogue undisturbed by the others.
    private static let loops = 2
    static let closeSeconds = 2

    private let devices: [DeviceSettings]
    private let group: MultiThreadedEventLoopGroup
    private let links = NIOLockedValueBox<[DeviceLink]>([])
    /// What is plugged in; only where a device needs it.
    private let watch = NIOLockedValueBox<PortWatch?>(nil)

    /// Names the devices; nothing is opened yet.
    package init(_ devices: [DeviceSettings]) {
        self.devices = devices
        group = MultiThreadedEventLoopGroup(numberOfThreads: Self.loops)
    }

    /// Opens every device; see ``DeviceConnections``.
    package func open(_ desk: DeviceDesk) throws(DaemonError) {
        let ports = watchedPorts()
        for device in devices {
            let link = try link(device, desk, ports)
            desk.attach(LinkPort(link: link), as: device.name)
            links.withLockedValue { $0.append(link) }
            let opened = link.start()
            guard device.atStart == .fail else { continue }
            do {
                try opened.wait()
            } catch {
                throw DaemonError(
                    .deviceMissing, at: device.name, "\(error)",
                    "Check its power and cable, or set at_start = \"retry\".",
                    exitStatus: 69)
            }
        }
    }

    /// Where to look up what is plugged in, without waiting.
    private func watchedPorts() -> @Sendable () -> [PluggedPort] {
        guard devices.contains(where: { $0.address.isPort }) else { return { [] } }
        let links = self.links
        let watch = PortWatch { _, gone in
            for link in links.withLockedValue({ $0 }) { link.portsChanged(gone: gone) }
        }
        self.watch.withLockedValue { $0 = watch }
        return { watch.ports }
    }

    private func link(
        _ device: DeviceSettings, _ desk: DeviceDesk, _ ports: @escaping @Sendable () -> [PluggedPort]
    ) throws(DaemonError) -> DeviceLink {
        let name = device.name
        do {
            return DeviceLink(
                name: name, address: device.address,
                session: try device.profile.makeSession(),
                policy: Self.policy(device.atStart), limits: Self.limits(device.profile.kind), group: group,
                ports: ports, clock: MonotonicClock.now
            ) { event, _ in desk.receive(event, from: name) }
        } catch {
            throw DaemonError(
                .deviceMissing, at: name, "\(error)", "Correct its profile: seriatim check.",
                exitStatus: 78)
        }
    }

    /// No reader reads so often; one that says so would fill the line's queue.
    static let readsPerSecond = 2_000

    private static func limits(_ kind: DeviceProfile.Kind) -> DeviceLink.Limits {
        var limits = DeviceLink.Limits()
        if kind == .reader { limits.eventsPerSecond = readsPerSecond }
        return limits
    }

    private static func policy(_ atStart: DeviceSettings.AtStart) -> DeviceLink.MissingPolicy {
        switch atStart {
        case .retry: .retry
        case .fail: .fail
        case .ignore: .ignore
        }
    }

    /// Ends every connection; see ``DeviceConnections``.
    package func close() {
        watch.withLockedValue { $0 }?.close()
        let closed = links.withLockedValue { $0 }.map { $0.close() }
        let done = DispatchSemaphore(value: 0)
        EventLoopFuture.andAllComplete(closed, on: group.next()).whenComplete { _ in done.signal() }
        _ = done.wait(timeout: .now() + .seconds(Self.closeSeconds))
        group.shutdownGracefully { _ in }
    }
}

/// A link as the desk reaches it.
private struct LinkPort: DevicePort {
    let link: DeviceLink
    func perform(_ command: DeviceCommand) { link.submit(command) }

    func said(from number: UInt64) -> (said: [DeviceTrace.Said], next: UInt64) {
        let trace = link.trace
        return (trace.entries(from: number).map(DeviceTrace.Said.init), trace.next)
    }

    var trouble: String {
        switch link.status {
        case .closed, .connected: ""
        case .stale(_, let fault, let tries):
            (fault?.description ?? "not connected") + (tries > 0 ? " (tried \(tries) times)" : "")
        case .missing(let fault): "\(fault.description) (not tried again)"
        }
    }
}
