import Glibc
import NIOConcurrencyHelpers
import Simulator

/// A simulated line behind sockets and pseudo-terminals, in real time.
///
/// One thread carries the bytes of all devices and moves the world to the current time before anything
/// happens to it; whoever else looks at the world or acts in it does so by ``withWorld(_:)``.
///
/// A device whose client is gone goes on: what it sends is lost, as on a cable nobody listens to. Every port
/// is on the loopback address and takes several clients: a new one need not wait for an old one's end.
package final class DemoLine: Sendable {
    /// The program a camera holds beside the one it comes up with.
    package static let cameraJob = "DEMO-READ"
    /// The job the coder holds beside the one it comes up with.
    package static let coderJob = "DEMO-CARTON"

    /// Where the devices are.
    package struct Addresses: Equatable, Sendable {
        /// TCP port of the coder.
        package let coder: UInt16
        /// TCP port of the case camera.
        package let caseCamera: UInt16
        /// TCP port of the label printer.
        package let printer: UInt16
        /// TCP port of the line I/O controller.
        package let lineIO: UInt16
        /// Terminal of the unit camera.
        package let unitCamera: String
        /// Terminal of the fixed label scanner.
        package let labelScanner: String
        /// Terminal of the handheld scanner.
        package let handheld: String
    }

    /// Where the devices are.
    package let addresses: Addresses
    private let shared: NIOLockedValueBox<Shared>
    /// A pipe: a byte in it ends the thread's wait.
    private let wake: (read: Int32, write: Int32)
    private let began: UInt64

    private struct Shared: Sendable {
        var live: LiveWorld
        var stops = false
        var isRunning = true
    }

    /// Opens the devices of a world and starts their thread.
    ///
    /// - Parameter belt: Moves the belt where the world's drive is by steps; `nil` where time does.
    /// - Throws: ``TransportFault`` when a port or terminal cannot be had; nothing is left open then.
    package static func start(_ world: World, belt: SteppedBelt? = nil) throws(TransportFault) -> DemoLine {
        var ports = DevicePorts()
        let line: DemoLine
        do throws(TransportFault) {
            let addresses = Addresses(
                coder: try ports.listen(ZipherCoderDevice()),
                caseCamera: try ports.listen(ReaderDevice(place: .caseCamera, framing: .stxEtx)),
                printer: try ports.listen(ZPLPrinterDevice()),
                lineIO: try ports.listen(ModbusDevice(belt: belt)),
                unitCamera: try ports.openTerminal(
                    ReaderDevice(place: .unitCamera, framing: .carriageReturn)),
                labelScanner: try ports.openTerminal(
                    ReaderDevice(place: .labelScanner, framing: .carriageReturn)),
                handheld: try ports.openTerminal(ReaderDevice(place: .handheld, framing: .carriageReturn)))
            line = try DemoLine(world, addresses)
        } catch {
            ports.closeAll()
            throw error
        }
        line.run(ports)
        return line
    }

    private init(_ world: World, _ addresses: Addresses) throws(TransportFault) {
        self.addresses = addresses
        began = Transport.monotonicNanoseconds
        shared = NIOLockedValueBox(Shared(live: LiveWorld(world)))
        wake = try Transport.openPipe()
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// Looks at the world or acts in it, at the current time.
    package func withWorld<Result: Sendable>(_ body: (inout World) -> Result) -> Result {
        let time = now
        defer { ring() }
        return shared.withLockedValue { shared in
            shared.live.advance(to: time)
            return body(&shared.live.world)
        }
    }

    /// Says from now on that the controller is down, or that it is back.
    package func setUnwatched(_ isUnwatched: Bool) {
        let time = now
        shared.withLockedValue { shared in
            shared.live.advance(to: time)
            shared.live.isUnwatched = isUnwatched
        }
    }

    /// See ``LiveWorld/unseenRejects``.
    package var unseenRejects: Int { shared.withLockedValue { $0.live.unseenRejects } }

    /// Ends the thread and closes every device. Waits until that is done.
    package func stop() {
        shared.withLockedValue { $0.stops = true }
        ring()
        while shared.withLockedValue({ $0.isRunning }) { usleep(1_000) }
    }

    /// Nanoseconds since the start, the world's time.
    private var now: UInt64 { Transport.monotonicNanoseconds - began }

    private func ring() {
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    // MARK: Thread

    /// The thread keeps the line alive until it ends.
    private func run(_ ports: DevicePorts) {
        guard !DemoThread.start({ self.loop(ports) }) else { return }
        var ports = ports
        ports.closeAll()
        shared.withLockedValue { $0.isRunning = false }
    }

    private func loop(_ start: DevicePorts) {
        var ports = start
        while true {
            let time = now
            let next: UInt64? = shared.withLockedValue { shared in
                guard !shared.stops else { return nil }
                shared.live.advance(to: time)
                ports.tell(&shared.live)
                return shared.live.world.nextEventTime ?? .max
            }
            guard let next else { break }
            ports.wait(atMost: next > time ? next - time : 0, wake: wake.read)
            let arrived = now
            shared.withLockedValue { shared in
                shared.live.advance(to: arrived)
                ports.tell(&shared.live)
                ports.serve(&shared.live)
                ports.tell(&shared.live)
            }
        }
        ports.closeAll()
        shared.withLockedValue { $0.isRunning = false }
    }
}
