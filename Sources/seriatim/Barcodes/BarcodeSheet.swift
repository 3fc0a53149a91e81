import LineCore
import LineEvents
import Settings

/// The command barcodes of a line, to hang up beside its scanners.
struct BarcodeSheet {
    /// One barcode with what it is for.
    struct Entry: Equatable {
        /// What is in the barcode.
        let text: String
        /// What it does.
        let words: String
        /// What is scanned after it.
        var then: [String] = []
    }

    let line: String
    let groups: [(title: String, entries: [Entry])]

    init(_ configuration: LineConfiguration) {
        line = configuration.name
        groups = [
            ("Always", Self.always), ("Line", Self.line(configuration)),
            ("Items and containers", Self.items),
            ("Reject bin and in-process control", Self.bin(configuration)),
            ("Reasons", Self.reasons(configuration)),
        ]
    }

    private static let always = [
        Entry(text: CommandBarcode.ok.text, words: "I have seen the refusal"),
        Entry(text: CommandBarcode.cancel.text, words: "forget the act that was begun"),
        Entry(text: CommandBarcode.done.text, words: "all of the container was read again"),
        entry(.acknowledge),
    ]

    private static func line(_ configuration: LineConfiguration) -> [Entry] {
        [ScanAct.stop, .hold, .resume, .complete, .suspend].map { entry($0) }
            + configuration.changeover.challenges.map { entry(.challenge, at: $0.rawValue) }
            + configuration.packing.flatMap { station in
                [ScanAct.partial, .byHand, .ownReaders].map { entry($0, at: station.name) }
            }
            .filter { $0.text.utf8.count <= CommandBarcode.maxCharacters }
    }

    private static let items = [
        ScanAct.remove, .add, .replace, .sample, .labelSample, .destroy, .decommission, .dissolve, .move,
        .readAgain, .reprint, .ship,
    ].map { entry($0) }

    private static func bin(_ configuration: LineConfiguration) -> [Entry] {
        let acts = [ScanAct.recover, .reintroduce, .unreadable, .takeOut, .bringBack]
        return acts.filter { $0 != .reintroduce || !configuration.reintroduced.isEmpty }.map { entry($0) }
    }

    private static func entry(_ act: ScanAct, at name: String? = nil) -> Entry {
        Entry(
            text: CommandBarcode.act(act, name: name).text,
            words: act.words + (name.map { " (\($0))" } ?? ""),
            then: act.steps.map { $0.prompt.replacing("scan ", with: "") })
    }

    /// The site's own; where it has none, words that say what happened most often.
    private static func reasons(_ configuration: LineConfiguration) -> [Entry] {
        guard configuration.reasons.isEmpty else {
            return configuration.reasons.map {
                let acts =
                    $0.acts.count == ReasonedAct.allCases.count
                    ? ""
                    : $0.acts.map(\.rawValue)
                        .joined(separator: ", ")
                return Entry(
                    text: CommandBarcode.reason($0.code).text,
                    words: $0.text + (acts.isEmpty ? "" : " (\(acts))"))
            }
        }
        return ["DAMAGED", "SAMPLE", "MISPRINT", "LABEL", "COUNT", "MIX-UP"].map {
            Entry(text: CommandBarcode.reason($0).text, words: $0.lowercased())
        }
    }

    // MARK: Text

    /// One barcode a line: what is in it, what it does, what follows.
    var text: String {
        var text = "Command barcodes of line \(line)\n"
        for group in groups {
            text += "\n\(group.title)\n"
            for entry in group.entries {
                let begin = "  " + entry.text.padded(to: 24) + " "
                text += begin + entry.words + "\n"
                if !entry.then.isEmpty {
                    text +=
                        String(repeating: " ", count: begin.count) + entry.then.joined(separator: ", ") + "\n"
                }
            }
        }
        return text
    }

    // MARK: Page

    /// Pages to print: no script, nothing from elsewhere.
    var page: String {
        var page = """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>Command barcodes of line \(BatchReportHTML.escaped(line))</title>
            <style>
            @page { size: A4; margin: 12mm; }
            body { font: 9pt/1.3 sans-serif; color: #000; background: #fff; max-width: 186mm;
            margin: 0 auto; }
            h1 { font-size: 15pt; margin: 0 0 2mm; }
            h2 { font-size: 11pt; margin: 5mm 0 1mm; border-bottom: 1pt solid #000; break-after: avoid; }
            section { display: flex; flex-wrap: wrap; }
            figure { width: 86mm; margin: 2mm 6mm 4mm 0; break-inside: avoid; }
            figcaption { overflow-wrap: anywhere; }
            svg { display: block; height: 13mm; }
            </style>
            </head>
            <body>
            <h1>Command barcodes of line \(BatchReportHTML.escaped(line))</h1>

            """
        for group in groups {
            page += "<h2>\(group.title)</h2>\n<section>\n"
            for entry in group.entries { page += Self.figure(entry) }
            page += "</section>\n"
        }
        return page + "</body>\n</html>\n"
    }

    /// 0.33 mm a module; a handheld scanner reads that from half a metre.
    private static func figure(_ entry: Entry) -> String {
        guard let symbol = Code128(entry.text) else { return "" }
        let quiet = 10
        let width = symbol.moduleCount + 2 * quiet
        var path = ""
        var place = quiet
        for (index, modules) in symbol.widths.enumerated() {
            if index.isMultiple(of: 2) { path += "M\(place) 0h\(modules)v1h-\(modules)z" }
            place += modules
        }
        let millimetres = min(86, Double(width) * 0.33)
        let then = entry.then.isEmpty ? "" : "<br/>then " + entry.then.joined(separator: ", ")
        let text = BatchReportHTML.escaped(entry.text)
        return """
            <figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) 1" \
            preserveAspectRatio="none" style="width:\(millimetres)mm"><title>\(text)</title>\
            <path d="\(path)"/></svg><figcaption><b>\(text)</b><br/>\
            \(BatchReportHTML.escaped(entry.words))\(then)</figcaption></figure>

            """
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
