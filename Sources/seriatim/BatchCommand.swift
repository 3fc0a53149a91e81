import ArgumentParser
import ControlAPI
import LineCore
import LineDaemon
import Settings

/// Batches, from order to close.
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Open, run and close batches.",
        subcommands: [
            Open.self, Release.self, Start.self, Hold.self, Resume.self, Complete.self, Close.self,
            Scrap.self, Partial.self, Rejects.self, Suspend.self, FirstArticle.self, ChallengeLine.self,
            Clearance.self, Count.self, ByHand.self, Orphans.self, Show.self, Report.self,
        ])

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a batch known from an order file.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Order (TOML, or JSON with the ending .json).") var file: String

        func run() async throws {
            let order: OrderDraft
            do throws(SettingsErrors) {
                order = try OrderFile.load(file)
            } catch {
                throw CommandFailure(error.description, status: 65)
            }
            try await client.tell(.openBatch(OrderMessage(order)))
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release a waiting batch that another person has opened: you have reviewed it.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String

        func run() async throws { try await client.tell(.releaseBatch(id)) }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load and run a ready batch, or go on with a suspended one.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Flag(help: "To adjust the line: dummy codes are printed, everything is rejected.") var setUp = false

        func run() async throws {
            var message = StartMessage()
            message.setUp = setUp
            try await client.tell(.startBatch(id, message))
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Hold the batch on the line.")
        @OptionGroup var client: ClientOptions
        @Flag(help: "Stop the belt at once, not only the feed.") var immediate = false
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            var message = HoldMessage()
            message.immediate = immediate
            message.reason = reason
            try await client.tell(.holdBatch(try await client.batchOnLine(), message))
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on after a hold; you have seen the cause.")
        @OptionGroup var client: ClientOptions

        func run() async throws { try await client.tell(.resumeBatch(try await client.batchOnLine())) }
    }

    struct Complete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End production: feed off, line emptied.")
        @OptionGroup var client: ClientOptions

        func run() async throws { try await client.tell(.completeBatch(try await client.batchOnLine())) }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reconcile and close a completed batch.",
            discussion: "With serials left open, a reason and the number of a deviation are needed.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Option(help: "Why it is closed with open serials.") var reason: String = ""
        @Option(help: "Number of the deviation.") var deviation: String = ""

        func run() async throws {
            var message = CloseMessage()
            message.reason = reason
            message.deviation = deviation
            try await client.tell(.closeBatch(id, message))
        }
    }

    struct Scrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the doubt about serials that were sent or voided and never read.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            var message = ReasonMessage()
            message.reason = reason
            try await client.tell(.scrapBatch(id, message))
        }
    }

    struct Partial: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close the open container of a station with what is in it.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Packing station.") var station: String

        func run() async throws {
            var message = StationMessage()
            message.station = station
            try await client.tell(.closePartial(try await client.batchOnLine(), message))
        }
    }

    struct Rejects: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count rejects in the bin whose code cannot be read.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Option(help: "How many more.") var count: Int?
        @Option(help: "How many fewer: so many were counted wrongly.") var takeBack: Int?
        @Option(help: "Why a count is taken back, or where more than were thrown out come from.")
        var reason: String = ""

        func validate() throws {
            guard (count == nil) != (takeBack == nil) else {
                throw ValidationError("Give --count N, or --take-back N with --reason TEXT.")
            }
            guard (takeBack ?? 1) > 0 else { throw ValidationError("--take-back is 1 or more.") }
        }

        func run() async throws {
            var message = CountMessage()
            message.count = count ?? -(takeBack ?? 0)
            message.reason = reason
            try await client.tell(.countRejects(id, message))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one batch, or all of them.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String?

        func run() async throws {
            let answer: BatchesAnswer = try await client.ask(.batches)
            let found = answer.batches.filter { id == nil || $0.order?.batch == id }
            if let id, found.isEmpty {
                guard answer.leftOut == 0 else {
                    throw CommandFailure(
                        "CLI-148 \(id): it is none of the newest \(answer.batches.count) batches, and "
                            + "\(answer.leftOut) are older. seriatim batch report \(id) tells of those.",
                        status: 66)
                }
                throw CommandFailure(
                    "BATCH-111 \(id): there is no such batch. seriatim batch show lists them.", status: 66)
            }
            for batch in found { client.json ? Output.json(batch) : StatusText.print(batch) }
            guard id == nil, answer.leftOut > 0 else { return }
            Output.log("\(answer.leftOut) older batches are left out: seriatim batch report ID tells of one")
        }
    }
}

extension ClientOptions {
    /// The batch on the line, or the completed one: whoever acts on it means the one he sees now.
    func batchOnLine() async throws -> String {
        let status: StatusAnswer = try await ask(.status)
        guard let batch = status.batch?.order?.batch else {
            throw CommandFailure(
                "BATCH-130 batch: none is on the line. Start one: seriatim batch start ID.", status: 65)
        }
        return batch
    }
}
