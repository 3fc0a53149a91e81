import Foundation
import Testing

/// Style 1.2 and 1.4: what no pure target calls, what no file leaves behind, how long a file may be.
@Suite("Sources")
struct SourceTests {
    /// Calls that would make the rules depend on more than their inputs, or trap on bytes from outside.
    nonisolated(unsafe) private static let banned: [(pattern: Regex<Substring>, why: String)] = [
        (/\bDate\(\)/, "time comes with each input"),
        (/\b(?:ContinuousClock|SuspendingClock|SystemClock)\b/, "time comes with each input"),
        (/\.random\((?!.*\busing:)/, "chance comes with each input"),
        (/\.(?:randomElement|shuffled?)\(\)/, "chance comes with each input"),
        (/\bSystemRandomNumberGenerator\b/, "chance comes with each input"),
        (/\bUUID\(\)/, "chance comes with each input"),
        (/\bHasher\(\)|\.hashValue\b/, "differs from process to process"),
        (/\bTask(?:\.detached)?\s*(?:\(.*\)\s*)?\{/, "one thread owns the line"),
        (/\bDispatchQueue\b/, "one thread owns the line"),
        (/(?:^|[^.\w])print\(/, "a decision has no output but its records and actions"),
        (/\btry!/, "bad input is an error, not an event"),
        (/\bas!/, "bad input is an error, not an event"),
    ]
    private static let leftoverWords: Set<String> = ["FIXME", "TODO", "XXX"]
    private static let maxLineLength = 110
    private static let maxFileLines = 600

    @Test("pure targets call no clock, chance, thread, output or forced cast")
    func pureTargetsCallNothingBanned() throws {
        var read = 0
        for target in ImportRules.pure.sorted() {
            for path in Repository.files(in: "Sources/" + target, endings: [".swift"]) {
                read += 1
                for fault in Self.bannedCalls(in: try Repository.text(of: path)) {
                    Issue.record("\(path):\(fault)")
                }
            }
        }
        #expect(read > 5, "only \(read) files of pure targets found")
    }

    @Test("the scan finds what it bans, and nothing in comments or text")
    func scanFindsWhatItBans() {
        let found = [
            "let now = Date()", "x = Int.random(in: 0..<3)", "list.shuffle()", "let id = UUID()",
            "Task { await f() }",
            "Task.detached { }", "Task(priority: .high) { }", "DispatchQueue.main.sync { }", "print(1)",
            "let v = try! f()", "let v = x as! Int", "fatalError(\"x\")", "let h = key.hashValue",
        ]
        for line in found { #expect(Self.bannedCalls(in: line).count == 1, "\(line)") }
        let passed = [
            "// Date() is banned", "/* print(1)\n print(2) */", "let text = \"Task { \"", "order.print(1)",
            "list.shuffle(using: &generator)", "Int.random(in: 0..<3, using: &generator)", "try f()",
            "x as? Int",
            "func blueprint(at place: Int) {}", "// Only a programmer's error comes here.\nfatalError(\"x\")",
            "let raw = #\"a \" print(1)\"#", "let text = \"\"\"\n  print(1) \"quoted\"\n  \"\"\"",
        ]
        for line in passed { #expect(Self.bannedCalls(in: line).isEmpty, "\(line)") }
    }

    /// The standard library's lock: what it guards looks like a race to the thread sanitizer.
    nonisolated(unsafe) private static let unseenLock = /\bMutex\s*[<(]/

    @Test("no lock that the thread sanitizer does not see")
    func locksAreSeen() throws {
        for path in ["Sources", "Tests"].flatMap({ Repository.files(in: $0, endings: [".swift"]) }) {
            let code = SwiftSource.codeOnly(try Repository.text(of: path))
            #expect(!code.contains(Self.unseenLock), "\(path): use NIOLockedValueBox")
        }
        #expect(["let a = Mutex(1)", "let a: Mutex<Int>"].allSatisfy { $0.contains(Self.unseenLock) })
    }

    @Test("nothing is left for later in sources, tests and documents")
    func noLeftovers() throws {
        for path in ["Sources", "Tests", "docs"].flatMap({ Repository.files(in: $0) }) {
            let text = try Repository.text(of: path)
            for fault in Self.leftovers(in: path.hasSuffix(".swift") ? SwiftSource.commentsOnly(text) : text)
            {
                Issue.record("\(path):\(fault)")
            }
        }
    }

    @Test("leftovers are found in comments of both kinds, and not in code or text")
    func leftoversAreFound() {
        for word in Self.leftoverWords {
            let source = "f() // \(word): later\n/* see\n\(word) */ let a = \"\(word)\"\nlet \(word) = 1\n"
            #expect(Self.leftovers(in: SwiftSource.commentsOnly(source)) == ["1: \(word)", "3: \(word)"])
        }
    }

    @Test("no line is longer than 110 columns, no file than 600 lines")
    func lengths() throws {
        let paths =
            ["Package.swift"]
            + ["Sources", "Tests"].flatMap { Repository.files(in: $0, endings: [".swift"]) }
        var longest = (path: "", lines: 0)
        for path in paths {
            // A file ends with a line end, which leaves an empty last piece.
            let lines = try Repository.lines(of: path).dropLast()
            if lines.count > longest.lines { longest = (path, lines.count) }
            #expect(lines.count <= Self.maxFileLines, "\(path) has \(lines.count) lines")
            for (offset, line) in lines.enumerated() where line.count > Self.maxLineLength {
                Issue.record("\(path):\(offset + 1): \(line.count) columns")
            }
        }
        print(
            "Longest source file: \(longest.path), \(longest.lines) of \(Self.maxFileLines) lines"
        )
    }

    /// `LINE: word` for each word of ``leftoverWords`` in `text`.
    private static func leftovers(in text: String) -> [String] {
        text.components(separatedBy: "\n").enumerated().flatMap { offset, line in
            line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                .filter(leftoverWords.contains).map { "\(offset + 1): \($0)" }
        }
    }

    /// `LINE: what: why` for each banned call in `source`.
    private static func bannedCalls(in source: String) -> [String] {
        let written = source.components(separatedBy: "\n")
        let code = SwiftSource.codeOnly(source).components(separatedBy: "\n")
        return code.enumerated().flatMap { offset, line in
            var faults = banned.compactMap { pattern, why in
                // Not Unicode's boundaries: they take `a.b` for one word.
                line.firstMatch(of: pattern.wordBoundaryKind(.simple)).map {
                    "\(offset + 1): \($0.output): \(why)"
                }
            }
            let above = offset > 0 ? written[offset - 1].trimmingCharacters(in: .whitespaces) : ""
            if line.contains("fatalError("), !written[offset].contains("//"), !above.hasPrefix("//") {
                faults.append(
                    "\(offset + 1): fatalError without the reason why nothing from outside reaches it")
            }
            return faults
        }
    }
}
