import ArgumentParser
import ControlAPI
import GS1
import SystemIO

/// `seriatim gs1 explain`: what a code says, field by field, and what is wrong with it.
struct GS1ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what a code says, field by field, and what is wrong with it.",
        discussion: """
            CODE is a scan (]d2...), an element string with or without ^ for FNC1, bracketed text, human \
            readable interpretation, a Digital Link, an EPC URN, or the digits of a GTIN or SSCC. Without \
            CODE the codes are read from standard input, one a line: start it and scan. Characters that do \
            not print are shown by name, such as <GS>; in CODE, \u{241D} stands for GS. A code has at most \
            \(ElementString.maxBytes) bytes and \(ElementString.maxElements) elements.

            seriatim gs1 explain '(01)09506000134352(21)A1(17)271231'

            Exit status 0: every code is valid. 65: one is not.
            """)
    @Argument(help: "The code; from standard input without.") var code: String?
    @Option(help: "How it is written, where the guess is wrong.") var form: CodeForm?

    func run() throws {
        var isValid = true
        if let code {
            isValid = explain(Array(code.asScanned.utf8))
        } else {
            isValid = try explainInput()
        }
        if !isValid { throw ExitCode(65) }
    }

    private func explain(_ code: [UInt8]) -> Bool {
        let explanation = Explanation(code, as: form, rules: GS1Command.rules)
        for line in explanation.lines { Output.line(line) }
        return explanation.fault == nil
    }

    /// Explains the codes of standard input as they come; empty lines are none.
    private func explainInput() throws -> Bool {
        var reader = LineReader(maxLineBytes: ElementString.maxBytes + 2)
        var verdicts: [Bool] = []
        do throws(SystemError) {
            while let lines = try reader.next() {
                for line in lines where line != .bytes([]) && line != .bytes([0x0D]) {
                    if !verdicts.isEmpty { Output.line(String(repeating: "-", count: 80)) }
                    verdicts.append(explain(line))
                }
                Output.flush()
            }
        } catch {
            throw CommandFailure("CLI-133 \(error). Give the code as an argument.", status: 74)
        }
        guard !verdicts.isEmpty else {
            throw CommandFailure(
                "CLI-135: there was no code. Give it as an argument, or scan it.", status: 64)
        }
        return verdicts.allSatisfy(\.self)
    }

    private func explain(_ line: LineReader.Line) -> Bool {
        switch line {
        case .bytes(let bytes):
            return explain(Array(bytes.last == 0x0D ? bytes.dropLast() : bytes[...]))
        case .tooLong(let count):
            Output.line("CLI-130: the line has \(count) bytes, which no code has. Scan one code a line.")
            return false
        }
    }
}
