import CLinux
import Glibc
import NIOConcurrencyHelpers
import Synchronization

/// One camera on a pseudo-terminal or on TCP, and one gate on Modbus TCP, for measuring how soon the gate
/// hears of a read.
///
/// Units come at an even pace, whatever the answers do. For each, the camera's message is written whole and
/// the clock read just before; the clock is read again as soon as the first byte of the gate's command for
/// this unit has come. One thread does both and nothing else but answer the polls, so that it adds little
/// of its own. What it adds (waking up, reading the socket) counts against the daemon.
package final class GateProbe: Sendable {
    /// Address of the camera.
    package let camera: String
    /// TCP port of the I/O controller.
    package let port: UInt16
    private let shared: NIOLockedValueBox<ProbeBelt>
    private let lastSpoke = Atomic<UInt64>(0)
    private let isEnding = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    /// Opens both devices and starts their thread; the belt stands until the controller lets it run.
    ///
    /// - Parameters:
    ///   - codes: What the camera reads, one for each unit.
    ///   - unitsPerSecond: Pace of the units.
    ///   - cameraOnTCP: The camera is a TCP server, else a terminal.
    package static func open(
        codes: [[UInt8]], unitsPerSecond: Double, cameraOnTCP: Bool = false
    ) throws(TransportFault) -> GateProbe {
        let camera: (fd: Int32, address: String)
        if cameraOnTCP {
            let (fd, port) = try Transport.listen()
            camera = (fd, "tcp:127.0.0.1:\(port)")
        } else {
            let (fd, path) = try Transport.openTerminal()
            camera = (fd, "serial:\(path)?baud=115200")
        }
        let listener: (fd: Int32, port: UInt16)
        do throws(TransportFault) {
            listener = try Transport.listen()
        } catch {
            Glibc.close(camera.fd)
            throw error
        }
        let probe = GateProbe(
            camera: camera.address, port: listener.port,
            ProbeBelt(codes: codes, unitsPerSecond: unitsPerSecond))
        probe.run(ProbePorts(camera: camera.fd, isServer: cameraOnTCP, listener: listener.fd))
        return probe
    }

    private init(camera: String, port: UInt16, _ belt: ProbeBelt) {
        self.camera = camera
        self.port = port
        shared = NIOLockedValueBox(belt)
    }

    /// What was measured so far.
    package var report: ProbeReport { shared.withLockedValue { $0.report } }

    /// Nanoseconds until half a pitch after the camera's last or next message, whichever is to come.
    package func untilBetween(every nanoseconds: UInt64) -> UInt64 {
        let (last, now) = (lastSpoke.load(ordering: .relaxed), Transport.monotonicNanoseconds)
        let between = last + nanoseconds / 2
        return between > now ? between - now : nanoseconds - (now - between) % nanoseconds
    }

    /// Ends the thread and closes both devices. Waits until that is done.
    package func close() {
        isEnding.store(true, ordering: .releasing)
        while !hasEnded.load(ordering: .acquiring) { usleep(1_000) }
    }

    // MARK: - Thread

    private func run(_ ports: ProbePorts) {
        guard !DemoThread.start({ self.loop(ports) }) else { return }
        var ports = ports
        ports.closeAll()
        hasEnded.store(true, ordering: .releasing)
    }

    private func loop(_ opened: ProbePorts) {
        var ports = opened
        while !isEnding.load(ordering: .acquiring) {
            let due = shared.withLockedValue { belt in
                if let message = belt.messageDue(at: Transport.monotonicNanoseconds) {
                    // The last byte leaves now.
                    let now = Transport.monotonicNanoseconds
                    belt.spoke(at: now)
                    ports.speak(message)
                    lastSpoke.store(now, ordering: .relaxed)
                }
                return belt.nextDue
            }
            ports.wait(until: due)
            let heard = Transport.monotonicNanoseconds
            shared.withLockedValue { belt in ports.serve(&belt, heardAt: heard) }
        }
        ports.closeAll()
        hasEnded.store(true, ordering: .releasing)
    }
}

/// What a probe measured.
package struct ProbeReport: Sendable {
    /// From the camera's last byte to the gate's first, in nanoseconds; for a unit whose command had not
    /// come, until it reached the gate.
    package var latencies: [UInt64] = []
    /// Units that came.
    package var units = 0
    /// Units whose command had not come when they reached the gate: it rejected them.
    package var late = 0
    /// Times the controller stopped the belt.
    package var stops = 0
    /// Every unit has come and gone.
    package var isDone = false
}

/// The sockets of a probe. Used by its thread.
struct ProbePorts: Sendable {
    /// The terminal, or the socket that listens for it.
    private let camera: Int32
    private let isServer: Bool
    private let listener: Int32
    /// Where the camera speaks; -1 while nobody listens.
    private var voice: Int32 = -1
    private var client: Int32 = -1
    private var received: [UInt8] = []

    init(camera: Int32, isServer: Bool, listener: Int32) {
        (self.camera, self.isServer, self.listener) = (camera, isServer, listener)
        if !isServer { voice = camera }
    }

    /// Sends what the camera has read, if anybody listens.
    func speak(_ message: [UInt8]) {
        guard voice >= 0, isServer || Transport.isOpen(terminal: camera) else { return }
        var bytes = message
        _ = Transport.write(&bytes, to: voice)
    }

    /// Waits for the controller, at most until `time` and never long.
    func wait(until time: UInt64) {
        let now = Transport.monotonicNanoseconds
        let wait = time > now ? min(time - now, 20_000_000) : 0
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        if client >= 0 { polled.append(pollfd(fd: client, events: Int16(POLLIN), revents: 0)) }
        clinux_poll(&polled, polled.count, Int(wait))
    }

    /// Answers what the controller asked and notes what it commanded.
    mutating func serve(_ belt: inout ProbeBelt, heardAt heard: UInt64) {
        while let fd = Transport.accept(listener) {
            if client >= 0 { close(client) }
            client = fd
            received = []
        }
        if isServer, let fd = Transport.accept(camera) {
            if voice >= 0 { close(voice) }
            voice = fd
        }
        // The controller may write to its camera; nobody reads that.
        if voice >= 0 { _ = Transport.read(voice) }
        guard client >= 0 else { return }
        switch Transport.read(client) {
        case .nothing: return
        case .ended: return drop()
        case .bytes(let bytes): received += bytes
        }
        var answer: [UInt8] = []
        while let request = takeRequest() { answer += belt.answer(request, heardAt: heard) }
        if !Transport.write(&answer, to: client) { drop() }
    }

    /// The next whole Modbus frame.
    private mutating func takeRequest() -> [UInt8]? {
        guard received.count >= 8 else { return nil }
        let length = 6 + Int(received[4]) << 8 + Int(received[5])
        guard received.count >= length else { return nil }
        defer { received.removeFirst(length) }
        return Array(received[..<length])
    }

    private mutating func drop() {
        close(client)
        client = -1
    }

    mutating func closeAll() {
        if client >= 0 { drop() }
        if isServer, voice >= 0 { close(voice) }
        close(camera)
        close(listener)
    }
}
