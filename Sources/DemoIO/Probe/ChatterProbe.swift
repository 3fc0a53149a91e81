import Glibc
import Synchronization

/// Devices that talk beside the one that is measured: half on pseudo-terminals, half on TCP; one of them may
/// flood. One thread serves all.
package final class ChatterProbe: Sendable {
    /// Addresses for a configuration, in order; the one that floods is the last.
    package let addresses: [String]
    private let terminals: [Int32]
    private let listeners: [Int32]
    private let message: [UInt8]
    private let pauseNanoseconds: UInt64
    private let floods = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    /// Opens the devices and starts their thread.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - message: What each says, with its end.
    ///   - perSecond: How often each says it.
    package init(
        count: Int, saying message: [UInt8], perSecond: Double
    ) throws(TransportFault) {
        var (terminals, listeners, addresses): ([Int32], [Int32], [String]) = ([], [], [])
        for number in 0..<count {
            if number % 2 == 0 {
                let (fd, path) = try Transport.openTerminal()
                terminals.append(fd)
                addresses.append("serial:\(path)?baud=115200")
            } else {
                let (fd, port) = try Transport.listen()
                listeners.append(fd)
                addresses.append("tcp:127.0.0.1:\(port)")
            }
        }
        (self.terminals, self.listeners, self.addresses) = (terminals, listeners, addresses)
        self.message = message
        pauseNanoseconds = UInt64(1e9 / perSecond)
        guard DemoThread.start({ self.loop() }) else { throw TransportFault("pthread_create") }
    }

    /// From now on the last says it as fast as it is taken.
    package func flood() { floods.store(true, ordering: .releasing) }

    /// Ends the thread and closes the devices. Waits until that is done.
    package func close() {
        isEnding.store(true, ordering: .releasing)
        while !hasEnded.load(ordering: .acquiring) { usleep(1_000) }
    }

    private func loop() {
        var clients: [Int32?] = listeners.map { _ in nil }
        var next = Transport.monotonicNanoseconds
        let burst = Array(repeatElement(message, count: 100).joined())
        while !isEnding.load(ordering: .acquiring) {
            for (index, listener) in listeners.enumerated() {
                if let client = Transport.accept(listener) {
                    if let before = clients[index] { Glibc.close(before) }
                    clients[index] = client
                }
            }
            let now = Transport.monotonicNanoseconds
            if now >= next {
                next = now + pauseNanoseconds
                for terminal in terminals where Transport.isOpen(terminal: terminal) {
                    say(message, terminal)
                }
                for client in clients { if let client { say(message, client) } }
            }
            let floods = floods.load(ordering: .acquiring)
            if floods, let last = clients.last, let client = last { say(burst, client) }
            usleep(floods ? 200 : 2_000)
        }
        for fd in terminals + listeners + clients.compactMap({ $0 }) { Glibc.close(fd) }
        hasEnded.store(true, ordering: .releasing)
    }

    private func say(_ bytes: [UInt8], _ fd: Int32) {
        var bytes = bytes
        _ = Transport.read(fd)
        _ = Transport.write(&bytes, to: fd)
    }
}
