import ArgumentParser
import GS1
import Simulator

/// `seriatim gs1 fuzz`: the readers and writers of codes, tried on codes drawn by chance.
struct GS1FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Try the readers and writers of codes on codes drawn by chance.",
        discussion: """
            Half of the codes are drawn whole from the GS1 dictionary, the rest damaged, or no codes at all. \
            No text may trap; what is accepted must read back the same from every form it is written in. \
            The same seed gives the same codes. Exit status 1: a rule was broken, each with its text.
            """)
    @Option(help: "The first code of a run is drawn by it.") var seed: UInt64 = 1
    @Option(help: "Codes to try.") var count = 1_000_000

    func validate() throws {
        guard (1...10_000_000_000).contains(count) else {
            throw ValidationError("--count is 1 to 10000000000.")
        }
    }

    func run() throws {
        var trial = CodeTrial(SeededRandom(seed: seed))
        for _ in 0..<count { trial.next() }
        var rows = [["form", "tried", "valid", "read back"]]
        for form in CodeForm.allCases {
            let tally = trial.tally(of: form)
            rows.append([form.rawValue, "\(tally.tried)", "\(tally.valid)", "\(tally.returned)"])
        }
        Output.table(rows)
        let valid = CodeForm.allCases.reduce(0) { $0 + trial.tally(of: $1).valid }
        Output.line(
            "\(count) codes of seed \(seed), \(valid) valid, \(trial.explained) explained, "
                + "\(trial.failures.count) rules broken")
        for failure in trial.failures { Output.line("  \(failure)") }
        guard valid >= count / 10 else {
            throw CommandFailure(
                "CLI-134: hardly a code was valid, so little was tried. Try more.", status: 1)
        }
        if !trial.failures.isEmpty { throw ExitCode(1) }
    }
}
