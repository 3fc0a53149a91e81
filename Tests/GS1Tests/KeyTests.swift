import GS1
import Testing

/// Goal: keys hold exactly what their check digit allows. Method: published examples and each wrong digit.
@Suite struct KeyTests {
    /// GS1 General Specifications, section 7.9.1: the sum is the same whatever the key.
    @Test(arguments: ["09506000134352", "4012345678901", "416000336108", "02345680", "106141412345678908"])
    func checkDigitsOfExamples(text: String) throws {
        let digits = Array(text.utf8)
        #expect(CheckDigit.isValid(digits: digits))
        #expect(CheckDigit.compute(digits: digits.dropLast()) == digits.last)
        let number = try #require(UInt64(text))
        #expect(CheckDigit.isValid(number) && CheckDigit.compute(number / 10) == number % 10)
        for place in digits.indices {
            for other in UInt8(0x30)...0x39 where other != digits[place] {
                var wrong = digits
                wrong[place] = other
                #expect(!CheckDigit.isValid(digits: wrong))
            }
        }
    }

    @Test func checkDigitsNeedDigits() {
        #expect(CheckDigit.compute(digits: []) == nil)
        #expect(CheckDigit.compute(digits: Array("12a".utf8)) == nil)
        #expect(!CheckDigit.isValid(digits: []) && !CheckDigit.isValid(digits: Array("7".utf8)))
    }

    /// Section 3.3.2: every GTIN is its 14 digits.
    @Test(
        arguments: [
            ("09506000134352", "09506000134352", 0, "9506000134352"),
            ("4012345678901", "04012345678901", 0, "4012345678901"),
            ("416000336108", "00416000336108", 0, "416000336108"),
            ("02345680", "00000002345680", 0, "02345680"),
            ("24012345678905", "24012345678905", 2, "24012345678905"),
        ] as [(String, String, Int, String)])
    func gtinsAreNormalised(text: String, normal: String, indicator: Int, short: String) throws {
        let gtin = try GTIN(text)
        #expect(gtin.text == normal && gtin.description == normal && gtin.digits == Array(normal.utf8))
        #expect(gtin.indicator == indicator && gtin.text(as: gtin.format) == short)
        #expect(try GTIN(number: gtin.number) == gtin && GTIN(digits: Array(normal.utf8)) == gtin)
    }

    @Test(
        arguments: [
            ("", GS1Error.Code.wrongKeyLength, 0), ("095060001343520", .wrongKeyLength, 0),
            ("123456789", .wrongKeyLength, 0),
            ("0950600013435X", .notNumeric, 13), ("09506000134353", .wrongCheckDigit, 13),
            ("02345689", .wrongCheckDigit, 7),
            ("０2345680", .wrongKeyLength, 0),
        ] as [(String, GS1Error.Code, Int)])
    func otherGTINsAreRefused(text: String, code: GS1Error.Code, position: Int) {
        #expect(throws: GS1Error(code, at: position)) { try GTIN(text) }
    }

    /// Section 2.1.7: a case of the item has its own check digit.
    @Test func indicatorsChangeTheCheckDigit() throws {
        let item = try GTIN("09506000134352")
        let level = try item.with(indicator: 1)
        #expect(level.text == "19506000134359")
        #expect(try level.with(indicator: 0) == item)
        #expect(throws: GS1Error(.badIndicator)) { try item.with(indicator: 10) }
        #expect(throws: GS1Error(.badIndicator)) { try item.with(indicator: -1) }
    }

    /// Section 3.3.1: extension, prefix, reference, check digit.
    @Test func ssccsAreMadeOfParts() throws {
        let sscc = try SSCC.make(extension: 1, companyPrefix: "0614141", serialReference: 234_567_890)
        #expect(sscc.text == "106141412345678908")
        #expect(sscc.extensionDigit == 1 && sscc.checkDigit == 8)
        #expect(sscc.serialReference(prefixLength: 7) == 234_567_890)
        #expect(sscc.serialReference(prefixLength: 13) == nil)
        #expect(try SSCC(withoutCheckDigit: Array("10614141234567890".utf8)) == sscc)
        #expect(try SSCC("106141412345678908") == sscc)
        #expect(SSCC.capacity(companyPrefix: "0614141") == 1_000_000_000)
        #expect(
            try SSCC.make(extension: 9, companyPrefix: "999999999999", serialReference: 9999).text.count == 18
        )
    }

    @Test func ssccPartsHaveLimits() {
        func make(_ digit: Int, _ prefix: String, _ reference: UInt64) throws(GS1Error) -> SSCC {
            try SSCC.make(extension: digit, companyPrefix: prefix, serialReference: reference)
        }
        #expect(throws: GS1Error(.badIndicator)) { try make(10, "0614141", 0) }
        #expect(throws: GS1Error(.badPrefixLength)) { try make(0, "06141", 0) }
        #expect(throws: GS1Error(.badPrefixLength)) { try make(0, "0614141061414", 0) }
        #expect(throws: GS1Error(.notNumeric, at: 3)) { try make(0, "061x141", 0) }
        #expect(throws: GS1Error(.wrongKeyLength)) { try make(0, "0614141", 1_000_000_000) }
        #expect(throws: GS1Error(.wrongKeyLength)) { try make(0, "0614141", .max) }
        #expect(throws: GS1Error(.wrongCheckDigit, at: 17)) { try SSCC("106141412345678907") }
        #expect(throws: GS1Error(.wrongKeyLength)) { try SSCC(number: .max) }
        #expect(throws: GS1Error(.wrongKeyLength)) {
            try SSCC(withoutCheckDigit: Array("1061414123456789".utf8))
        }
    }

    @Test func glns() throws {
        #expect(try GLN("9506000134376").text == "9506000134376")
        #expect(throws: GS1Error(.wrongCheckDigit, at: 12)) { try GLN("9506000134377") }
        #expect(throws: GS1Error(.wrongKeyLength)) { try GLN("09506000134376") }
    }

    /// Section 3.5.2, and section 7.11 for the characters.
    @Test func serialsHoldUpToTwentyCharacters() throws {
        let alphabet = Array(
            "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
        #expect(alphabet.count == 82)
        for length in 1...20 {
            for start in stride(from: 0, to: 82, by: 7) {
                let bytes = (0..<length).map { alphabet[(start + $0) % 82] }
                let serial = try SerialNumber(bytes: bytes)
                #expect(serial.bytes == bytes && serial.count == length)
                #expect(try SerialNumber(serial.text) == serial)
            }
        }
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            #expect(throws: GS1Error(.notCSET82, at: 1)) { try SerialNumber(bytes: [0x41, byte]) }
        }
        #expect(throws: GS1Error(.badSerial)) { try SerialNumber("") }
        #expect(throws: GS1Error(.badSerial)) { try SerialNumber("123456789012345678901") }
        #expect(MemoryLayout<SerialNumber>.size == 20)
    }

    @Test func serialsOrderAsTheirText() throws {
        let texts = [
            "1", "10", "11", "2", "A", "A0000001", "A00000010", "A0000002", "ABCDEFGHIJKLMNOPQRST", "a",
        ]
        #expect(try texts.map { try SerialNumber($0) }.sorted().map(\.text) == texts)
        #expect(try Set(texts.map { try SerialNumber($0) }).count == texts.count)
    }
}
