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

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a closed case off its pallet and put it onto another.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: LeaveOptions
        @Option(help: "SSCC of the pallet.") var to: String

        func run() async throws {
            var message = MoveMessage()
            message.into = to
            message.reason = item.reason
            message.dissolve = item.dissolve
            try await client.tell(.act(item.code, .move(message)))
        }
    }

    struct Shipped: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell that a container was shipped: nothing in it can be changed any more.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "SSCC of the container.") var sscc: String
        @Option(help: "Shipment or delivery note.") var reference: String = ""

        func run() async throws {
            var message = ShippedMessage()
            message.reference = reference
            try await client.tell(.act(sscc, .shipped(message)))
        }
    }

    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "See to a reject from the bin: destroyed, or with --reintroduce good again.",
            discussion: "CODE is the whole scan (]d2...): a serial alone proves nothing.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions
        @Flag(help: "It is a good unit, if the line allows that after its reject reason.")
        var reintroduce = false

        func run() async throws {
            var message = RecoverMessage()
            message.reintroduce = reintroduce
            message.reason = item.reason
            try await client.tell(.act(item.code, .recover(message)))
        }
    }

    struct TakeOut: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a good unit off the line for a while: in-process control.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var item: ReasonOptions

        func run() async throws { try await client.tell(.act(item.code, .takeOut(item.message))) }
    }

    struct Return: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring back a unit that was taken out.",
            discussion: "CODE is the whole scan (]d2...): a serial alone proves nothing.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Scan of the unit.") var code: String

        func run() async throws { try await client.tell(.act(code, .bringBack(EmptyMessage()))) }
    }
}
