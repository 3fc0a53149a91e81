import Foundation
import LineCore
import Testing

@testable import Settings

@Suite struct OrderFileTests {
    private static let toml = """
        batch = "B-1"
        gtin = "04012345678901"
        product = "Aspirin 100 mg"
        lot = "L42"
        expiry = "291231"
        quantity = 240
        items_per_case = 10
        items_per_pallet = 6
        unit_pool = "units"
        sscc_pool = "sscc"
        """

    private static let json = """
        {"batch": "B-1", "gtin": "04012345678901", "product": "Aspirin 100 mg", "lot": "L42",
         "expiry": "291231", "quantity": 240, "items_per_case": 10, "items_per_pallet": 6,
         "unit_pool": "units", "sscc_pool": "sscc"}
        """

    private func parse(_ text: String, json: Bool = false) throws(SettingsErrors) -> OrderDraft {
        try OrderFile.parse(Array(text.utf8), name: json ? "o.json" : "o.toml", isJSON: json)
    }

    @Test func readsBothForms() throws {
        var order = Order()
        order.batch = "B-1"
        order.gtin = "04012345678901"
        order.product = "Aspirin 100 mg"
        order.lot = "L42"
        order.expiry = "291231"
        order.quantity = 240
        order.packing[.case] = 10
        order.packing[.pallet] = 6
        order.unitPool = "units"
        order.ssccPool = "sscc"
        let draft = OrderDraft(saidIn: order, unused: nil)
        #expect(draft.parts == [.name, .packing])
        #expect(try parse(Self.toml) == draft)
        #expect(try parse(Self.json, json: true) == draft)
        let sandbox = try Sandbox()
        #expect(try OrderFile.load(try sandbox.write("a.toml", Self.toml)) == draft)
        #expect(try OrderFile.load(try sandbox.write("a.json", Self.json)) == draft)
    }

    /// What a file leaves out is left to the product; what it says, it says, though it is what none means.
    @Test func whatIsSaidIsTold() throws {
        let bare = Self.toml.split(separator: "\n").filter {
            !$0.hasPrefix("items") && !$0.hasPrefix("product")
        }
        .joined(separator: "\n")
        #expect(try parse(bare).parts.isEmpty)
        #expect(try parse(bare + "\nunused = \"return\"").parts == [.unused])
        #expect(try parse(bare + "\nmarket = \"eu-fmd\"").parts == [.market])
        #expect(try parse(bare + "\nitems_per_bundle = 3").parts == [.packing])
    }

    @Test(arguments: [
        ("04012345678901", "04012345678902", SettingsError.Code.badOrder, "gtin", 2, 1),
        ("291231", "290230", .badOrder, "expiry", 5, 2),
        ("L42", "L 42", .badOrder, "lot", 4, 1),
        ("B-1", "012345678901234567890", .badOrder, "batch", 1, 1),
        ("240", "50000001", .outOfRange, "quantity", 6, 2),
        ("240", "\"240\"", .wrongType, "quantity", 6, 2),
        ("240", "99999999999999999999", .wrongType, "quantity", 6, 2),
        ("240", "2.5", .wrongType, "quantity", 6, 2),
        ("items_per_case", "unit_per_case", .unknownKey, "unit_per_case", 7, 2),
        ("\"sscc\"", "\"\"", .badText, "sscc_pool", 10, 3),
    ])
    func faultHasItsLine(
        old: String, new: String, code: SettingsError.Code, keyPath: String, line: Int, jsonLine: Int
    ) throws {
        for (sound, json, line) in [(Self.toml, false, line), (Self.json, true, jsonLine)] {
            let text = sound.replacingOccurrences(of: old, with: new)
            let errors = try #require(throws: SettingsErrors.self) { try parse(text, json: json) }
            if !json, new.hasPrefix("999") {
                // No integer of TOML has more than 64 bits.
                #expect(errors.list.map(\.code) == [.syntax])
                continue
            }
            let found = try #require(errors.list.first { $0.keyPath == keyPath }, "\(errors)")
            #expect(found.code == code)
            #expect(found.line == line, "\(errors)")
        }
    }

    @Test func jobsAreATableByDevice() throws {
        let jobs = [
            DeviceJob(device: "coder", job: "CARTON 12"), DeviceJob(device: "unit-camera", job: "READ-12"),
        ]
        let toml = Self.toml + "\n[jobs]\nunit-camera = \"READ-12\"\ncoder = \"CARTON 12\"\n"
        #expect(try parse(toml).said.jobs == jobs)
        let json =
            Self.json.dropLast() + ", \"jobs\": {\"unit-camera\": \"READ-12\", \"coder\": \"CARTON 12\"}}"
        #expect(try parse(String(json), json: true).said.jobs == jobs)
        #expect(try parse(Self.toml + "\n[jobs]\n").said.jobs.isEmpty)
    }

    @Test(arguments: [
        ("coder = \"\"", SettingsError.Code.badText), ("coder = \" A\"", .badOrder),
        ("coder = 7", .wrongType),
        ("coder = \"Ä\"", .badOrder), ("\"ö\" = \"A\"", .badOrder),
        ("coder = \"\(String(repeating: "A", count: 65))\"", .badOrder),
    ])
    func aBadJobHasItsLine(text: String, code: SettingsError.Code) throws {
        let errors = try #require(throws: SettingsErrors.self) { try parse(Self.toml + "\n[jobs]\n" + text) }
        let found = try #require(errors.list.first)
        #expect(errors.list.count == 1 && found.line == 12 && found.keyPath.hasPrefix("jobs."), "\(errors)")
        #expect(found.code == code || (text.hasSuffix("\"\"") && found.code == .badOrder), "\(errors)")
    }

    @Test func thirtyTwoJobsAreEnough() throws {
        let rows = (1...33).map { "device-\($0) = \"A\"\n" }
        #expect(try parse(Self.toml + "\n[jobs]\n" + rows.prefix(32).joined()).said.jobs.count == 32)
        let errors = try #require(throws: SettingsErrors.self) {
            try parse(Self.toml + "\n[jobs]\n" + rows.joined())
        }
        #expect(errors.list.map(\.code) == [.outOfRange])
    }

    @Test func everyFaultOfAnOrderIsListed() throws {
        let text = "batch = \"\"\ngtin = \"1\"\nlot = \"\"\nexpiry = \"x\"\n"
        let errors = try #require(throws: SettingsErrors.self) { try parse(text) }
        #expect(
            errors.list.filter { $0.code == .badOrder }.map(\.keyPath) == ["batch", "gtin", "lot", "expiry"])
        #expect(errors.list.filter { $0.code == .missingKey }.count == 3)
    }

    @Test(arguments: ["[]", "7", "null", "{", "{\"batch\": 1, \"batch\": 2}", ""])
    func otherJSONIsAnError(_ text: String) {
        #expect(throws: SettingsErrors.self) { try parse(text, json: true) }
    }
}
