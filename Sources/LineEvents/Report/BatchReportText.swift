import JSONText

/// The report as plain text of at most ``maxColumns`` columns, for a terminal or a line printer.
package enum BatchReportText {
    /// Columns of the widest line.
    package static let maxColumns = 100

    /// The whole report, each line with its end.
    package static func text(of report: BatchReport) -> String {
        let layout = BatchReportLayout(report)
        var lines = wrap(layout.title.visible(), maxColumns)
        lines.append(String(repeating: "=", count: min(layout.title.count, maxColumns)))
        for line in [layout.subtitle] + layout.verdict { lines += wrap(line.visible(), maxColumns) }
        for section in layout.sections {
            lines += ["", section.title.uppercased()]
            var isBehindTable = false
            for block in section.blocks {
                if isBehindTable { lines.append("") }
                lines += self.lines(of: block).map { $0.isEmpty ? "" : "  " + $0 }
                if case .table = block { isBehindTable = true } else { isBehindTable = false }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let width = maxColumns - 2

    private static func lines(of block: ReportBlock) -> [String] {
        switch block {
        case .sentence(let text): wrap(text.visible(), width)
        case .facts(let facts): table(facts.map { [$0.name, $0.value] }, numbers: [false, false])
        case .table(let table): lines(of: table)
        case .signatureLines(let meanings): meanings.flatMap(signatureLines)
        }
    }

    private static func signatureLines(_ meaning: String) -> [String] {
        func blank(_ count: Int) -> String { String(repeating: "_", count: count) }
        return ["", meaning, "", "name \(blank(28))  date \(blank(14))  signature \(blank(30))"]
    }

    private static func lines(of table: ReportTable) -> [String] {
        let names = table.columns.map(\.name)
        let rule = names.map { String(repeating: "-", count: $0.count) }
        var lines = self.table([names, rule] + table.rows, numbers: table.columns.map(\.isNumber))
        if table.more > 0 { lines.append("... and \(table.more) more") }
        return lines
    }

    /// Rows of cells in columns; what is too wide for the page is wrapped within its column.
    private static func table(_ rows: [[String]], numbers: [Bool]) -> [String] {
        let rows = rows.map { row in row.map { $0.visible() } }
        let widths = widths(rows, columns: numbers.count)
        return rows.flatMap { row in
            let cells = row.enumerated().map { wrap($0.element, widths[$0.offset]) }
            return (0..<(cells.map(\.count).max() ?? 0)).map { line in
                var text = ""
                for (column, cell) in cells.enumerated() {
                    let part = line < cell.count ? cell[line] : ""
                    let blanks = String(repeating: " ", count: max(0, widths[column] - part.count))
                    text += (column > 0 ? "  " : "") + (numbers[column] ? blanks + part : part + blanks)
                }
                while text.last == " " { text.removeLast() }
                return text
            }
        }
    }

    /// Each column as wide as its widest cell, unless together they are wider than the page: then the widest
    /// give way.
    private static func widths(_ rows: [[String]], columns: Int) -> [Int] {
        var widths = (0..<columns).map { column in
            max(1, rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0)
        }
        let room = width - 2 * (columns - 1)
        while widths.reduce(0, +) > room, let widest = widths.max(), widest > 1 {
            // As far as the next widest, or as far as needed, at once.
            let next = widths.filter { $0 < widest }.max() ?? 1
            let excess = widths.reduce(0, +) - room
            if let column = widths.lastIndex(of: widest) {
                widths[column] -= max(1, min(widest - next, excess))
            }
        }
        return widths
    }

    /// A text in lines of at most `width` characters, broken at blanks; longer words are broken anywhere.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var rest = word
            if !line.isEmpty, line.count + 1 + rest.count <= width {
                line += " " + rest
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            line = String(rest)
        }
        return lines + [line]
    }
}
