import ArgumentParser
import ControlAPI
import DeviceCore
import Foundation
import JournalCore
import NIOConcurrencyHelpers
import SystemIO

extension DevicesCommand {
    /// What is said between the line and a device, live.
    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is said between the line and a device, live.",
            discussion: """
                NAME is a device of a running line: the line is asked, the device is not disturbed. An \
                address is opened by this program: only listened to, or, with --profile, spoken to as \
                the line would.
                --record writes a transcript. One that begins with the connection can be replayed: begin, \
                then unplug the device and plug it in again. What codes were read stands in it.
                """)
        @OptionGroup var client: ClientOptions
        @OptionGroup var options: ProfileOptions
        @Argument(help: "Name of a device of the line, or an address.") var device: String
        @Option(help: "Profile by which an address is spoken to.") var profile: String?
        @Option(help: "File to write a transcript to; it must not be there yet.") var record: String?
        @Option(help: "End after so many seconds; else with Ctrl-C.") var seconds: Int?
        @Flag(help: "Bytes in hexadecimal.") var hex = false

        /// Pause between looks.
        private static let pause = Duration.milliseconds(100)

        func run() async throws {
            let asked = NIOLockedValueBox(false)
            let termination = Termination { asked.withLockedValue { $0 = true } }
            defer { withExtendedLifetime(termination) {} }
            let end = seconds.map { ContinuousClock.now + .seconds($0) }
            let isOver = { asked.withLockedValue { $0 } || end.map { ContinuousClock.now >= $0 } ?? false }
            if device.contains(":") {
                try await watchAddress(until: isOver)
            } else {
                try await watchLine(until: isOver)
            }
        }

        private func watchLine(until isOver: () -> Bool) async throws {
            var view: TraceView?
            var next: UInt64 = 1
            repeat {
                let answer: DeviceTraceAnswer = try await client.ask(.deviceTrace(device, from: next))
                let said = try answer.entries.map(Self.said)
                if view == nil { view = try self.view(answer.profile, answer.address) }
                try view?.take(said)
                next = answer.next
                if said.isEmpty { try await Task.sleep(for: Self.pause) }
            } while !isOver()
            try view?.end()
        }

        private func watchAddress(until isOver: () -> Bool) async throws {
            let address = try AddressArgument.read(device)
            guard record == nil || profile != nil else {
                throw CommandFailure(
                    "CLI-163 --record: a transcript belongs to a profile. Give --profile.", status: 64)
            }
            let own =
                try profile.map { try OwnLink(address, profile: options.load($0)) }
                ?? OwnLink(address, ListeningSession())
            var view = try self.view(profile ?? "", "\(address)")
            var next: UInt64 = 1
            var trouble = ""
            await own.start()
            repeat {
                let (said, following) = own.said(from: next)
                try view.take(said)
                next = following
                if said.isEmpty, own.trouble != trouble {
                    trouble = own.trouble
                    if !trouble.isEmpty, !client.json { Output.line(trouble) }
                    Output.flush()
                }
                if said.isEmpty { try await Task.sleep(for: Self.pause) }
            } while !isOver()
            await own.close()
            try view.end()
        }

        private func view(_ profile: String, _ address: String) throws -> TraceView {
            let recorder = try record.map { try Recorder($0, profile: profile, address: address) }
            return TraceView(isHex: hex, isJSON: client.json, recorder: recorder)
        }

        private static func said(_ entry: DeviceTraceEntry) throws -> DeviceTrace.Said {
            let digits = Array(entry.bytes.utf8)
            let bytes = stride(from: 0, to: digits.count - digits.count % 2, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
            guard let kind = DeviceTrace.Said.Kind(rawValue: entry.kind), bytes.count * 2 == digits.count
            else {
                throw CommandFailure(
                    "CLI-164 \(entry.kind): the daemon says what this program does not know. Use programs "
                        + "of one version.", status: 76)
            }
            return DeviceTrace.Said(
                number: entry.number, at: entry.at, kind: kind, bytes: bytes, words: entry.words)
        }
    }
}

/// Shows entries of a trace as they come, and hands them to a recorder.
private struct TraceView {
    let isHex: Bool
    let isJSON: Bool
    var recorder: Recorder?
    private var origin: UInt64?
    private var last: UInt64 = 0

    init(isHex: Bool, isJSON: Bool, recorder: Recorder?) {
        (self.isHex, self.isJSON, self.recorder) = (isHex, isJSON, recorder)
    }

    mutating func take(_ said: [DeviceTrace.Said]) throws {
        for entry in said {
            if last > 0, entry.number > last + 1, !isJSON {
                Output.line("... \(entry.number - last - 1) more, too many to hold")
            }
            last = entry.number
            show(entry)
        }
        if !said.isEmpty { Output.flush() }
        try recorder?.take(said)
    }

    private mutating func show(_ entry: DeviceTrace.Said) {
        let from = origin ?? entry.at
        origin = from
        let milliseconds = Double(entry.at &- from) / 1_000_000
        let time = String(format: "%12.3f ms", milliseconds)
        if isJSON { return json(entry, milliseconds) }
        let bytes =
            isHex
            ? entry.bytes.map { String(format: "%02X", $0) }.joined(separator: " ")
            : ByteText.text(entry.bytes)
        switch entry.kind {
        case .opened: Output.line("\(time)  -- opened")
        case .closed: Output.line("\(time)  -- closed")
        case .trouble: Output.line("\(time)  -- \(entry.words)")
        case .received: Output.line("\(time)  < \(bytes)")
        case .sent: Output.line("\(time)  > \(bytes)")
        case .command: Output.line("\(time)     asked: \(entry.words)")
        case .event: Output.line("\(time)     \(entry.words)")
        case .tick: break
        }
    }

    private func json(_ entry: DeviceTrace.Said, _ milliseconds: Double) {
        var answer = DeviceTraceEntry()
        (answer.number, answer.at, answer.kind) = (entry.number, entry.at, entry.kind.rawValue)
        answer.bytes = Hexadecimal.text(entry.bytes)
        answer.words = entry.words
        Output.json(answer)
    }

    mutating func end() throws { try recorder?.end() }
}

/// Writes a transcript as it grows: what a look brings, once the next brings nothing more of it.
private struct Recorder {
    private let path: String
    private let file: FileHandle
    private var transcript: Transcript
    private var origin: UInt64?
    private var last: UInt64 = 0

    init(_ path: String, profile: String, address: String) throws {
        self.path = path
        let date = ISO8601DateFormatter().string(from: Date())
        transcript = Transcript(heading: [
            "profile": profile, "firmware": "unknown", "evidence": "transcript",
            "source": "recorded \(date) from \(address)",
        ])
        // A link is no new file either.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                "CLI-165 \(path): \(String(cString: strerror(errno))). Name another file.", status: 73)
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try write(transcript.text)
    }

    mutating func take(_ said: [DeviceTrace.Said]) throws {
        for entry in said {
            let from = origin ?? entry.at
            origin = from
            if last > 0, entry.number > last + 1 {
                transcript.appendGap(of: entry.number - last - 1, at: entry.at, since: from)
            }
            last = entry.number
            transcript.append(entry, since: from)
        }
        guard !said.isEmpty else { return try write(upTo: transcript.lines.count) }
        // The last line that caused something may still get events, and a write.
        try write(upTo: transcript.lines.lastIndex { !$0.isSent || !$0.cause.isEmpty } ?? 0)
    }

    mutating func end() throws {
        try write(upTo: transcript.lines.count)
        try? file.close()
    }

    private mutating func write(upTo end: Int) throws {
        guard end > 0 else { return }
        try write(transcript.text(of: 0..<end))
        transcript.lines.removeFirst(end)
    }

    private func write(_ text: String) throws {
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandFailure(
                "CLI-165 \(path): it cannot be written any further. Free the disk; the file ends in "
                    + "the middle.",
                status: 74)
        }
    }
}
