import DeviceCore
import DeviceIO
import NIOConcurrencyHelpers
import NIOPosix
import SystemIO

/// A device opened by this program itself, without a line.
final class OwnLink: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let link: DeviceLink
    private let events: NIOLockedValueBox<[DeviceEvent]>

    init(_ address: DeviceAddress, _ session: sending any DeviceSession) {
        let events = NIOLockedValueBox<[DeviceEvent]>([])
        self.events = events
        link = DeviceLink(
            name: "device", address: address, session: session, group: group, clock: MonotonicClock.now
        ) { event, _ in events.withLockedValue { $0.append(event) } }
    }

    /// A session of a profile.
    convenience init(_ address: DeviceAddress, profile: DeviceProfile) throws {
        do throws(ProfileFault) {
            self.init(address, try profile.makeSession())
        } catch {
            throw CommandFailure("CLI-162 profile: \(error). Correct it: seriatim check.", status: 78)
        }
    }

    /// Begins to open it, and goes on trying.
    func start() async { try? await link.start().get() }

    /// Everything the session told so far.
    var told: [DeviceEvent] { events.withLockedValue { $0 } }

    /// Why it is not open now, or empty.
    var trouble: String {
        switch link.status {
        case .stale(_, let fault, _): fault?.description ?? "not connected"
        case .missing(let fault): fault.description
        case .closed, .connected: ""
        }
    }

    /// What was said from the entry with this number on, and the number of the next.
    func said(from number: UInt64) -> (said: [DeviceTrace.Said], next: UInt64) {
        let trace = link.trace
        return (trace.entries(from: number).map(DeviceTrace.Said.init), trace.next)
    }

    func perform(_ command: DeviceCommand) { link.submit(command) }

    /// Waits until the test holds of what was told; false after the time.
    func wait(_ limit: Duration, until test: ([DeviceEvent]) -> Bool) async -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if test(told) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return test(told)
    }

    func close() async {
        try? await link.close().get()
        try? await group.shutdownGracefully()
    }
}
