import DeviceCore

/// Owns one session as a link does: performs its steps, keeps its deadlines, collects what comes out.
struct SessionBench {
    var session: any DeviceSession
    /// Monotonic nanoseconds.
    var now: UInt64 = 1_000_000_000
    private(set) var events: [DeviceEvent] = []
    private(set) var writes: [[UInt8]] = []
    private(set) var closed: DeviceFault?

    init(_ path: String) throws {
        session = try ProfileFile.profile(path).makeSession()
    }

    init(_ profile: DeviceProfile) throws {
        session = try profile.makeSession()
    }

    mutating func connect() { take(session.connected(at: now)) }
    mutating func disconnect() { take(session.disconnected(at: now)) }
    mutating func perform(_ command: DeviceCommand) { take(session.perform(command, at: now)) }
    mutating func receive(_ bytes: [UInt8]) { take(session.receive(bytes, at: now)) }
    mutating func receive(_ text: String) { receive(Array(text.utf8)) }

    /// Lets time pass, ticking at each deadline on the way.
    mutating func advance(milliseconds: Int) {
        let end = now + UInt64(milliseconds) * 1_000_000
        while let deadline = session.nextDeadline, deadline <= end, closed == nil {
            // A session that wants the same instant for ever would hang the link.
            let before = deadline
            now = max(now, deadline)
            take(session.tick(at: now))
            if session.nextDeadline == before { break }
        }
        now = end
        take(session.tick(at: now))
    }

    /// Events since the last call.
    mutating func takeEvents() -> [DeviceEvent] {
        defer { events = [] }
        return events
    }

    /// Bytes written since the last call.
    mutating func takeWrites() -> [[UInt8]] {
        defer { writes = [] }
        return writes
    }

    /// Writes since the last call, as text.
    mutating func takeText() -> [String] {
        takeWrites().map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func take(_ steps: [DeviceStep]) {
        for step in steps {
            switch step {
            case .write(let bytes): writes.append(bytes)
            case .event(let event): events.append(event)
            case .close(let fault):
                closed = fault
                events.append(.fault(fault))
                let after = session.disconnected(at: now)
                events += after.compactMap { if case .event(let event) = $0 { event } else { nil } }
                return
            }
        }
    }
}

/// How received bytes are cut into reads.
typealias Split = TranscriptReplay.Split

/// A repeatable source of numbers for hostile bytes (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
