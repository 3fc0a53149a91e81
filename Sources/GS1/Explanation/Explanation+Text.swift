extension Explanation {
    /// Columns of a terminal.
    private static let width = 80
    /// Where values begin.
    private static let valueColumn = 32

    /// The explanation for a terminal of 80 columns, a line an element.
    package var lines: [String] {
        var lines = shownText
        lines.append("")
        lines += Self.wrapped(heading, indent: 0)
        if !fields.isEmpty { lines.append("") }
        for field in fields { lines += self.lines(of: field) }
        if !unread.isEmpty, unread.count < text.count {
            lines += Self.wrapped("not read: \(VisibleText(text[unread]).text)", indent: 0)
        }
        if let fault { lines += [""] + verdict(fault) }
        if let elements, let uri = try? elements.digitalLink() {
            lines += ["", "Digital Link"] + Self.cut(uri, width: Self.width)
        }
        return lines
    }

    /// What is wrong with a wrong code, without its elements: the text with a mark, rule and remedy.
    package var faultLines: [String] { fault.map { shownText + verdict($0) } ?? [] }

    /// The text with a mark under the place of the fault.
    private var shownText: [String] {
        let visible = VisibleText(text)
        let rows = visible.rows(width: Self.width)
        let marked = fault.flatMap { fault in
            rows.lastIndex { $0.start <= fault.position }.map { (row: $0, fault: fault) }
        }
        return rows.enumerated().flatMap { number, row in
            guard let marked, marked.row == number else { return [row.text] }
            let column = min(visible.column(of: marked.fault.position, from: row.start), Self.width - 1)
            let label = "byte \(marked.fault.position)"
            let mark = String(repeating: " ", count: column) + "^"
            let fits = column + 2 + label.count <= Self.width
            return [row.text, fits ? "\(mark) \(label)" : mark]
        }
    }

    private var heading: String {
        var text = symbology.map { "\($0.name) (\($0))" } ?? form.name
        text = text.prefix(1).uppercased() + text.dropFirst()
        let count = "\(fields.count) element\(fields.count == 1 ? "" : "s")"
        return fault == nil ? "\(text), \(count): valid." : "\(text), \(count) read: WRONG."
    }

    // MARK: Elements

    private func lines(of field: Field) -> [String] {
        let identifier = "(\(field.ai))"
        var head = identifier + String(repeating: " ", count: max(1, 7 - identifier.count)) + field.ai.title
        let room = Self.valueColumn - head.count
        head += String(repeating: " ", count: max(0, room))
        let indent = String(repeating: " ", count: Self.valueColumn)
        let rows = Self.cut(VisibleText(field.value).text, width: Self.width - Self.valueColumn)
        // A title that leaves no blank before the value stands alone.
        var lines = room > 0 ? [] : [head]
        lines += rows.enumerated().map { ($0 == 0 && room > 0 ? head : indent) + $1 }
        if field.value.isEmpty { lines = ["\(identifier) \(field.ai.title)"] }
        for note in meaning(of: field) + separators(field) { lines += Self.wrapped(note, indent: 7) }
        return lines
    }

    private func separators(_ field: Field) -> [String] {
        let sign = form == .raw ? "^" : "<GS>"
        switch field.separator {
        case .needed: return ["ended by \(sign)"]
        case .needless: return ["a needless \(sign) stands behind it"]
        case .none: break
        }
        guard let (kept, rest) = swallowed(by: field) else { return [] }
        let value = VisibleText(field.value[..<kept]).text
        return ["Was a separator lost? Then this is (\(field.ai))\(value) and \(rest.bracketed)."]
    }

    // MARK: The verdict

    private func verdict(_ fault: GS1Error) -> [String] {
        var place = fault.code.rawValue
        if let ai = fault.ai { place += " in (\(ai)) \(ai.title)" }
        if let partner = fault.partner { place += " beside (\(partner)) \(partner.title)" }
        place += ", byte \(fault.position)"
        var lines = Self.wrapped("\(place): \(fault.code.sentence)", indent: 0)
        if fault.code == .requiredPartnerMissing, let ai = fault.ai {
            lines += Self.wrapped("It needs \(Self.needs(ai)).", indent: 0)
        }
        return lines + Self.wrapped("To do: \(fault.code.remedy(for: form))", indent: 0)
    }

    /// `01,8006 and 21` in words: (01 or 8006) and 21.
    private static func needs(_ ai: ApplicationIdentifier) -> String {
        let needs = ai.requirementsText.split(separator: " and ").map { need in
            need.split(separator: ",").map { $0.replacing("+", with: " with ") }.joined(separator: " or ")
        }
        guard needs.count > 1 else { return needs.joined() }
        return needs.map { $0.contains(" ") ? "(\($0))" : $0 }.joined(separator: " and ")
    }

    // MARK: Columns

    /// Words in rows; what is longer than a row is cut.
    private static func wrapped(_ text: String, indent: Int) -> [String] {
        let space = String(repeating: " ", count: indent)
        var rows: [String] = []
        var row = ""
        for word in text.split(separator: " ") {
            if !row.isEmpty, row.count + 1 + word.count > width - indent {
                rows.append(row)
                row = ""
            }
            row += (row.isEmpty ? "" : " ") + word
        }
        rows.append(row)
        return rows.flatMap { cut($0, width: width - indent) }.map { space + $0 }
    }

    private static func cut(_ text: String, width: Int) -> [String] {
        var rows: [String] = []
        var rest = text[...]
        repeat {
            rows.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        } while !rest.isEmpty
        return rows
    }
}
