import JSONText

/// The report as one page to print and sign: XHTML in UTF-8, no script, nothing from elsewhere.
///
/// Readable in black and white. Whatever stands in the journal is text: it is escaped, and what a browser
/// would not show as it is gets a visible form.
package enum BatchReportHTML {
    /// The whole page.
    package static func page(of report: BatchReport) -> String {
        let layout = BatchReportLayout(report)
        var page = """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>\(escaped(layout.title))</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>\(escaped(layout.title))</h1>

            """
        page += "<p>\(escaped(layout.subtitle))</p>\n"
        for line in layout.verdict { page += "<p class=\"verdict\">\(escaped(line))</p>\n" }
        for section in layout.sections {
            page += "<div>\n<h2>\(escaped(section.title))</h2>\n"
            for block in section.blocks { page += html(of: block) }
            page += "</div>\n"
        }
        return page + "</body>\n</html>\n"
    }

    private static let style = """
        @page { size: A4; margin: 15mm; }
        body { font: 10pt/1.35 sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 0 auto; }
        h1 { font-size: 16pt; margin: 0 0 2mm; overflow-wrap: anywhere; }
        h2 { font-size: 11pt; margin: 5mm 0 1mm; border-bottom: 1pt solid #000; break-after: avoid; }
        p { margin: 1mm 0; overflow-wrap: anywhere; }
        p.verdict { font-weight: bold; }
        table { border-collapse: collapse; margin: 1mm 0 2mm; max-width: 100%; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        th, td { border: 0.5pt solid #666; padding: 0.5mm 1.5mm; text-align: left; vertical-align: top;
        overflow-wrap: anywhere; }
        th.number, td.number { text-align: right; overflow-wrap: normal; }
        table.facts th { font-weight: normal; }
        table.signature { width: 100%; break-inside: avoid; margin-top: 4mm; }
        table.signature th, table.signature td { border: 0; }
        table.signature td { border-bottom: 0.5pt solid #000; height: 11mm; vertical-align: bottom; }
        """

    private static func html(of block: ReportBlock) -> String {
        switch block {
        case .sentence(let text): return "<p>\(escaped(text))</p>\n"
        case .facts(let facts):
            let rows = facts.map { "<tr><th>\(escaped($0.name))</th><td>\(escaped($0.value))</td></tr>\n" }
            return "<table class=\"facts\">\n<tbody>\n\(rows.joined())</tbody>\n</table>\n"
        case .table(let table): return html(of: table)
        case .signatureLines(let meanings):
            return meanings.map { meaning in
                """
                <table class="signature">
                <tbody>
                <tr><th colspan="3">\(escaped(meaning))</th></tr>
                <tr><td>name</td><td>date</td><td>signature</td></tr>
                </tbody>
                </table>

                """
            }.joined()
        }
    }

    private static func html(of table: ReportTable) -> String {
        func cell(_ tag: String, _ column: Int, _ text: String) -> String {
            let isNumber = table.columns.indices.contains(column) && table.columns[column].isNumber
            return "<\(tag)\(isNumber ? " class=\"number\"" : "")>\(escaped(text))</\(tag)>"
        }
        let head = table.columns.enumerated().map { cell("th", $0.offset, $0.element.name) }
        let rows = table.rows.map { row in
            "<tr>\(row.enumerated().map { cell("td", $0.offset, $0.element) }.joined())</tr>\n"
        }
        let more = table.more > 0 ? "<p>... and \(table.more) more</p>\n" : ""
        return
            "<table>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n\(rows.joined())</tbody>\n</table>\n"
            + more
    }

    /// Text that stands for itself between tags and in attributes.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.visible().unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // No characters of XML.
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
