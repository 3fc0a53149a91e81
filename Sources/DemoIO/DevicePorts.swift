import Glibc
import Simulator

/// The devices of one line with their sockets and terminals. Used by one thread.
struct DevicePorts: Sendable {
    private struct Client: Sendable {
        let fd: Int32
        var received: [UInt8] = []
        var unsent: [UInt8] = []
        var isReady = false
    }

    private struct Port: Sendable {
        var device: any SimulatedDevice
        /// Listening socket, or -1 for a terminal.
        var listener: Int32 = -1
        /// Our end of a terminal, or -1 for a socket.
        var terminal: Int32 = -1
        /// What came over the terminal and is no whole request yet.
        var typed: [UInt8] = []
        var clients: [Client] = []
    }

    /// A client that takes nothing for so long that this many bytes wait for it is cut off.
    private static let mostUnsent = 262_144
    /// The loop looks around at least this often, in nanoseconds: terminals are drained then.
    private static let longestWait: UInt64 = 20_000_000
    private var ports: [Port] = []

    // MARK: Opening and closing

    mutating func listen(_ device: any SimulatedDevice) throws(TransportFault) -> UInt16 {
        let (fd, port) = try Transport.listen()
        ports.append(Port(device: device, listener: fd))
        return port
    }

    mutating func openTerminal(_ device: any SimulatedDevice) throws(TransportFault) -> String {
        let (fd, path) = try Transport.openTerminal()
        ports.append(Port(device: device, terminal: fd))
        return path
    }

    mutating func closeAll() {
        for port in ports {
            if port.listener >= 0 { close(port.listener) }
            if port.terminal >= 0 { close(port.terminal) }
            for client in port.clients { close(client.fd) }
        }
        ports = []
    }

    // MARK: Waiting

    /// Waits until a socket has something to say, `wake` is rung or the time is over.
    mutating func wait(atMost nanoseconds: UInt64, wake: Int32) {
        var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        for port in ports where port.listener >= 0 {
            polled.append(pollfd(fd: port.listener, events: Int16(POLLIN), revents: 0))
            for client in port.clients {
                let events = client.unsent.isEmpty ? POLLIN : POLLIN | POLLOUT
                polled.append(pollfd(fd: client.fd, events: Int16(events), revents: 0))
            }
        }
        let milliseconds = (min(nanoseconds, Self.longestWait) + 999_999) / 1_000_000
        poll(&polled, nfds_t(polled.count), Int32(milliseconds))
        if polled[0].revents != 0 { _ = Transport.read(wake) }
        var place = 1
        for port in ports.indices where ports[port].listener >= 0 {
            place += 1
            for client in ports[port].clients.indices {
                ports[port].clients[client].isReady = polled[place].revents != 0
                place += 1
            }
        }
    }

    // MARK: Bytes

    /// Takes new clients, reads what was sent and answers it.
    mutating func serve(_ live: inout LiveWorld) {
        for index in ports.indices {
            if ports[index].terminal >= 0 { drainTerminal(index, &live) }
            for client in ports[index].clients.indices.reversed()
            where ports[index].clients[client].isReady && !serve(client, of: index, &live) {
                close(ports[index].clients[client].fd)
                ports[index].clients.remove(at: client)
            }
            guard ports[index].listener >= 0 else { continue }
            while let fd = Transport.accept(ports[index].listener) {
                ports[index].clients.append(Client(fd: fd))
            }
        }
    }

    private mutating func drainTerminal(_ index: Int, _ live: inout LiveWorld) {
        guard case .bytes(let bytes) = Transport.read(ports[index].terminal) else { return }
        var typed = ports[index].typed + bytes
        let answer = ports[index].device.receive(&typed, live: &live)
        ports[index].typed = answer == nil ? [] : typed
        guard var answer, !answer.isEmpty else { return }
        _ = Transport.write(&answer, to: ports[index].terminal)
    }

    /// - Returns: False when the connection is to be closed.
    private mutating func serve(_ client: Int, of port: Int, _ live: inout LiveWorld) -> Bool {
        reading: while true {
            switch Transport.read(ports[port].clients[client].fd) {
            case .nothing: break reading
            case .ended: return false
            case .bytes(let bytes):
                var received = ports[port].clients[client].received + bytes
                guard let answer = ports[port].device.receive(&received, live: &live) else { return false }
                ports[port].clients[client].received = received
                ports[port].clients[client].unsent += answer
            }
        }
        return flush(client, of: port)
    }

    private mutating func flush(_ client: Int, of port: Int) -> Bool {
        let fd = ports[port].clients[client].fd
        return Transport.write(&ports[port].clients[client].unsent, to: fd)
            && ports[port].clients[client].unsent.count <= Self.mostUnsent
    }

    /// Tells every device what has happened, and sends what they say of it.
    mutating func tell(_ live: inout LiveWorld) {
        for event in live.takeEvents() {
            for index in ports.indices {
                let message = ports[index].device.notice(event)
                if !message.isEmpty { send(message, from: index) }
            }
        }
    }

    private mutating func send(_ message: [UInt8], from index: Int) {
        if ports[index].terminal >= 0 {
            guard Transport.isOpen(terminal: ports[index].terminal) else { return }
            var bytes = message
            _ = Transport.write(&bytes, to: ports[index].terminal)
            return
        }
        for client in ports[index].clients.indices.reversed() {
            ports[index].clients[client].unsent += message
            guard !flush(client, of: index) else { continue }
            close(ports[index].clients[client].fd)
            ports[index].clients.remove(at: client)
        }
    }
}
