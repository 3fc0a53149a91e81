import Foundation
import LineCore
import Testing

@testable import Settings

@Suite struct SerialFileTests {
    private func read(
        _ text: String, name: String = "s.txt", limits: SerialLimits = SerialLimits()
    ) throws(SettingsErrors) -> LoadedSerials {
        try SerialFile.parse(Array(text.utf8), name: name, limits: limits)
    }

    private func serials(_ text: String, name: String = "s.txt") throws -> [String] {
        let table = try read(text, name: name).table
        return (0..<table.count).compactMap { table[$0] }
    }

    @Test(arguments: [
        "A1\nB2\nC3\n", "A1\r\nB2\r\nC3\r\n", "A1\nB2\nC3", "serial\nA1\nB2\nC3\n",
        "\u{FEFF}serial\r\nA1\nB2\r\nC3",
    ])
    func formsOfOneList(_ text: String) throws {
        #expect(try serials(text) == ["A1", "B2", "C3"])
        #expect(try serials(text, name: "s.CSV") == ["A1", "B2", "C3"])
    }

    @Test func everyCharacterOfSet82IsTaken() throws {
        let set = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
        #expect(set.utf8.count == 82)
        #expect(try serials(set.map { "\($0)" }.joined(separator: "\n")).count == 82)
        for byte in UInt8.min...UInt8.max where !set.utf8.contains(byte) && byte != 0x0A {
            let errors = try #require(throws: SettingsErrors.self) {
                try SerialFile.parse([0x41, byte, 0x41, 0x0A], name: "s.txt")
            }
            // A line with GS is a whole code.
            #expect(errors.list.map(\.code) == [byte == 0x1D ? .badPayload : .badSerial])
        }
    }

    @Test func csvTakesQuotesAndRefusesColumns() throws {
        #expect(try serials("\"serial\"\n\"A,1\"\n\"B\"\"2\"\n", name: "s.csv") == ["A,1", "B\"2"])
        #expect(try serials("A,1\nB\"2\n\"\n") == ["A,1", "B\"2", "\""])
        let faults: [(String, SettingsError.Code)] = [
            ("A,1", .badPayload), ("\"A", .badSerial), ("\"A\"B\"", .badSerial), ("\"A\",1", .badPayload),
            ("\"", .badSerial), ("A,(91)a,b", .badSerial), ("A,\"(91)a", .badSerial),
            ("A,(91)a", .badPayload),
            (",(91)a", .emptyLine),
        ]
        for (bad, code) in faults {
            let errors = try #require(throws: SettingsErrors.self) { try read("X\n\(bad)\n", name: "s.csv") }
            #expect(errors.list.map(\.code) == [code], "\(bad)")
            #expect(errors.list.map(\.line) == [2])
        }
    }

    /// Goal: a payload is taken in either form of file, and kept beside its serial.
    @Test(arguments: [
        ("serial,payload\nA1,(91)K1(92)c+/=\nB2,\"(91)K2(92)d,e\"\n", "s.csv"),
        ("\"serial\",\"payload\"\r\n\"A1\",(91)K1(92)c+/=\r\nB2,\"(91)K2(92)d,e\"", "s.csv"),
        (
            "010950600013435221A1\u{1D}91K1\u{1D}92c+/=\n010950600013435221B2\u{1D}91K2\u{1D}92d,e\n",
            "s.txt"
        ),
    ])
    func payloadsAreTaken(_ text: String, _ name: String) throws {
        let loaded = try read(text, name: name)
        #expect((0..<loaded.table.count).map { loaded.table[$0] } == ["A1", "B2"])
        #expect(loaded.table.payload.identifiers.map(\.description) == ["91", "92"])
        #expect(loaded.table.payload.values(0) == ["K1", "c+/="])
        #expect(loaded.table.payload.values(1) == ["K2", "d,e"])
        #expect(loaded.gtin == (name == "s.txt" ? "09506000134352" : nil))
        let again = try read(loaded.table.text(gtin: "09506000134352"))
        #expect(again.table == loaded.table)
    }

    /// Goal: what a spreadsheet writes in most of Europe is what it writes elsewhere. Method: the header says
    /// what stands between columns.
    @Test(arguments: [";", "\t"]) func theHeaderTellsTheSeparator(_ mark: String) throws {
        let header = "serial\(mark)payload\r\n"
        let loaded = try read(
            header + "H1\(mark)(91)EE06\r\n\"H2\"\(mark)\"(91)EE\(mark == ";" ? ";" : ",")7\"\r\n",
            name: "s.csv")
        #expect((0..<2).map { loaded.table[$0] } == ["H1", "H2"])
        #expect(loaded.table.payload.identifiers.map(\.description) == ["91"])
        #expect(loaded.table.payload.values(0) == ["EE06"])
        #expect(loaded.table.payload.values(1) == [mark == ";" ? "EE;7" : "EE,7"])
        // Serials alone, and one with a comma in it.
        #expect(try serials(header + "H1\nH,2\n", name: "s.csv") == ["H1", "H,2"])
        let errors = try #require(throws: SettingsErrors.self) {
            try read(header + "H1\(mark)(91)A\(mark)x\nH2\(mark)(91)\n", name: "s.csv")
        }
        #expect(errors.list.map(\.line) == [2, 3])
        #expect(errors.list.map(\.code) == [.badSerial, .badPayload])
    }

    /// Goal: a table that nobody said to be one is not taken for serials. Method: with a header that this
    /// program does not know, and without; then one line that shows that the mark is of the serials.
    @Test(arguments: [";", "\t"]) func aTableWithoutItsHeaderIsRefused(_ mark: String) throws {
        for text in [
            "H1\(mark)(91)EE06\nH2\(mark)(91)EE07\n", "Serial\(mark)Payload\nH1\(mark)(91)EE06\n",
            "serial\nH1\(mark)(91)EE06\n", "H1\(mark)\n",
        ] {
            let errors = try #require(throws: SettingsErrors.self) { try read(text, name: "s.csv") }
            #expect(errors.list.map(\.code) == [.badSerial], "\(text)")
            #expect(errors.list[0].line == (text.hasPrefix("serial") ? 2 : 1))
            #expect(errors.list[0].remedy.hasPrefix("Begin the file with the line serial"), "\(errors)")
            #expect(!errors.description.contains("EE06"))
        }
        guard mark == ";" else { return }
        #expect(try serials("H;1\nH2\n", name: "s.csv") == ["H;1", "H2"])
        #expect(try serials("serial,payload\nH;1\n", name: "s.csv") == ["H;1"])
        #expect(try serials("H;1\n") == ["H;1"])
    }

    /// In a text file every byte is of the serial: what looks like CSV is a mistake there.
    @Test func quotedLinesAndTablesAreNoText() throws {
        let quoted = try #require(throws: SettingsErrors.self) { try read("H1\n\"H3\"\n\"\"\nH4\n") }
        #expect(quoted.list.map(\.code) == [.badSerial, .badSerial] && quoted.list.map(\.line) == [2, 3])
        #expect(quoted.list[0].text == "the line stands in double quotes")
        for mark in [",", ";", "\t"] {
            let text = "serial\(mark)payload\nH1\n"
            let errors = try #require(throws: SettingsErrors.self) { try read(text) }
            #expect(errors.list.map(\.line) == [1] && errors.list[0].remedy.contains(".csv"))
        }
    }

    @Test func payloadFaultsHaveTheirLines() throws {
        let text = """
            serial,payload
            A1,(91)K1(92)c
            B2,(92)c(91)K1
            C3
            D4,(91)K1(92)
            E5,(91)K1(92)SECRET SECRET
            A1,(91)K1(92)c
            """
        let errors = try #require(throws: SettingsErrors.self) { try read(text, name: "s.csv") }
        #expect(errors.list.map(\.line) == [3, 4, 5, 6, 7])
        #expect(
            errors.list.map(\.code) == [.badPayload, .badPayload, .badPayload, .badPayload, .repeatedSerial])
        #expect(errors.list.allSatisfy { !$0.remedy.isEmpty && !$0.text.contains("SECRET") })
        let own = "010950600013435221A1\u{1D}91K1\n"
        for (other, code) in [
            ("010950600013436921B2\u{1D}91K1\n", SettingsError.Code.badPayload),
            ("010950600013435321B2\u{1D}91K1\n", .badPayload), ("91K1\u{1D}21B2\n", .badPayload),
            ("B2\n", .badPayload), ("010950600013435221A1\u{1D}91K9\n", .repeatedSerial),
        ] {
            let errors = try #require(throws: SettingsErrors.self) { try read(own + other) }
            #expect(errors.list.map(\.code) == [code] && errors.list.map(\.line) == [2], "\(other)")
        }
        let first = try #require(throws: SettingsErrors.self) { try read("B2\n" + own) }
        #expect(first.list.map(\.code) == [.badPayload])
    }

    @Test func serialsAreOfTheirMarket() throws {
        func codes(_ text: String, _ market: String) -> [Int?] {
            do throws(SettingsErrors) {
                _ = try SerialFile.parse(Array(text.utf8), name: "s.csv", market: Market.named(market))
                return []
            } catch {
                return error.list.map(\.line)
            }
        }
        let crypto = "(91)EE06(92)" + String(repeating: "x", count: 44)
        #expect(codes("5abcdefghijkl,\(crypto)\n", "ru-medicines") == [])
        #expect(codes("5abcdefghijkl,\(crypto)\n5abcdefghijk,\(crypto)\n", "ru-medicines") == [2])
        #expect(codes("ABC\nA-C\n", "eu-fmd") == [2])
        let long = String(repeating: "T", count: 28)
        #expect(codes("\(long)\n", "eu-tobacco") == [] && codes("\(long)X\n", "eu-tobacco") == [1])
        #expect(throws: SettingsErrors.self) { try read("\(long)\n") }
        #expect(try read("\(long)\n", limits: SerialLimits(maxSerialBytes: 28)).table.count == 1)
    }

    @Test func everyFaultHasItsLine() throws {
        let long = String(repeating: "9", count: 21)
        let errors = try #require(throws: SettingsErrors.self) {
            try read("serial\nA\n\nB\nA\nC C\n\(long)\nB\n")
        }
        #expect(
            errors.list.map(\.code) == [.emptyLine, .repeatedSerial, .badSerial, .badSerial, .repeatedSerial])
        #expect(errors.list.map(\.line) == [3, 5, 6, 7, 8])
        #expect(errors.list[1].text == "the serial stands in line 2 already")
        #expect(errors.list[4].text == "the serial stands in line 4 already")
        #expect(errors.list[2].text == "character 2 is not of GS1 set 82")
    }

    @Test func limitsHold() throws {
        for (text, limits) in [
            ("A\nB\nC\n", SerialLimits(maxCount: 2)), ("", SerialLimits()), ("serial\n", SerialLimits()),
        ] {
            let errors = try #require(throws: SettingsErrors.self) { try read(text, limits: limits) }
            #expect(errors.list.map(\.code) == [.serialCount])
        }
        let sandbox = try Sandbox()
        let path = try sandbox.write("s.txt", "A\nB\n")
        let errors = try #require(throws: SettingsErrors.self) {
            try SerialFile.load(path, limits: SerialLimits(maxBytes: 3))
        }
        #expect(errors.list.map(\.code) == [.unreadable])
        let many = String(repeating: "a b\n", count: 1_000)
        let faults = try #require(throws: SettingsErrors.self) { try read(many) }
        #expect(faults.list.count == SerialFile.maxFaults + 1)
        #expect(faults.list.last?.code == .more)
    }

    @Test func fileIsKeptByteForByteWithItsHash() throws {
        let sandbox = try Sandbox()
        let loaded = try SerialFile.load(try sandbox.write("s.txt", "A1\r\nB2\r\n"))
        #expect(loaded.bytes == Array("A1\r\nB2\r\n".utf8))
        // printf 'abc' | sha256sum
        let abc = try read("abc").sha256
        #expect(abc == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func hundredFiftyThousandSerialsLoadInTime() throws {
        let text = (0..<150_000).map { "SN\(1_000_000_000 + $0 * 7)\n" }.joined()
        let start = ContinuousClock.now
        let loaded = try read(text)
        let took = ContinuousClock.now - start
        #expect(loaded.table.count == 150_000)
        print("150,000 serials in \(took)")
        #expect(took < .seconds(30), "a debug build; the figure of the release build is a benchmark")
    }
}
