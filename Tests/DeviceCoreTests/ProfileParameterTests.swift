import DeviceCore
import Testing

/// What a profile declares for its line to set: the rules of values, and their bytes in commands.
@Suite struct ProfileParameterTests {
    private static let level = ProfileParameter(
        name: "level", rule: .int(min: -2, max: 12), standard: "3", about: "A number")
    private static let mode = ProfileParameter(
        name: "mode", rule: .choice(["LOW", "HIGH"]), standard: "LOW", about: "A word")
    private static let label = ProfileParameter(
        name: "label", rule: .text(maxLength: 4, forbidden: ";"), about: "A text")

    /// A reader that is set to the three of them and asked for one.
    private static func profile(
        _ parameters: [ProfileParameter] = [level, mode, label], end: String = "<CR>"
    ) -> DeviceProfile {
        var profile = DeviceProfile(
            vendor: "Test", model: "reader", kind: .reader, dialogue: .reader, evidence: .manual,
            sources: ["this test"], framing: Framing(kind: .terminated, end: end, maxFrameBytes: 64),
            timing: DeviceProfile.Timing(replyTimeoutMilliseconds: 200),
            reader: DeviceProfile.Reader(),
            start: [
                DeviceProfile.Start(
                    DeviceProfile.Command(
                        send: "SET {param:level},{param:mode}", accepted: ["OK {param:level} {model}"],
                        refused: ["NO {param:level}": "it stays"], source: "none"))
            ],
            commands: [
                "trigger": DeviceProfile.Command(send: "<ESC>{param:label};GO", source: "none")
            ])
        profile.parameters = parameters
        return profile
    }

    private static func faults(_ profile: DeviceProfile) -> [String] { profile.validate().map(\.path) }

    private static func bytes(_ profile: DeviceProfile) throws -> [String] {
        var bench = try SessionBench(profile)
        bench.connect()
        var sent = bench.takeText()
        bench.receive("OK \(profile.parameters[0].current ?? "") X1\r")
        #expect(bench.takeEvents().map(\.words) == ["identified X1", "connected"])
        bench.perform(.trigger(true))
        sent += bench.takeText()
        return sent
    }

    @Test func valuesStandInTheBytes() throws {
        let profile = Self.profile()
        #expect(profile.validate() == [])
        #expect(
            try Self.bytes(profile.setting(["label": "a b"])) == ["SET 3,LOW\r", "\u{1B}a b;GO\r"])
        let other = try profile.setting(["level": "-2", "mode": "HIGH", "label": "<x1>"])
        #expect(try Self.bytes(other) == ["SET -2,HIGH\r", "\u{1B}<x1>;GO\r"])
        // What stands for bytes and places in a profile is nothing but text in a value.
        let marks = try profile.setting(["label": "{<}>"])
        #expect(try Self.bytes(marks) == ["SET 3,LOW\r", "\u{1B}{<}>;GO\r"])
        let place = try profile.setting(["label": "{a}"])
        #expect(try Self.bytes(place).last == "\u{1B}{a};GO\r")
    }

    @Test func theExpectedAnswerHoldsTheValueToo() throws {
        var bench = try SessionBench(Self.profile().setting(["label": "A", "level": "7"]))
        bench.connect()
        bench.receive("OK 3 X1\r")
        #expect(bench.takeEvents().map(\.words) == ["noise OK 3 X1"])
        bench.receive("NO 7\r")
        #expect(bench.takeEvents().map(\.words) == ["fault DEV-116", "stale"])
    }

    @Test func noSessionWithoutAValueThatMustBeSet() throws {
        let fault = #expect(throws: ProfileFault.self) { try Self.profile().makeSession() }
        #expect(fault?.path == "label" && fault?.message.contains("no default") == true)
        _ = try Self.profile().setting(["label": "A"]).makeSession()
    }

    @Test(arguments: [
        ("level", "13"), ("level", "-3"), ("level", "+3"), ("level", "03"), ("level", ""), ("level", "3 "),
        ("level", "3\r"), ("level", "99999999999999999999"), ("mode", "low"), ("mode", ""), ("mode", "LOW\r"),
        ("label", ""), ("label", "12345"), ("label", "a;b"), ("label", "a\r"), ("label", "\u{1B}"),
        ("label", "\u{7F}"), ("label", "\u{0}"), ("label", "\u{E9}"), ("lebel", "A"),
    ])
    func whatARuleForbidsIsRefused(_ name: String, _ value: String) {
        let fault = #expect(throws: ProfileFault.self) { try Self.profile().setting([name: value]) }
        #expect(fault?.path == name)
        // Put in past the check, it still makes no session and no bytes.
        var profile = Self.profile()
        for index in profile.parameters.indices {
            profile.parameters[index].value = profile.parameters[index].name == name ? value : nil
        }
        #expect(throws: ProfileFault.self) { try profile.makeSession() }
        #expect(throws: ProfileFault.self) { try profile.withParametersInForce() }
    }

    /// Goal: a value never ends its frame, parts values or begins another command. Method: every printable
    /// byte, in profiles with printable marks.
    @Test func theMarksOfTheProfileAreForbiddenInValues() throws {
        let free = ProfileParameter(
            name: "label", rule: .text(maxLength: 1, forbidden: ""), about: "A text")
        func barred(_ change: (inout DeviceProfile) -> Void) throws -> String {
            var profile = Self.profile([Self.level, Self.mode, free])
            change(&profile)
            let refused = (UInt8(0x20)...0x7E).filter { byte in
                (try? profile.setting(["label": String(decoding: [byte], as: UTF8.self)])) == nil
            }
            return String(decoding: refused, as: UTF8.self)
        }
        #expect(try barred { _ in } == "")
        #expect(try barred { $0.framing.end = "#<LF>" } == "#")
        #expect(try barred { $0.framing.sendEnd = ".!" } == "!.")
        #expect(try barred { $0.framing.also = [Framing.Also(start: "<STX>0", end: ";<ETX>")] } == ";")
        #expect(try barred { $0.framing.escape = "@" } == "@")
        #expect(try barred { $0.framing.start = "[" } == "[")
        #expect(try barred { $0.job = DeviceProfile.Job(forbidden: "/") } == "/")
        let printer = DeviceProfile.Printer(queue: .records, proof: .index, forbidden: "$")
        #expect(try barred { $0.printer = printer } == "$|")
        #expect(try barred { $0.dialogue = .zpl } == "^~")
        #expect(try barred { $0.dialogue = .leibinger } == "\\^")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var place: String
        var part: String
        var change: @Sendable (inout DeviceProfile) -> Void
        var testDescription: String { "\(place): \(part)" }
    }

    private static let mistakes: [Mistake] = [
        Mistake(place: "parameter[0].name", part: "it would do nothing") {
            $0.start = []
            $0.parameters = [level, label]
        },
        Mistake(place: "commands.trigger", part: "{param:lable}: no [[parameter]] declares") {
            $0.commands["trigger"]?.send = "{param:label}{param:lable}"
        },
        Mistake(place: "start[0]", part: "{param:level}: no") { $0.parameters = [mode, label] },
        Mistake(place: "commands.trigger", part: "{param:}: no") {
            $0.commands["trigger"]?.send = "{param:label}{param:}"
        },
        Mistake(place: "commands.trigger", part: "{ without }") {
            $0.commands["trigger"]?.send = "{param:label}{param:label"
        },
        Mistake(place: "commands.trigger", part: "is {param:name}") {
            $0.commands["trigger"]?.accepted = ["{param}"]
        },
        Mistake(place: "commands.trigger", part: "inside < >") {
            $0.commands["trigger"]?.send = "<x{param:label}>"
        },
        Mistake(place: "commands.trigger", part: "inside < >") {
            $0.commands["trigger"]?.send = "{param:label}<{param:label}1B>"
        },
        Mistake(place: "commands.trigger", part: "inside < > or { }") {
            $0.commands["trigger"]?.accepted = ["{jo{param:label}}"]
        },
        Mistake(place: "parameter[0].name", part: "a letter first") { $0.parameters[0].name = "2nd" },
        Mistake(place: "parameter[0].name", part: "a letter first") { $0.parameters[0].name = "Level" },
        Mistake(place: "parameter[0].name", part: "a letter first") { $0.parameters[0].name = "" },
        Mistake(place: "parameter[1].name", part: "stands twice") { $0.parameters[1].name = "level" },
        Mistake(place: "parameter[0].about", part: "in a line") { $0.parameters[0].about = "" },
        Mistake(place: "parameter[0].max", part: "less than min") {
            $0.parameters[0].rule = .int(min: 3, max: 2)
        },
        Mistake(place: "parameter[0].min", part: "must be -") {
            $0.parameters[0].rule = .int(min: -2_000_000_000, max: 3)
        },
        Mistake(place: "parameter[0].default", part: "\"13\" is no value") {
            $0.parameters[0].standard = "13"
        },
        Mistake(place: "parameter[1].default", part: "\"MID\" is no value") {
            $0.parameters[1].standard = "MID"
        },
        Mistake(place: "parameter[1].choices", part: "two or more") {
            $0.parameters[1].rule = .choice(["LOW"])
        },
        Mistake(place: "parameter[1].choices", part: "none twice") {
            $0.parameters[1].rule = .choice(["LOW", "LOW"])
        },
        Mistake(place: "parameter[1].choices", part: "\"A<CR>\" is empty, or holds") {
            $0.parameters[1].rule = .choice(["LOW", "A\r"])
        },
        Mistake(place: "parameter[1].choices", part: "\"\" is empty") {
            $0.parameters[1].rule = .choice(["LOW", ""])
        },
        Mistake(place: "parameter[2].maxLength", part: "1 to 256") {
            $0.parameters[2].rule = .text(maxLength: 0, forbidden: "")
        },
        Mistake(place: "parameter[2].forbidden", part: "byte") {
            $0.parameters[2].rule = .text(maxLength: 3, forbidden: "<XYZ>")
        },
        Mistake(place: "parameter[2].default", part: "no value") { $0.parameters[2].standard = "a;b" },
        Mistake(place: "parameter[1].choices", part: "no value may") { $0.framing.end = "W" + "<CR>" },
        Mistake(place: "parameter", part: "at most 20") {
            $0.parameters = (0..<21).map { number in
                let letter = String(decoding: [UInt8(ascii: "a") + UInt8(number)], as: UTF8.self)
                return ProfileParameter(name: letter, rule: .int(min: 0, max: 1), about: "x")
            }
        },
    ]

    @Test(arguments: mistakes) func aDeclarationThatCannotHoldIsRefused(_ mistake: Mistake) {
        var profile = Self.profile()
        mistake.change(&profile)
        let faults = profile.validate()
        #expect(
            faults.contains { $0.path == mistake.place && $0.message.contains(mistake.part) }, "\(faults)")
        #expect(throws: ProfileFault.self) { try profile.setting(["label": "A"]).makeSession() }
    }

    /// One word means one thing in every `[[device]]`, whatever its kind.
    @Test func noNameIsAKeyAlready() {
        let keys = DeviceProfile.deviceKeys + DeviceProfile.Kind.allCases.flatMap(DeviceProfile.siteKeys)
        #expect(Set(keys).count == 11)
        for key in keys {
            var profile = Self.profile()
            profile.parameters[2].name = key
            profile.commands["trigger"]?.send = "{param:\(key)}"
            let faults = profile.validate()
            #expect(faults.map(\.path) == ["parameter[2].name"])
            #expect(faults.first?.message.contains("key of [[device]] already") == true, "\(faults)")
        }
    }

    /// What a value makes of a command is checked as if it stood in the file.
    @Test func aProfileIsCheckedWithValuesInIt() {
        var profile = Self.profile()
        profile.commands["trigger"]?.send = "{param:label}{job}"
        #expect(Self.faults(profile) == ["commands.trigger.send"])
    }

    /// Goal: a shipped parameter does something, and nothing unless it is set. Method: every shipped one is
    /// set to another value, and the commands compared.
    @Test func everyShippedParameterChangesItsCommands() throws {
        var changed = 0
        for path in try ProfileFile.all(".toml") {
            let profile = try ProfileFile.profile(path)
            for parameter in profile.parameters {
                let other: String
                switch parameter.rule {
                case .int(let min, let max): other = parameter.current == "\(min)" ? "\(max)" : "\(min)"
                case .text: other = "Z"
                case .choice(let words): other = words.first { $0 != parameter.current } ?? ""
                }
                let set = try profile.setting([parameter.name: other])
                _ = try set.makeSession()
                #expect(try set.withParametersInForce() != profile.withParametersInForce(), "\(path)")
                changed += 1
            }
        }
        #expect(changed >= 9)
    }
}
