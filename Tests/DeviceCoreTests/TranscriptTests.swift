import DeviceCore
import Testing

/// A transcript under `devices`, with its profile.
struct GoldenTranscript: Sendable, CustomTestStringConvertible {
    var path: String
    var transcript: Transcript

    var testDescription: String { path }

    init(_ path: String) throws {
        self.path = path
        transcript = try Transcript(ProfileFile.text(path))
    }

    /// Path of its profile under `devices`.
    var profile: String {
        path.split(separator: "/").dropLast().joined(separator: "/") + "/"
            + (transcript.heading["profile"] ?? "")
    }
}

@Suite struct TranscriptTests {
    /// Goal: our session and the device agree, byte for byte. Method: every transcript under `devices` is
    /// replayed whole, byte by byte, and cut once at every place.
    @Test(arguments: try ProfileFile.all(".transcript").map { try GoldenTranscript($0) })
    func sessionAgreesWithTheDevice(_ golden: GoldenTranscript) throws {
        let received = golden.transcript.lines.filter { !$0.isSent }
        #expect(!received.isEmpty, "a transcript without received bytes proves nothing")
        let profile = try ProfileFile.profile(golden.profile).setting(golden.transcript.parameters)
        let longest = received.map(\.bytes.count).max() ?? 1
        for split in [.whole, .bytes] + (1..<max(longest, 2)).map(TranscriptReplay.Split.at) {
            do {
                try TranscriptReplay.check(golden.transcript, try profile.makeSession(), split: split)
            } catch {
                Issue.record("\(golden.path) \(split) \(error)")
            }
        }
    }

    @Test func everyProfileHasATranscript() throws {
        let replayed = Set(try ProfileFile.all(".transcript").map { try GoldenTranscript($0).profile })
        #expect(Set(try ProfileFile.all(".toml")).subtracting(replayed) == [])
    }

    /// Goal: a replay can fail. Method: every line of every transcript is changed, one at a time: another
    /// byte, or one event more.
    @Test func aChangedLineIsNoticed() throws {
        var changed = 0
        for path in try ProfileFile.all(".transcript") {
            let golden = try GoldenTranscript(path)
            let profile = try ProfileFile.profile(golden.profile).setting(golden.transcript.parameters)
            for index in golden.transcript.lines.indices {
                var other = golden.transcript
                if other.lines[index].isSent, !other.lines[index].bytes.isEmpty {
                    other.lines[index].bytes[0] ^= 1
                } else {
                    other.lines[index].events.append("noRead")
                }
                changed += 1
                let difference = #expect(throws: TranscriptReplay.Difference.self, "\(path) line \(index)") {
                    try TranscriptReplay.check(other, try profile.makeSession())
                }
                #expect(difference?.line == other.lines[index].number)
            }
        }
        #expect(changed > 150, "\(changed)")
    }

    @Test func filesComeBack() throws {
        for path in try ProfileFile.all(".transcript") {
            var transcript = try Transcript(ProfileFile.text(path))
            var again = try Transcript(transcript.text)
            #expect(again.heading == transcript.heading)
            #expect(again.parameters == transcript.parameters)
            for index in transcript.lines.indices {
                (transcript.lines[index].number, again.lines[index].number) = (0, 0)
            }
            #expect(again.lines == transcript.lines, "\(path)")
        }
    }

    @Test(arguments: [
        ("< 41", "no line begins with"), ("# profile: a   firmware: b   source: c", "lacks evidence"),
        ("# profile: a", "lacks firmware"), ("HEAD41", "neither"), ("HEAD@x < 41", "no time"),
        ("HEAD@1.5 < 41", "no time"), ("HEAD@99999999999 < 41", "no time"), ("HEAD@-1 < 41", "no time"),
        ("HEAD@2 < 41\n@1 < 41", "before the line above"), ("HEAD@", "no time"), ("HEAD@1", "neither"),
        ("HEAD# parameter: a", "NAME = VALUE"),
        ("HEAD# parameter: a = 1\n# parameter: a = 1", "stands twice"),
    ])
    func whatIsNoTranscriptSaysWhy(_ text: String, _ part: String) {
        let head = "# profile: a   firmware: b   evidence: c   source: d\n"
        let fault = #expect(throws: Transcript.Fault.self) {
            try Transcript(text.replacing("HEAD", with: head))
        }
        #expect(fault?.text.contains(part) == true, "\(fault?.text ?? "")")
    }

    @Test func commandsComeBackFromTheirWords() throws {
        var outputs = LineIOOutputs()
        (outputs.runEnable, outputs.horn, outputs.runLimit) = (true, true, 70_000)
        (outputs.purge, outputs.purgeUntil) = (true, 5)
        let commands: [DeviceCommand] = [
            .prepareCoder(fields: ["SERIAL", "A B", "", "x -> y; z<"]), .prepareCoder(fields: []),
            .sendRecord(index: .max, values: ["1|2", " "]), .clearCoder,
            .printLabel(job: 3, data: Array("^XA ^FD>8 -> ;^XZ\n".utf8)), .selectJob("BOX 1"), .readJob,
            .setOutputs(outputs), .setOutputs(LineIOOutputs()),
            .gateCommand(LineIOGateCommand(sequence: 1, kind: .ejectAt, position: 9, expiresAt: 1_500_000)),
            .verdict(track: 7, pass: false, expiresAt: 1_001_000), .trigger(false), .feedback(good: true),
        ]
        for command in commands {
            let words = command.words(at: 1_000_000)
            #expect(DeviceCommand(words: words, at: 1_000_000) == command, "\(words)")
            #expect(!words.contains(";") && !words.contains("->"))
        }
        for words in [
            "", "jump", "sendRecord", "sendRecord x", "sendRecord 18446744073709551616", "printLabel 1",
            "printLabel 1 <NOPE>", "selectJob", "trigger", "trigger maybe", "feedback",
            "gateCommand 1 pass 2",
            "gateCommand 70000 pass 2 3", "gateCommand 1 stop 2 3", "gateCommand 1 pass 2 x",
            "verdict 1 pass",
            "setOutputs run=1", "setOutputs limit", "setOutputs limit=4294967296", "prepareCoder <",
        ] {
            #expect(DeviceCommand(words: words, at: 0) == nil, "\(words)")
        }
    }
}
