import LineCore

/// Reads the lines of one serial file; the forms of a line are those of ``SerialFile``.
struct SerialReader {
    private static let header = Array("serial".utf8)
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineFeed = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let separator = PayloadList.separator

    let name: String
    let limits: SerialLimits
    let market: Market?
    /// What the lines are.
    private(set) var form: SerialForm
    /// The form was told: nobody is asked whether it is meant.
    private let isKept: Bool
    private(set) var table = SerialTable()
    private(set) var gtin: String?
    private(set) var errors: [SettingsError] = []
    private var line = 0
    private var isFull = false
    /// Lines before the present one that gave no serial, in order.
    private var linesWithout: [Int] = []

    init(name: String, limits: SerialLimits, market: Market? = nil, form: SerialForm? = nil) {
        self.name = name
        self.limits = limits
        self.market = market
        self.form = form ?? (SerialForm.isCSV(name) ? .commas : .text)
        isKept = form != nil
    }

    /// Reads the whole file; what is wrong stands in ``errors``.
    mutating func read(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.starts(with: Self.byteOrderMark) { rest = rest.dropFirst(3) }
        if !isKept, form == .commas, !findForm(rest) { return }
        var start = rest.startIndex
        while start < rest.endIndex {
            let end = rest[start...].firstIndex(of: Self.lineFeed) ?? rest.endIndex
            line += 1
            let text = Self.withoutReturn(rest[start..<end])
            take(text)
            if isFull { return }
            if errors.count >= SerialFile.maxFaults { return stopReading() }
            start = end + 1
        }
        if table.count == 0, errors.isEmpty {
            fail(.serialCount, "the file holds no serial", "Check that it is the right file.", atLine: nil)
        }
    }

    // MARK: Form

    /// Finds out what stands between the columns of a CSV file.
    ///
    /// - Returns: `false` for a file that looks like a table of another kind than its header says.
    private mutating func findForm(_ bytes: ArraySlice<UInt8>) -> Bool {
        let end = bytes.firstIndex(of: Self.lineFeed) ?? bytes.endIndex
        let first = Self.withoutReturn(bytes[..<end])
        if let found = SerialForm.tables.first(where: { Self.isHeader(first, $0) }) {
            form = found
            return true
        }
        let begins = Self.fields(first, nil)?.first?.elementsEqual(Self.header) == true
        let rest = begins ? bytes[end...].dropFirst() : bytes
        for other in [SerialForm.semicolons, .tabs] where Self.everyLine(of: rest, has: other.mark) {
            fail(
                .badSerial,
                "every line has a \(other.words), and nothing says that it stands between columns",
                "Begin the file with the line serial\(other.shown)payload if it does, "
                    + "else with serial,payload.",
                atLine: begins ? 2 : 1)
            return false
        }
        return true
    }

    /// Whether the mark is in every line, and a comma in none. Most files are told by their first line.
    private static func everyLine(of bytes: ArraySlice<UInt8>, has mark: UInt8?) -> Bool {
        var lines = 0
        var rest = bytes
        while !rest.isEmpty {
            let end = rest.firstIndex(of: lineFeed) ?? rest.endIndex
            let line = withoutReturn(rest[..<end])
            if !line.isEmpty {
                guard line.contains(where: { $0 == mark }), !line.contains(UInt8(ascii: ",")) else {
                    return false
                }
                lines += 1
            }
            rest = rest[end...].dropFirst()
        }
        return lines > 0
    }

    private static func withoutReturn(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.last == UInt8(ascii: "\r") ? text.dropLast() : text
    }

    /// `serial` and `payload` with the form's mark between them.
    private static func isHeader(_ text: ArraySlice<UInt8>, _ form: SerialForm) -> Bool {
        guard let mark = form.mark else { return false }
        let columns = header + [mark] + Array("payload".utf8)
        return fields(text, mark)?.joined(separator: [mark]).elementsEqual(columns) == true
    }

    // MARK: Lines

    private mutating func take(_ text: ArraySlice<UInt8>) {
        if line == 1, text.elementsEqual(Self.header) { return linesWithout.append(line) }
        guard let mark = form.mark else { return take(plain: text) }
        guard let fields = Self.fields(text, mark) else {
            return fail(.badSerial, "the quotes do not match", "Write \"...\", and \"\" for a quote in it.")
        }
        guard fields.count <= 2 else {
            return fail(
                .badSerial, "the line has \(fields.count) columns",
                "Keep the columns of serial and payload; quote one with a \(form.words).")
        }
        if line == 1, Self.isHeader(text, form) || (fields.count == 1 && fields[0].elementsEqual(Self.header))
        {
            return linesWithout.append(line)
        }
        take(serialOrCode: fields[0], payload: fields.count > 1 ? fields[1] : nil)
    }

    /// A line of text. What was kept was judged when it came.
    private mutating func take(plain text: ArraySlice<UInt8>) {
        guard !isKept else { return take(serialOrCode: text, payload: nil) }
        if text.count > 1, text.first == Self.quote, text.last == Self.quote {
            return fail(
                .badSerial, "the line stands in double quotes",
                "Take them away, or name the file .csv, where they are no part of the serial.")
        }
        if line == 1, SerialForm.tables.contains(where: { Self.isHeader(text, $0) }) {
            return fail(
                .badSerial, "the line is the header of a table", "Name the file .csv, or take the line away.")
        }
        take(serialOrCode: text, payload: nil)
    }

    /// The fields of a CSV line, quotes taken away; `nil` where a quote does not match.
    private static func fields(_ text: ArraySlice<UInt8>, _ mark: UInt8?) -> [ArraySlice<UInt8>]? {
        // Nearly every line is a serial without quotes or mark.
        guard text.contains(where: { $0 == quote || $0 == mark }) else { return [text] }
        var fields: [ArraySlice<UInt8>] = []
        var rest = text
        while true {
            guard rest.first == quote else {
                let end = rest.firstIndex { $0 == mark }
                fields.append(rest[..<(end ?? rest.endIndex)])
                guard let end else { return fields }
                rest = rest[(end + 1)...]
                continue
            }
            guard let (field, behind) = unquoted(rest) else { return nil }
            fields.append(field)
            guard let next = behind.first else { return fields }
            guard next == mark else { return nil }
            rest = behind.dropFirst()
        }
    }

    /// The content of the quoted field that begins here, and what stands behind it; `nil` if it does not end.
    private static func unquoted(
        _ text: ArraySlice<UInt8>
    ) -> (field: ArraySlice<UInt8>, behind: ArraySlice<UInt8>)? {
        var content: [UInt8] = []
        var at = text.startIndex + 1
        while at < text.endIndex {
            if text[at] != quote {
                content.append(text[at])
            } else if at + 1 < text.endIndex, text[at + 1] == quote {
                content.append(quote)
                at += 1
            } else {
                return (content[...], text[(at + 1)...])
            }
            at += 1
        }
        return nil
    }

    private mutating func take(serialOrCode text: ArraySlice<UInt8>, payload: ArraySlice<UInt8>?) {
        do throws(SerialPayload.Fault) {
            if let payload {
                take(serial: text, try SerialPayload(bracketed: payload))
            } else if text.contains(Self.separator) {
                try take(code: text)
            } else {
                take(serial: text, nil)
            }
        } catch {
            fail(.badPayload, error.text, error.remedy)
        }
    }

    /// What the whole code says: GTIN, serial, then the payload.
    private mutating func take(code: ArraySlice<UInt8>) throws(SerialPayload.Fault) {
        let (found, serial, payload) = try SerialPayload.parse(code: code)
        guard table.count == 0 || gtin == found else {
            throw SerialPayload.Fault(
                "the code is of another GTIN than the lines before, or they have none",
                "Import the serials of each GTIN as a file of their own.")
        }
        gtin = found
        take(serial: serial[...], payload)
    }

    // MARK: Serials

    private mutating func take(serial: ArraySlice<UInt8>, _ payload: SerialPayload?) {
        guard !serial.isEmpty else {
            return fail(.emptyLine, "the line is empty", "Remove it.")
        }
        if let (text, remedy) = fault(of: serial) { return fail(.badSerial, text, remedy) }
        if let fault = fault(of: payload) { return fail(.badPayload, fault.text, fault.remedy) }
        guard table.count < limits.maxCount else {
            isFull = true
            return fail(
                .serialCount, "the file holds more than \(limits.maxCount) serials", "Import it in parts.")
        }
        guard let payload else {
            if !table.append(serial) { failRepeated(serial) }
            return
        }
        if table.count == 0 { table = SerialTable(payload: payload.identifiers) }
        if !table.append(serial, with: payload) { failRepeated(serial) }
    }

    private func fault(of serial: ArraySlice<UInt8>) -> (String, String)? {
        let longest = market?.serialLengths.upperBound ?? limits.maxSerialBytes
        guard serial.count <= longest else {
            return (
                "the serial has \(serial.count) characters",
                "A serial has 1 to \(longest); check for a second column."
            )
        }
        if let place = serial.firstIndex(where: { !Self.isOfSet82($0) }) {
            return (
                "character \(place - serial.startIndex + 1) is not of GS1 set 82",
                "Remove blanks, accents and control characters."
            )
        }
        return market?.fault(serial: serial).map { ($0, "Ask the source for serials of this market.") }
    }

    private func fault(of payload: SerialPayload?) -> SerialPayload.Fault? {
        guard table.count == 0 || table.takes(payload) else {
            return SerialPayload.Fault(
                "the payload has other elements than that of the first serial",
                "Import serials with the same elements, in one order, as a file of their own.")
        }
        return payload?.fault ?? (table.count == 0 ? payload?.partnerFault(in: market) : nil)
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

    // MARK: Faults

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
