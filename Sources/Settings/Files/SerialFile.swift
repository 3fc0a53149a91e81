import Crypto
import LineCore
import SystemIO

/// Serials read from a file, with what the journal must know about the file.
package struct LoadedSerials: Sendable {
    /// The serials in the order of the file, none twice.
    package var table: SerialTable
    /// SHA-256 of the bytes, 64 hexadecimal digits, lower case.
    package var sha256: String
    /// The file, byte for byte.
    package var bytes: [UInt8]
}

/// What a serial file may hold at most.
package struct SerialLimits: Equatable, Sendable {
    /// Largest file, in bytes.
    package var maxBytes: Int
    /// Most serials.
    package var maxCount: Int

    /// - Parameters:
    ///   - maxBytes: Largest file; 64 MiB unless given.
    ///   - maxCount: Most serials; 2,000,000 unless given, never more than a ``SerialTable`` holds.
    package init(maxBytes: Int = 64 << 20, maxCount: Int = 2_000_000) {
        self.maxBytes = maxBytes
        self.maxCount = min(maxCount, SerialTable.maxCount)
    }
}

/// Reads serial numbers from a text or CSV file: one a line, line ends LF or CR LF, the last may be missing.
///
/// A first line `serial` is a header. In a file whose name ends in `.csv` a serial may stand in double
/// quotes, with `""` for a quote in it, and a comma outside quotes begins a second column, which is a fault;
/// in any other file every byte of a line belongs to the serial. A serial has 1 to 20 characters of GS1 set
/// 82.
///
/// All or nothing: one fault, and no serial is taken. Messages name lines, never serials.
package enum SerialFile {
    /// Reading ends after this many faults.
    static let maxFaults = 100

    /// Reads a file.
    ///
    /// - Parameter account: Only what this Unix account may read; `nil`: what the process may.
    /// - Throws: ``SettingsErrors`` with the first ``maxFaults`` faults.
    /// - Complexity: O(bytes).
    package static func load(
        _ path: String, limits: SerialLimits = SerialLimits(), for account: UInt32? = nil
    ) throws(SettingsErrors) -> LoadedSerials {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try DurableFile.read(path, maxBytes: limits.maxBytes, for: account)
        } catch {
            throw SettingsErrors(list: [error.settingsError(file: path, maxBytes: limits.maxBytes)])
        }
        return try parse(bytes, name: path, limits: limits)
    }

    /// Reads serials from the bytes of a file, at intake or again at recovery.
    ///
    /// - Parameter name: Stands for the file in errors; `.csv` at its end makes it CSV.
    package static func parse(
        _ bytes: [UInt8], name: String, limits: SerialLimits = SerialLimits()
    ) throws(SettingsErrors) -> LoadedSerials {
        var reader = SerialReader(name: name, limits: limits)
        reader.read(bytes)
        guard reader.errors.isEmpty else { throw SettingsErrors(list: reader.errors) }
        return LoadedSerials(table: reader.table, sha256: hex(SHA256.hash(data: bytes)), bytes: bytes)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Reads the lines of one serial file.
struct SerialReader {
    /// Longest serial, AI (21).
    static let maxSerialBytes = 20
    private static let header = Array("serial".utf8)
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    let name: String
    let limits: SerialLimits
    private let isCSV: Bool
    private(set) var table = SerialTable()
    private(set) var errors: [SettingsError] = []
    private var line = 0
    private var isFull = false
    /// Lines before the present one that gave no serial, in order.
    private var linesWithout: [Int] = []

    init(name: String, limits: SerialLimits) {
        self.name = name
        self.limits = limits
        isCSV = name.utf8.suffix(4).map { $0 | 0x20 } == Array(".csv".utf8)
    }

    /// Reads the whole file; what is wrong stands in ``errors``.
    mutating func read(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.starts(with: Self.byteOrderMark) { rest = rest.dropFirst(3) }
        var start = rest.startIndex
        while start < rest.endIndex {
            let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            line += 1
            var text = rest[start..<end]
            if text.last == UInt8(ascii: "\r") { text = text.dropLast() }
            take(text)
            if isFull { return }
            if errors.count >= SerialFile.maxFaults { return stopReading() }
            start = end + 1
        }
        if table.count == 0, errors.isEmpty {
            fail(.serialCount, "the file holds no serial", "Check that it is the right file.", atLine: nil)
        }
    }

    private mutating func take(_ text: ArraySlice<UInt8>) {
        if line == 1, text.elementsEqual(Self.header) { return linesWithout.append(line) }
        guard !isCSV else { return takeColumn(text) }
        takeSerial(text)
    }

    private mutating func takeColumn(_ text: ArraySlice<UInt8>) {
        guard text.first == UInt8(ascii: "\"") else {
            guard !text.contains(UInt8(ascii: ",")) else {
                return fail(
                    .badSerial, "the line has a second column",
                    "Keep the column of serials; quote one with a comma.")
            }
            return takeSerial(text)
        }
        guard let serial = Self.unquoted(text) else {
            return fail(.badSerial, "the quotes do not match", "Write \"...\", and \"\" for a quote in it.")
        }
        if line == 1, serial == Self.header { return linesWithout.append(line) }
        takeSerial(serial[...])
    }

    /// The content of a quoted CSV field that fills the line, or `nil`.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.last == quote else { return nil }
        var content: [UInt8] = []
        var isHalf = false
        for byte in text.dropFirst().dropLast() {
            if isHalf, byte != quote { return nil }
            if byte == quote, !isHalf {
                isHalf = true
            } else {
                content.append(byte)
                isHalf = false
            }
        }
        return isHalf ? nil : content
    }

    private mutating func takeSerial(_ serial: ArraySlice<UInt8>) {
        guard !serial.isEmpty else {
            return fail(.emptyLine, "the line is empty", "Remove it.")
        }
        guard serial.count <= Self.maxSerialBytes else {
            return fail(
                .badSerial, "the serial has \(serial.count) characters",
                "A serial has 1 to \(Self.maxSerialBytes); check for a second column.")
        }
        if let place = serial.firstIndex(where: { !Self.isOfSet82($0) }) {
            return fail(
                .badSerial, "character \(place - serial.startIndex + 1) is not of GS1 set 82",
                "Remove blanks, accents and control characters.")
        }
        guard table.count < limits.maxCount else {
            isFull = true
            return fail(
                .serialCount, "the file holds more than \(limits.maxCount) serials", "Import it in parts.")
        }
        guard table.append(serial) else { return failRepeated(serial) }
    }

    private mutating func failRepeated(_ serial: ArraySlice<UInt8>) {
        let first = table.position(of: serial).map(lineOfSerial).map { " in line \($0)" } ?? ""
        fail(
            .repeatedSerial, "the serial stands\(first) already",
            "Ask the source for serials without repeats.")
    }

    /// Whether a byte is of GS1 set 82: bits 0x20 to 0x3F, then 0x40 to 0x7F.
    ///
    /// - Source: GS1 General Specifications, figure 7.11-1.
    private static func isOfSet82(_ byte: UInt8) -> Bool {
        guard byte < 0x80 else { return false }
        let half: UInt64 = byte < 0x40 ? 0xFFFF_FFE6_0000_0000 : 0x07FF_FFFE_87FF_FFFE
        return half >> UInt64(byte & 0x3F) & 1 == 1
    }

    /// The line of a serial already taken.
    private func lineOfSerial(_ position: Int) -> Int {
        var found = position + 1
        for without in linesWithout where without <= found { found += 1 }
        return found
    }

    private mutating func fail(_ code: SettingsError.Code, _ text: String, _ remedy: String) {
        linesWithout.append(line)
        fail(code, text, remedy, atLine: line)
    }

    private mutating func fail(
        _ code: SettingsError.Code, _ text: String, _ remedy: String, atLine line: Int?
    ) {
        errors.append(SettingsError(code, file: name, line: line, text, remedy))
    }

    private mutating func stopReading() {
        let text = "reading stopped after \(errors.count) faults"
        fail(.more, text, "Correct these first.", atLine: line)
    }
}
