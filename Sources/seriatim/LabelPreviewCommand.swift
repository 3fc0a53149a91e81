import ArgumentParser
import ControlAPI
import DeviceCore
import GS1
import LineCore
import Settings

extension LabelCommand {
    /// A label as text, with values as they could be.
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a label will look like, as text.",
            discussion: """
                Each field stands in its place, symbols as [symbology content]. Values that are not given \
                are samples. A GS1 symbol whose content no scanner would take is told below, with status 65. \
                A label that is not ZPL is not drawn: its lines are shown as they are filled.
                """)
        @OptionGroup var client: ClientOptions
        @Argument(help: "File of a template, or the name of one on the line (which has no dot).") var label:
            String
        @Option(help: "What it labels, for the sample of its count: bundle, case, shipper or pallet.")
        var level: PackLevel = .case
        @Option(help: "A value for a place, as lot=L42; may be given again.") var value: [String] = []

        func run() async throws {
            let isFile = label.contains(".") || label.contains("/")
            let text =
                isFile
                ? try LabelCommand.text(of: label)
                : try await client.ask(.label(label), as: LabelAnswer.self).text
            let template: LabelTemplate
            do throws(LabelFile.Fault) {
                template = try LabelFile.template(text)
            } catch {
                throw CommandFailure("LABEL-103 \(label): \(error.text). \(error.remedy)", status: 65)
            }
            let values = try values(for: template)
            let filled: [UInt8]
            do throws(LabelTemplate.Fault) {
                filled = try template.filled(values)
            } catch {
                throw CommandFailure(
                    "CLI-152 \(label): \(error.description). Give other values, or correct it.", status: 65)
            }
            switch template.language {
            case .zpl:
                let drawing = LabelDrawing(filled)
                show(lines(drawing), drawing.symbols)
                try judge(drawing)
            case .text: show(filled.split(separator: 0x0A).map { ByteText.text($0) })
            }
        }

        private func lines(_ drawing: LabelDrawing) -> [String] {
            LabelPreview.lines(drawing) { symbol in
                Self.text(symbol)
            }
        }

        private static func text(_ symbol: LabelSymbol) -> String {
            guard symbol.isGS1 else { return symbol.plainText }
            return (try? ElementString.parse(elements: symbol.data, rules: oneSymbol).bracketed)
                ?? symbol.plainText
        }

        private func show(_ lines: [String], _ symbols: [LabelSymbol] = []) {
            guard client.json else { return lines.forEach(Output.line) }
            var answer = LabelPreviewAnswer()
            answer.lines = lines
            answer.symbols = symbols.map { symbol in
                var said = LabelPreviewSymbol()
                (said.kind, said.content) = (symbol.name, Self.text(symbol))
                return said
            }
            Output.json(answer)
        }

        /// What stands in another symbol of the label is no fault of this one.
        private static let oneSymbol = ElementString.Rules(requiresPartners: false)

        /// Each GS1 symbol alone, then all of them as what one label says.
        private func judge(_ drawing: LabelDrawing) throws(CommandFailure) {
            do throws(GS1Error) {
                var read: [ElementString] = []
                for symbol in drawing.symbols where symbol.isGS1 {
                    read.append(try ElementString.parse(elements: symbol.data, rules: Self.oneSymbol))
                }
                if !read.isEmpty { _ = try ElementString.combine(read) }
            } catch {
                try Output.end()
                throw CommandFailure(
                    "CLI-153 \(label): \(error) Correct the symbol in the template.", status: 65)
            }
        }

        private func values(for template: LabelTemplate) throws(CommandFailure) -> [String: String] {
            var values = Self.samples(level)
            for pair in value {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                    String.init)
                guard parts.count == 2, LabelSettings.places.contains(parts[0]) else {
                    throw CommandFailure(
                        "CLI-151 --value \(pair): this is no value for a place. Write NAME=VALUE, one of: "
                            + "\(LabelSettings.places.joined(separator: ", ")).", status: 64)
                }
                values[parts[0]] = parts[1]
            }
            return values.filter { template.names.contains($0.key) }
        }

        /// A value for every place there is; the numbers have their right check digits.
        private static func samples(_ level: PackLevel) -> [String: String] {
            let counts: [PackLevel: (items: Int, units: Int)] = [
                .bundle: (5, 5), .case: (10, 10), .shipper: (4, 40), .pallet: (6, 240),
            ]
            var samples = Dictionary(uniqueKeysWithValues: LabelSettings.places.map { ($0, "1") })
            samples.merge([
                "sscc": "395060000000000016", "gtin": "09506000134352",
                "product": "Sample product 20 mg, 30 pcs",
                "lot": "LOT1A", "expiry": "491231", "expiryText": "2049-12-31",
                "count": String(counts[level]?.items ?? 1), "units": String(counts[level]?.units ?? 1),
            ]) { $1 }
            return samples
        }
    }
}

/// A label as text, for programs.
struct LabelPreviewAnswer: ControlPayload {
    /// The lines, with the frame.
    var lines: [String] = []
    /// The symbols of a drawing, from the top down.
    var symbols: [LabelPreviewSymbol] = []

    mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.texts("lines", &lines)
        try visitor.list("symbols", &symbols)
    }
}

/// A symbol of a label, for programs.
struct LabelPreviewSymbol: ControlPayload {
    /// Its symbology.
    var kind = ""
    /// A GS1 symbol's elements with brackets, another's data.
    var content = ""

    mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("kind", &kind)
        try visitor.text("content", &content)
    }
}

extension PackLevel: ExpressibleByArgument {}

extension ClientOptions {
    fileprivate func ask<Answer: ControlPayload>(
        _ request: ControlRequest, as type: Answer.Type
    ) async throws -> Answer {
        try await ask(request)
    }
}
