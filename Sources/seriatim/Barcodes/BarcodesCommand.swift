import ArgumentParser
import Settings

/// The command barcodes of a line.
struct BarcodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "barcodes",
        abstract: "Write the command barcodes of a line, with its stations and reasons.",
        discussion: """
            With them a station is worked with a handheld scanner alone. html: pages to print and hang up, \
            Code 128. text: what is in each, for whoever makes labels elsewhere.
            """)

    /// For whom.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, html
    }

    @Option(help: "Configuration of the line (TOML).") var config: String
    @Option(help: "Directory of shipped device profiles; may be given several times.") var profiles:
        [String] = []
    @Option(help: "text or html.") var format = Format.text

    func run() throws {
        let loaded = try ConfigFile.load(config, profiles: profiles)
        let sheet = BarcodeSheet(loaded.configuration)
        print(format == .text ? sheet.text : sheet.page, terminator: "")
        guard loaded.configuration.handhelds.isEmpty else { return }
        Output.log(
            "no reader takes command barcodes: name the scanners in a [[station]] of kind \"rework\""
        )
    }
}
