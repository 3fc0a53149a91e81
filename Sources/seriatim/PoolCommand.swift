import ArgumentParser
import ControlAPI
import LineCore
import Settings
import SystemIO

/// Numbers of the line.
struct PoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "Bring numbers to the line.",
        subcommands: [Import.self, Add.self, Generate.self, List.self])

    static let marketHelp = "Market the numbers are for: \(Market.names)."

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import unit serials from a file, one a line; all or nothing.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Text file, or CSV with the ending .csv.") var file: String
        @Option(help: "Name of the pool.") var name: String
        @Option(help: "GTIN, 14 digits.") var gtin: String
        @Option(help: ArgumentHelp(PoolCommand.marketHelp)) var market = ""
        @Flag(help: "Packs carry these serials already when they reach the line.") var preprinted = false

        func run() async throws {
            let loaded: LoadedSerials
            do throws(SettingsErrors) {
                loaded = try SerialFile.load(file, market: Market.named(market))
            } catch {
                throw CommandFailure(error.description, status: 65)
            }
            var message = PoolMessage()
            message.name = name
            message.kind = (preprinted ? PoolKind.preprinted : .printed).rawValue
            message.key = gtin
            message.market = market
            // A CSV file goes as text: the daemon is told of no file name.
            message.serials =
                loaded.form == .text
                ? String(decoding: loaded.bytes, as: UTF8.self) : loaded.table.text(gtin: gtin)
            // What is too long for one request is read by the daemon itself.
            if message.encoded.count > ControlRequest.maxPoolBytes {
                message.serials = ""
                message.path = try WorkingDirectory.absolute(file)
            }
            try await client.tell(.addPool(message))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a range of numbers: SSCCs, or unit serials.")
        @OptionGroup var client: ClientOptions
        @Option(help: "Name of the pool.") var name: String
        @Option(help: "Extension digit and company prefix of SSCCs, 7 to 13 digits.") var ssccPrefix: String?
        @Option(help: "GTIN of unit serials, 14 digits.") var gtin: String?
        @Option(help: "First number.") var first: UInt64
        @Option(help: "How many.") var count: Int
        @Option(help: "Digits of a unit number; default: as many as the last has.") var width = 0
        @Option(parsing: .unconditional, help: "Text before each unit number.") var prefix = ""
        @Option(help: ArgumentHelp(PoolCommand.marketHelp)) var market = ""
        @Flag(help: "Packs carry these serials already when they reach the line.") var preprinted = false

        func validate() throws {
            guard (ssccPrefix == nil) != (gtin == nil) else {
                throw ValidationError("Give either --sscc-prefix or --gtin.")
            }
            guard count > 0 else { throw ValidationError("--count is how many numbers: at least 1.") }
        }

        func run() async throws {
            var message = PoolMessage()
            message.name = name
            message.kind = (ssccPrefix != nil ? PoolKind.sscc : preprinted ? .preprinted : .printed).rawValue
            message.key = ssccPrefix ?? gtin ?? ""
            message.prefix = prefix
            message.first = first
            message.count = count
            message.width = width
            message.market = market
            try await client.tell(.addPool(message))
        }
    }

    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw random unit serials that this line has never had.")
        @OptionGroup var client: ClientOptions
        @Option(help: "Name of the pool.") var name: String
        @Option(help: "GTIN, 14 digits.") var gtin: String
        @Option(help: "How many.") var count: Int
        @Option(help: "Characters of each serial; default: the market's, or 12.") var length: Int?
        @Option(help: ArgumentHelp(Self.alphabetHelp)) var alphabet: String?
        @Option(help: ArgumentHelp(PoolCommand.marketHelp)) var market = ""

        private static let alphabetHelp =
            "The characters, or one of: " + RandomPlan.alphabets.map(\.name).joined(separator: ", ")
            + "; default: the market's, or unambiguous."

        func run() async throws {
            var message = PoolMessage()
            message.name = name
            message.kind = PoolKind.printed.rawValue
            message.key = gtin
            message.count = count
            let draws = Market.named(market)?.draws
            message.length = length ?? draws?.length ?? 12
            message.alphabet = alphabet ?? draws?.alphabet ?? "unambiguous"
            message.market = market
            try await client.tell(.addPool(message))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the pools with what is left in them.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer: PoolsAnswer = try await client.ask(.pools)
            if client.json { return Output.json(answer) }
            Output.table(
                answer.pools.map { [$0.name, $0.kind, $0.key, "\($0.free) of \($0.count) free", $0.market] })
        }
    }
}
