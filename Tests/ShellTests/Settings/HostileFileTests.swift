import Foundation
import Testing

@testable import Settings

/// Goal: no file crashes, hangs or grows the program. Method: files made to, and random damage to a sound
/// one.
@Suite struct HostileFileTests {
    private func error(_ bytes: [UInt8], json: Bool = false) -> SettingsError? {
        do throws(SettingsError) {
            _ = try SourceText(name: "f", bytes: bytes, format: json ? .json : .toml)
            return nil
        } catch {
            return error
        }
    }

    @Test func refusesNULAsByteAndAsEscape() {
        #expect(error(Array("a = 1\nb = \"x\0y\"\n".utf8))?.code == .notText)
        #expect(error(Array("a = 1\nb = \"x\0y\"\n".utf8))?.line == 2)
        #expect(error(Array("a = 1\n\nb = \"x\\u0000y\"\n".utf8))?.code == .notText)
        #expect(error(Array("a = 1\n\nb = \"x\\u0000y\"\n".utf8))?.line == 3)
        #expect(error(Array("b = \"\\U00000000\"\n".utf8))?.code == .notText)
        #expect(error(Array("{\"batch\": \"x\\u0000\"}".utf8), json: true)?.code == .notText)
    }

    @Test func refusesWhatIsNotUTF8() {
        let broken = error(Array("a = 1\nb = \"é\"\n".utf8) + [0x61, 0x20, 0x3D, 0x20, 0x22, 0xFF, 0x22])
        #expect(broken?.code == .notText && broken?.line == 3)
        let wide = error([0xFF, 0xFE] + "a = 1\n".utf8.flatMap { [$0, 0] })
        #expect(wide?.code == .notText && wide?.text.contains("UTF-16") == true)
    }

    /// What is not closed is placed where it began, not where the file ends.
    @Test(arguments: [
        ("a = 1\nb = [1,\n2,\nc = \"x\"\n", "["), ("a = 1\nb = [1,\n2,\n[c]\n", "["),
        ("a = 1\nb = \"\"\"x\n\nc = 2\n", "three quotes"), ("a = 1\nb = {c = 1,\nd = 2\n", "{"),
        ("a = 1\nb = [\"x\", y = 2]\n", "["), ("a = 1\nb = \"x\nc = 2\n", "does not end in its line"),
    ]) func whatIsNotClosedHasTheLineItBeganIn(text: String, words: String) {
        let fault = error(Array(text.utf8))
        #expect(fault?.code == .syntax && fault?.line == 2)
        #expect(fault?.text.contains(words) == true, "\(fault?.text ?? "")")
    }

    @Test func numbersThatFitNowhereAreSyntaxWithALine() {
        let big = error(Array("a = 1\nb = 9223372036854775808\n".utf8))
        #expect(big?.code == .syntax)
        #expect(big?.line == 2)
        let bigger = error(Array("b = 1\(String(repeating: "0", count: 5_000))\n".utf8))
        #expect(bigger?.code == .syntax)
    }

    @Test func deepNestingIsRefusedNotFollowed() {
        let brackets = String(repeating: "[", count: 100_000)
        #expect(error(Array("a = \(brackets)".utf8))?.code == .syntax)
        #expect(error(Array(brackets.utf8))?.code == .syntax)
        #expect(error(Array("a = \(String(repeating: "{a=", count: 100_000))".utf8))?.code == .syntax)
        let key = Array(repeating: "a", count: TOMLScan.maxDots).joined(separator: ".")
        #expect(error(Array("\(key) = 1\n".utf8))?.text.contains("nested deeper") == true)
        #expect(error(Array("\(key) = \n".utf8))?.code == .syntax)
        #expect(error(Array("[\(key)]\nb = [[[\n".utf8))?.code == .syntax)
        let longer = Array(repeating: "a", count: 200_000).joined(separator: ".")
        #expect(error(Array("[\(longer)]\n".utf8))?.text.contains("dots") == true)
        let seventeen = String(repeating: "[", count: 17) + String(repeating: "]", count: 17)
        #expect(error(Array("a = \(seventeen)\n".utf8))?.text.contains("deeper") == true)
        #expect(error(Array(brackets.utf8), json: true)?.code == .syntax)
    }

    @Test func largeFileIsRefusedBeforeItIsParsed() throws {
        let sandbox = try Sandbox()
        let path = try sandbox.write(
            "big.toml", bytes: [UInt8](repeating: UInt8(ascii: "#"), count: 10_000_000))
        let errors = try #require(throws: SettingsErrors.self) { try SettingsLoader.load(path: path) }
        #expect(errors.list.map(\.code) == [.unreadable])
        // Where all of it was read, the fault says how much there is.
        #expect(errors.list[0].text.contains("more than 1048576 bytes"))
    }

    @Test func missingFileAndDirectoryAreUnreadable() throws {
        let sandbox = try Sandbox()
        for path in [sandbox.path + "/none.toml", sandbox.path] {
            let errors = try #require(throws: SettingsErrors.self) { try SettingsLoader.load(path: path) }
            #expect(errors.list.map(\.code) == [.unreadable])
        }
    }

    /// Goal: a pipe is never waited for. Method: one in the place of each file that a configuration names,
    /// and of a serial file.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["line.toml", "profiles/test/coder.toml", "profiles/test/case.zpl"])
    func aPipeIsNoFile(_ name: String) throws {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        let path = try sandbox.write("line.toml", smallLine)
        _ = try SettingsLoader.load(path: path, profiles: [sandbox.path + "/profiles"])
        let pipe = sandbox.path + "/" + name
        try #require(unlink(pipe) == 0 && mkfifo(pipe, 0o600) == 0)
        let errors = try #require(throws: SettingsErrors.self) {
            try SettingsLoader.load(path: path, profiles: [sandbox.path + "/profiles"])
        }
        let text = "\(errors)"
        #expect(text.contains("a pipe, a socket or a device, not a file"), "\(text)")
        #expect(text.contains(name) && text.contains("Give the path of a regular file."), "\(text)")
        let serials = #expect(throws: SettingsErrors.self) { try SerialFile.load(pipe) }
        #expect(serials?.list.first?.code == .unreadable)
    }

    /// Goal: an unreadable file is named with what to do. Method: a file without read permission; root reads
    /// it all the same, so then the test is passed over, aloud.
    @Test(.enabled(if: getuid() != 0, "root reads everything")) func anUnreadableFileIsNamed() throws {
        let sandbox = try Sandbox()
        let path = try sandbox.write("line.toml", smallLine)
        try #require(chmod(path, 0) == 0)
        let errors = try #require(throws: SettingsErrors.self) { try SettingsLoader.load(path: path) }
        #expect(errors.list.map(\.code) == [.unreadable])
        #expect("\(errors)".contains("Check path and permissions."))
    }

    /// Goal: the lines of any number of faults cost one walk through the file. Method: a value that goes over
    /// ten thousand lines before a hundred unknown keys; counted is what was read to place them all.
    @Test func placingFaultsReadsALargeFileOnce() throws {
        let list = "a = [\n" + String(repeating: "1,\n", count: 10_000) + "]\n"
        let keys = (0..<150).map { "\"u\($0)\" = 1\n" }.joined()
        let errors = try #require(throws: SettingsErrors.self) { try Sandbox().line(list + keys) }
        #expect(errors.list.count == SettingsReport.maxErrors + 1)
        let placed = errors.list.filter { $0.keyPath.hasPrefix("u") }
        #expect(placed.count > 90)
        for error in placed {
            #expect(error.line == Int(error.keyPath.dropFirst()).map { 10_003 + $0 }, "\(error)")
        }
        let source = try SourceText(name: "f", bytes: Array((list + keys).utf8))
        for number in 0..<150 {
            #expect(source.line(of: KeyPath().key("u\(number)")) == 10_003 + number)
        }
        #expect(source.keyLines.bytesRead <= 2 * (list + keys).utf8.count)
    }

    /// Goal: every form a key can stand in has its line. Method: a file that is looked through by hand.
    @Test func everyKeyHasItsLine() throws {
        let text = ##"""
            a.b = 1
            a . "c.d" = [ 1, # ] [x]
              { e = 2 } ]

            [[t]] # first
            x = """
            y = 1
            [t]
            """
            [t."u v".w]
            z = 3
            [[t]]
            x = { k = 1, l.m = 2 }
            [[ t . n ]]
            o = 5
              [[t.n]]
            'o' = 6
            """##
        let source = try SourceText(name: "f", bytes: Array(text.utf8))
        func line(_ steps: Any...) -> Int? {
            source.line(
                of: steps.reduce(KeyPath()) { path, step in
                    (step as? Int).map(path.index) ?? path.key("\(step)")
                })
        }
        #expect(line("a") == 1 && line("a", "b") == 1 && line("a", "c.d") == 2)
        #expect(line("a", "c.d", 1, "e") == 2)
        #expect(line("t") == 5 && line("t", 0) == 5 && line("t", 0, "x") == 6)
        #expect(line("t", 0, "u v") == 10 && line("t", 0, "u v", "w", "z") == 11)
        #expect(line("t", 1) == 12 && line("t", 1, "x") == 13 && line("t", 1, "x", "l", "m") == 13)
        #expect(line("t", 1, "n") == 14 && line("t", 1, "n", 0, "o") == 15)
        #expect(line("t", 1, "n", 1) == 16 && line("t", 1, "n", 1, "o") == 17)
        #expect(line("t", 1, "n", 1, "none") == 16)
        #expect(line("none") == nil)
    }

    @Test func messagesCarryNoControlCharacters() throws {
        let text = "\"k\\u001B[2J\" = \"v\"\n[line]\nname = \"\\u001B]0;x\\u0007\"\nzone = \"\\u202Eevil\"\n"
        let errors = try #require(throws: SettingsErrors.self) { try Sandbox().line(text) }
        let printed = "\(errors)".unicodeScalars.filter { $0 != "\n" }
        #expect(printed.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E })
        #expect("\(errors)".contains("\\U0000001B"))
    }

    /// Each of these made the parser assert, or read a character it has no case for.
    @Test(arguments: [
        "[.a]", "[=]", "[[ .]]", "[ ]", "a = [ }1 ]", "a = }", "a = ", "a = #", "a = 1979-05-27 1",
        "a = 1979-05-27T:00Z", "a = 1979-05-27", "a = 07:32:00", "\u{E9} = 1", "a = 1 \u{A0}", "a = _1",
        "a = 0x",
        "a = +", "a = 1__", "a = .5", "a = inf", "{a = 1}", "a = [1]]", "a = {b = 1]",
    ])
    func whatTheParserCannotBearNeverReachesIt(_ text: String) {
        #expect(error(Array(text.utf8))?.code == .syntax)
        #expect(error(Array("# first\n\(text)\n".utf8))?.line == 2)
        for open in ["[", "[[", "a = [", "a = {", "a = \"", "a = '''", "a = \"\\", "a"] {
            #expect(error(Array(open.utf8))?.code == .syntax)
        }
    }

    @Test func commonFormsOfTOMLAreRead() throws {
        let text = ##"""
            a.b = -1_000 # é
            "q é" = 'C:\#['
            long = """
            [.] = \""" "" """"
            raw = '''
            ]}\'''
            list = [ [1, 2,], # comment ]
              { x = true }, 2.5
            ]
            [ t . "u" ]
            none = ""
            """##
        let source = try SourceText(name: "f", bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8))
        func value(_ steps: String...) -> ConfigNode? {
            source.tree.value(at: steps.reduce(KeyPath()) { $0.key($1) })
        }
        #expect(value("a", "b") == .integer(-1_000))
        #expect(value("q é") == .string("C:\\#["))
        #expect(value("long") == .string("[.] = \"\"\" \"\" \""))
        #expect(value("raw") == .string("]}\\"))
        #expect(source.tree.value(at: KeyPath().key("list").index(1).key("x")) == .boolean(true))
        #expect(source.tree.value(at: KeyPath().key("list").index(2)) == .otherNumber)
        #expect(value("t", "u", "none") == .string(""))
        #expect(source.line(of: KeyPath().key("t").key("u").key("none")) == 11)
        #expect(source.line(of: KeyPath().key("list").index(2)) == 7)
    }

    /// Rounds of random damage; more with `FUZZ_ROUNDS`. A crash leaves the text in `FUZZ_FILE`.
    @Test func randomDamageNeverCrashes() throws {
        let sandbox = try Sandbox()
        try sandbox.writeProfiles()
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["FUZZ_ROUNDS"].flatMap { Int($0) } ?? 500
        let sound = [
            smallLine, Profiles.coder, Profiles.io,
            "a = [ [1, 2], [ {b=1, c.d=\"x\"}, 3.5 ], 's' ]\n[t.u]\nx = '''a\nb'''\n"
                + "[[v]]\nw = true\n[[v]]\nw.x = -5\n",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<rounds {
            let bytes = Self.damaged(
                Array(sound[Int.random(in: 0..<sound.count, using: &random)].utf8), &random)
            if let file = environment["FUZZ_FILE"] {
                FileManager.default.createFile(atPath: file, contents: Data(bytes))
            }
            let source: SourceText
            do throws(SettingsError) { source = try SourceText(name: "line.toml", bytes: bytes) } catch {
                continue
            }
            do throws(SettingsErrors) {
                _ = try SettingsLoader.load(
                    source, directory: sandbox.path, profiles: [sandbox.path + "/profiles"])
            } catch {
                #expect(!error.list.isEmpty, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    private static let pieces = [
        "\n", "\"", "[", "]", "{", "}", "=", ".", "9", "-", "#", "'", "\"\"\"", "'''", "[[", "]]", "\\u",
        "\\", ",",
        "inf", "0x", "1979-05-27", "07:32:00Z", "T", "e5", "true", "\r", "\t", "\u{7F}", "é", "_", "+",
        "\u{2028}", " ",
    ]

    private static func damaged(_ sound: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = sound
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 1...255, using: &random)
            case 1:
                bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...6, using: &random)))
            case 2:
                bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: place)
            default:
                let from = Int.random(in: 0..<bytes.count, using: &random)
                bytes.insert(contentsOf: Array(bytes[from...].prefix(20)), at: place)
            }
        }
        return bytes
    }
}
