import Glibc

/// The figures for people: aligned columns within 80, what was measured in words below each.
struct BenchTable {
    let isQuick: Bool
    private static let widths = [26, 13, 16, 13, 6]
    private static let columns = 80

    func printHead(isMemory: Bool) {
        if isMemory {
            Output.line("The scratch folder is in memory (tmpfs): times of the disk mean nothing here.")
        }
        if isQuick { Output.line("Quick sizes: the figures say that it works, and roughly how fast.") }
        Output.line(Self.row(["FIGURE", "MEASURED", "BASELINE", "TARGET", ""]))
    }

    func print(_ result: BenchResult) {
        let held = result.target.map { $0.isHeld ? "held" : "missed" } ?? ""
        let measured = BenchNumber.grouped(result.value) + " " + result.unit
        Output.line(
            Self.row([result.name, measured, result.baselineText, result.target?.text ?? "", held]))
        for line in Self.wrapped(result.note) { Output.line("  " + line) }
    }

    func printFoot() {
        if isQuick { Output.line("Take figures without --quick, on a machine that does nothing else.") }
    }

    /// Says something that is not a figure, for people who wait: not into a file of figures.
    static func say(_ text: String) {
        guard isatty(1) == 1 else { return }
        Swift.print("  \(text) ...\u{1B}[K", terminator: "\r")
        Output.flush()
    }

    private static func row(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() where index < widths.count {
            let room = String(repeating: " ", count: max(0, widths[index] - cell.count))
            // Numbers end in one column.
            line += (index == 1 ? room + cell : cell + room) + (index == 1 ? "  " : " ")
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= columns - 2 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
