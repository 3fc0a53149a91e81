/// Says a transcript's lines to a session and compares what it writes and tells.
public struct TranscriptReplay {
    /// How received bytes are cut into reads.
    public enum Split: Equatable, Sendable {
        /// As they stand in their line.
        case whole
        /// Once, behind so many bytes.
        case at(Int)
        /// Each alone.
        case bytes

        /// The parts of `bytes`, in order.
        public func cut(_ bytes: [UInt8]) -> [[UInt8]] {
            switch self {
            case .whole: [bytes]
            case .at(let index):
                index < bytes.count ? [Array(bytes[..<index]), Array(bytes[index...])] : [bytes]
            case .bytes: bytes.map { [$0] }
            }
        }
    }

    /// Where a session did something else than the transcript says.
    public struct Difference: Error, Equatable, Sendable, CustomStringConvertible {
        /// Line of the transcript, from 1.
        public var line: Int
        /// What was wanted and what came.
        public var text: String
        /// Both.
        public var description: String { "line \(line): \(text)" }
    }

    private var session: any DeviceSession
    private var now: UInt64 = 1_000_000_000
    private var events: [String] = []
    private var writes: [[UInt8]] = []
    private var isConnected = false

    private init(_ session: any DeviceSession) { self.session = session }

    /// Replays a transcript.
    ///
    /// - Parameters:
    ///   - transcript: What was said.
    ///   - session: A new session of its profile.
    ///   - split: How received bytes are cut.
    /// - Throws: The first ``Difference``.
    public static func check(
        _ transcript: Transcript, _ session: any DeviceSession, split: Split = .whole
    ) throws(Difference) {
        var replay = TranscriptReplay(session)
        let origin = replay.now
        var pending: ArraySlice<[UInt8]> = []
        for line in transcript.lines {
            if let at = line.at { replay.now = max(replay.now, origin + at) }
            if line.isSent, line.cause.isEmpty {
                try replay.takeWrite(&pending, line)
                continue
            }
            if let missed = pending.first {
                throw Difference(line: line.number, text: "before it we wrote \(Words.text(missed))")
            }
            if line.isSent {
                try replay.cause(line)
            } else {
                for part in split.cut(line.bytes) {
                    replay.take(replay.session.receive(part, at: replay.now))
                }
            }
            guard replay.events == line.events else {
                func list(_ events: [String]) -> String {
                    events.isEmpty ? "nothing" : events.joined(separator: "; ")
                }
                throw Difference(
                    line: line.number,
                    text: "the session told \(list(replay.events)), wanted: \(list(line.events))")
            }
            pending = replay.writes[...]
            (replay.events, replay.writes) = ([], [])
            if line.isSent, !line.bytes.isEmpty { try replay.takeWrite(&pending, line) }
        }
        if let missed = pending.first {
            throw Difference(
                line: transcript.lines.last?.number ?? 0, text: "at the end we wrote \(Words.text(missed))")
        }
    }

    private func takeWrite(_ pending: inout ArraySlice<[UInt8]>, _ line: Transcript.Line) throws(Difference) {
        guard let next = pending.popFirst() else {
            throw Difference(line: line.number, text: "we wrote nothing, wanted: \(Words.text(line.bytes))")
        }
        guard next == line.bytes else {
            throw Difference(
                line: line.number, text: "we wrote \(Words.text(next)), wanted: \(Words.text(line.bytes))")
        }
    }

    private mutating func cause(_ line: Transcript.Line) throws(Difference) {
        let words = line.cause.split(separator: " ")
        switch words.first {
        case "connect":
            isConnected = true
            take(session.connected(at: now))
        case "disconnect":
            if isConnected { take(session.disconnected(at: now)) }
            isConnected = false
        case "gap":
            throw Difference(line: line.number, text: "the record has a gap here; it holds up to this line")
        case "tick" where words.count == 1: take(session.tick(at: now))
        case "tick":
            guard words.count == 2, let time = Words.nanoseconds(words[1]) else {
                throw Difference(
                    line: line.number, text: "behind tick stands a time in milliseconds, up to a day")
            }
            pass(time)
        default:
            guard let command = DeviceCommand(words: line.cause, at: now) else {
                throw Difference(line: line.number, text: "unknown cause: \(line.cause)")
            }
            take(session.perform(command, at: now))
        }
    }

    /// Lets time pass, with a tick at each deadline on the way.
    private mutating func pass(_ time: UInt64) {
        let end = now + time
        while let deadline = session.nextDeadline, deadline <= end {
            now = max(now, deadline)
            take(session.tick(at: now))
            // A session that wants the same instant for ever is not waited for.
            if session.nextDeadline == deadline { break }
        }
        now = end
        take(session.tick(at: now))
    }

    private mutating func take(_ steps: [DeviceStep]) {
        for step in steps {
            switch step {
            case .write(let bytes): writes.append(bytes)
            case .event(let event): events.append(event.words)
            case .close(let fault):
                events.append(DeviceEvent.fault(fault).words)
                isConnected = false
                for case .event(let event) in session.disconnected(at: now) { events.append(event.words) }
                return
            }
        }
    }
}
