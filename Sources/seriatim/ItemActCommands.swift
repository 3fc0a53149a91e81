import ArgumentParser
import ControlAPI

/// An item that may be in a container, and why it leaves it.
struct LeaveOptions: ParsableArguments {
    @Argument(help: "Code of the item.") var code: String
    @Option(help: "Why: a reason code of the line, or text where it has none.") var reason: String
    @Flag(help: "If it is the last one, dissolve its container in the same act.") var dissolve = false

    var message: LeaveMessage {
        var message = LeaveMessage()
        message.reason = reason
        message.dissolve = dissolve
        return message
    }
}

/// An item and why something is done to it.
struct ReasonOptions: ParsableArguments {
    @Argument(help: "Code of the item.") var code: String
    @Option(help: "Why: a reason code of the line, or text where it has none.") var reason: String

    var message: ReasonMessage {
        var message = ReasonMessage()
        message.reason = reason
        return message
    }
}

extension ItemCommand {
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take an item out of its container.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: LeaveOptions

        func run() async throws { try await client.tell(.act(item.code, .remove(item.message))) }
    }

    struct Sample: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a good unit as a sample, out of its container.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: LeaveOptions

        func run() async throws { try await client.tell(.act(item.code, .sample(item.message))) }
    }

    struct LabelSample: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a printed label or code that is on no good unit.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions

        func run() async throws { try await client.tell(.act(item.code, .labelSample(item.message))) }
    }

    struct Destroy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record that a unit is destroyed; it leaves its container.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: LeaveOptions

        func run() async throws { try await client.tell(.act(item.code, .destroy(item.message))) }
    }

    struct Decommission: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Unbind a unit from its number; it leaves its container.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: LeaveOptions

        func run() async throws { try await client.tell(.act(item.code, .decommission(item.message))) }
    }

    struct Dissolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a container: what it holds is free, its number is dead.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions

        func run() async throws { try await client.tell(.act(item.code, .dissolve(item.message))) }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a good unit into a case, or a closed case onto a pallet.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions
        @Option(help: "SSCC of the container.") var to: String

        func run() async throws {
            var message = IntoMessage()
            message.into = to
            message.reason = item.reason
            try await client.tell(.act(item.code, .add(message)))
        }
    }

    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put another item in the place of one, which leaves the container.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions
        @Option(help: "Code of the item that takes its place.") var by: String
        @Option(help: "What becomes of the old one: sampled, destroyed or inactive.") var end: String = ""

        func run() async throws {
            var message = ReplaceMessage()
            message.by = by
            message.end = end
            message.reason = item.reason
            try await client.tell(.act(item.code, .replace(message)))
        }
    }
}
