import ArgumentParser
import GS1
import SystemIO

/// `seriatim gs1 encode`: elements in every form they can be written in.
struct GS1EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode", abstract: "Write elements in the forms codes have.",
        discussion: """
            ELEMENT is AI=VALUE, one or more; or one code of any form, to be written in another. A code has \
            at most \(ElementString.maxBytes) bytes and \(ElementString.maxElements) elements.

            seriatim gs1 encode 01=09506000134352 21=A1 17=271231 --company-prefix 9506000
            seriatim gs1 encode 'https://example.com/01/09506000134352/21/A1' --to raw

            Prints all forms, characters that do not print by name; with --to that form alone, byte by byte. \
            Exit status 65: the elements break a rule, or have no such form.
            """)
    @Argument(help: "AI=VALUE, or one code.") var element: [String]
    @Option(help: "Write this form alone.") var to: Target?
    @Option(help: "Symbol whose scan is written.") var symbol = Symbol.datamatrix
    @Option(help: "What the Digital Link begins with, in place of https://id.gs1.org.") var stem: String?
    @Option(
        name: .customLong("company-prefix"),
        help:
            "A GS1 company prefix of the site, leading zeros included: an EPC URN needs it. May be repeated.")
    var companyPrefixes: [String] = []

    /// A form to write.
    enum Target: String, ExpressibleByArgument, CaseIterable {
        case scan, raw, bracketed, hri, uri, urn

        var name: String {
            switch self {
            case .scan: "scan"
            case .raw: "raw, ^ for FNC1"
            case .bracketed: "bracketed"
            case .hri: "human readable"
            case .uri: "Digital Link"
            case .urn: "EPC URN"
            }
        }
    }

    /// A symbol that carries element strings.
    enum Symbol: String, ExpressibleByArgument, CaseIterable {
        case datamatrix, qr, code128, databar, dotcode

        var identifier: SymbologyIdentifier {
            switch self {
            case .datamatrix: .gs1DataMatrix
            case .qr: .gs1QR
            case .code128: .gs1_128
            case .databar: .gs1DataBar
            case .dotcode: .gs1DotCode
            }
        }
    }

    func validate() throws {
        for prefix in companyPrefixes where !CompanyPrefixes.isPrefix(prefix.utf8) {
            throw ValidationError("--company-prefix has 6 to 12 digits.")
        }
        // What cannot be read back as a Digital Link is none.
        if let stem, (try? GTIN(digitalLink: "\(stem)/01/09506000134352")) == nil {
            throw ValidationError("--stem is http:// or https://, a host, perhaps a path, and no more.")
        }
        guard element.allSatisfy(Self.isElement) || element.count == 1 else {
            throw ValidationError("Give elements as AI=VALUE, or one code alone.")
        }
    }

    func run() throws {
        let elements = try elements()
        if let to {
            return try write(try text(elements, as: to))
        }
        for target in Target.allCases {
            let name = target.name + String(repeating: " ", count: 17 - target.name.count)
            do {
                let text = try text(elements, as: target)
                for (row, line) in text.split(separator: 0x0A).enumerated() {
                    Output.line(
                        (row == 0 ? name : String(repeating: " ", count: 17)) + VisibleText(line).text)
                }
            } catch let failure as CommandFailure {
                Output.line("\(name)- \(failure.message)")
            }
        }
    }

    private func elements() throws -> ElementString {
        let isList = element.allSatisfy(Self.isElement)
        let code = isList ? Self.bracketed(element) : Array((element.first ?? "").utf8)
        let explanation = Explanation(code, as: isList ? .bracketed : nil, rules: GS1Command.rules)
        guard let elements = explanation.elements else {
            throw CommandFailure(explanation.faultLines.joined(separator: "\n"), status: 65)
        }
        return elements
    }

    private static func isElement(_ text: String) -> Bool {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let identifier = text.utf8[..<equals]
        return (1...5).contains(identifier.count) && identifier.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// `01=09506000134352` as `(01)09506000134352`, which faults are shown in.
    private static func bracketed(_ elements: [String]) -> [UInt8] {
        elements.flatMap { element in
            let parts = element.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Array("(\(parts[0]))".utf8)
                + parts[1].utf8.flatMap { $0 == UInt8(ascii: "(") ? [UInt8(ascii: "\\"), $0] : [$0] }
        }
    }

    private func text(_ elements: ElementString, as target: Target) throws -> [UInt8] {
        do throws(GS1Error) {
            switch target {
            case .scan: return elements.scan(symbol.identifier)
            case .raw: return elements.raw()
            case .bracketed: return Array(elements.bracketed.utf8)
            case .hri: return Array(elements.humanReadable.joined(separator: "\n").utf8)
            case .uri: return Array(try elements.digitalLink(stem: stem).utf8)
            case .urn: return Array(try CompanyPrefixes(companyPrefixes).epcURN(of: elements).utf8)
            }
        } catch {
            let remedy =
                error.code == .unknownPrefix
                ? "Name the prefix with --company-prefix." : error.code.remedy(for: .bracketed)
            let element = error.ai.map { " in (\($0)) \($0.title)" } ?? ""
            throw CommandFailure(
                "\(error.code.rawValue)\(element): \(error.code.sentence) \(remedy)", status: 65)
        }
    }

    private func write(_ text: [UInt8]) throws {
        do {
            try StandardOutput.write(text + [0x0A])
        } catch {
            throw CommandFailure("CLI-110 standard output: \(error). Write it to another place.", status: 74)
        }
    }
}
