import ArgumentParser
import ControlAPI

/// Units, cases and pallets.
struct ItemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "item", abstract: "Look at an item, or act on one.",
        discussion:
            "CODE is a scan (]d2...), an element string ((01)...), a Digital Link, a serial or an SSCC.",
        subcommands: [
            Show.self, Reprint.self, Remove.self, Reread.self, Sample.self, LabelSample.self, Destroy.self,
            Decommission.self, Dissolve.self, Add.self, Replace.self, Move.self, Shipped.self,
            Recover.self, TakeOut.self, Return.self,
        ])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show an item and what happened to it.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Code of the item.") var code: String

        func run() async throws {
            let item: ItemAnswer = try await client.ask(.item(code))
            client.json ? Output.json(item) : ItemText.print(item)
        }
    }

    struct Reprint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a further, numbered copy of a container's label.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "SSCC of the container.") var sscc: String
        @Option(help: "Why: a reason code of the line, or text where it has none.") var reason: String
        @Option(help: "What became of the old label: read (a scanner read it last) or destroyed.")
        var oldLabel: String

        func run() async throws {
            var message = ReprintMessage()
            message.reason = reason
            message.oldLabel = oldLabel
            try await client.tell(.act(sscc, .reprint(message)))
        }
    }

    struct Reread: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the content of a container again from empty, then again with --done.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "SSCC of the container.") var sscc: String
        @Flag(help: "Everything in it was read.") var done = false

        func run() async throws {
            var message = RereadMessage()
            message.done = done
            try await client.tell(.act(sscc, .reread(message)))
        }
    }
}

/// Where an item is, what holds it and what it holds.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Trace an item: parents, content, history.")

    @OptionGroup var client: ClientOptions
    @Argument(help: "Scan, element string, Digital Link, serial or SSCC.") var code: String

    func run() async throws {
        let trace: TraceAnswer = try await client.ask(.trace(code))
        if client.json { return Output.json(trace) }
        if let item = trace.item { ItemText.print(item) }
        for parent in trace.parents { Output.line("in \(parent.kind) \(parent.code) (\(parent.state))") }
        for child in trace.children {
            Output.line(
                String(repeating: "  ", count: child.depth) + "\(child.kind) \(child.code) (\(child.state))")
        }
        if trace.truncated { Output.line("  ... and more") }
    }
}

/// An item in words.
enum ItemText {
    static func print(_ item: ItemAnswer) {
        let name = item.kind == "unit" ? "GTIN \(item.gtin) serial \(item.serial)" : "SSCC \(item.sscc)"
        Output.line("\(item.kind) \(name): \(item.state)")
        if !item.batch.isEmpty {
            Output.line("  batch \(item.batch), lot \(item.lot), expiry \(item.expiry)")
        }
        if !item.pool.isEmpty { Output.line("  in pool \(item.pool): the number never left the line") }
        if item.kind != "unit" { Output.line("  \(item.count) items, \(item.labels) labels printed") }
        if !item.parent.isEmpty { Output.line("  in \(item.parent)") }
        for fact in item.history {
            Output.line(
                "  \(fact.at)  \(fact.position)  \(fact.kind)\(fact.detail.isEmpty ? "" : "  \(fact.detail)")"
            )
        }
        guard let index = item.index, index.line < index.durable else { return }
        let why = index.trouble.isEmpty ? "" : " and does not go on: \(index.trouble)"
        Output.line("  the index holds \(index.line) of \(index.durable) journal lines\(why)")
    }
}
