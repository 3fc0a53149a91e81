import ArgumentParser
import ControlAPI
import LineCore

// What stands between a batch and production, and between two batches.

extension BatchCommand {
    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the batch off the line for another: feed off, line emptied, containers put aside."
        )
        @OptionGroup var client: ClientOptions

        func run() async throws { try await client.tell(.suspendBatch(try await client.batchOnLine())) }
    }

    struct FirstArticle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "first-article",
            abstract: "Approve or refuse the first unit of the batch; a second person proves himself too.")
        @OptionGroup var client: ClientOptions
        @Option(help: "The whole code of the unit, as a scanner sends it.") var code: String = ""
        @Flag(help: "It is not as it should be.") var refuse = false
        @Option(help: "Why it is refused.") var reason: String = ""

        func run() async throws {
            var message = FirstArticleMessage()
            message.code = code
            message.refuse = refuse
            message.reason = reason
            try await client.tell(.judgeFirstArticle(try await client.batchOnLine(), message))
        }
    }

    struct ChallengeLine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "challenge",
            abstract: "Lay a pack that is known to be bad on the belt: the line must throw it out.")
        @OptionGroup var client: ClientOptions
        @Argument(
            help: ArgumentHelp(
                "Which: \(Challenge.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "challenge"))
        var kind: String

        func run() async throws {
            var message = ChallengeMessage()
            message.challenge = kind
            try await client.tell(.challenge(try await client.batchOnLine(), message))
        }
    }

    struct Clearance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record that nothing of the last batch is on the line; two people have looked.")
        @OptionGroup var client: ClientOptions
        @Option(help: "Points of the line's checklist, with commas between.") var checked: String

        func run() async throws {
            var message = ClearanceMessage()
            message.checked = checked.split(separator: ",").map { $0.trimmingBlanks }
            try await client.tell(.clearLine(message))
        }
    }

    struct ByHand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "by-hand",
            abstract: "Pack at a station with scanners in people's hands while its own readers are down.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Packing station.") var station: String
        @Flag(help: "Its own readers read again.") var end = false
        @Option(help: "Why, for the record.") var reason: String = ""

        func run() async throws {
            var message = ByHandMessage()
            message.station = station
            message.end = end
            message.reason = reason
            try await client.tell(.packByHand(try await client.batchOnLine(), message))
        }
    }

    struct Orphans: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End every good unit of a completed batch that is in no container, in one act.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Option(help: "What they are from now on: inactive (decommissioned), destroyed or sampled.")
        var end: String
        @Option(help: "Why: a reason code of the line, or text where it has none.") var reason: String

        func run() async throws {
            var message = OrphansMessage()
            message.end = end
            message.reason = reason
            try await client.tell(.endOrphans(id, message))
        }
    }

    struct Count: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record what was counted by hand, and compare it with what the line knows.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Batch identifier.") var id: String
        @Argument(
            help: ArgumentHelp("What: \(HandCount.allCases.map(\.rawValue).joined(separator: ", "))."))
        var what: String
        @Option(help: "How many there are.") var count: Int

        func run() async throws {
            var message = HandCountMessage()
            message.what = what
            message.count = count
            try await client.tell(.handCount(id, message))
        }
    }
}

extension Substring {
    /// Without the blanks around it.
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
