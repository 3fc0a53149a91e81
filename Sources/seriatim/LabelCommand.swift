import ArgumentParser
import ControlAPI
import LineCore
import Settings

/// Label templates that come to the line at run time, and what a label will look like.
struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Bring label templates to the line, and look at labels.",
        subcommands: [Add.self, List.self, Show.self, Preview.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a label template known, or a new version of it.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "The template, in its printer's language, with places like {sscc}.") var file: String
        @Option(help: "Its name on the line; default: the file's.") var name: String?

        func run() async throws {
            var message = LabelMessage()
            message.name = name ?? LabelFile.name(ofFile: file)
            message.text = try LabelCommand.text(of: file)
            try await client.tell(.defineLabel(message))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the templates that came to the line at run time.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer: LabelsAnswer = try await client.ask(.labels)
            if client.json { return Output.json(answer) }
            Output.table(
                answer.labels.map {
                    [
                        $0.name, "version \($0.version)", "\($0.bytes) bytes", "by \($0.definedBy)",
                        $0.isOlder ? "for batches opened with it" : "",
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the newest text of a template; with --json its version too.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Name of the template.") var name: String

        func run() async throws {
            let answer: LabelAnswer = try await client.ask(.label(name))
            if client.json { return Output.json(answer) }
            for line in answer.text.split(whereSeparator: \.isNewline) { Output.line(String(line)) }
        }
    }

    /// The text of a template in a file.
    static func text(of file: String) throws(CommandFailure) -> String {
        do throws(SettingsErrors) {
            return try LabelFile.load(file)
        } catch {
            throw CommandFailure(error.description, status: 66)
        }
    }
}
