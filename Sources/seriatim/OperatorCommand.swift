import ArgumentParser
import ControlAPI
import SystemIO

/// Signs on at this terminal.
struct SignOnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-on", abstract: "Sign on with badge and PIN; commands from here are yours then.",
        discussion: "Badge and PIN are asked for, or read from the files that SERIATIM_BADGE_FILE and "
            + "SERIATIM_PIN_FILE name.")
    @OptionGroup var client: ClientOptions
    @Option(help: "Name of this place, for the record; else that of the terminal.") var terminal: String?
    @Flag(help: "Change the PIN as well.") var newPin = false

    func run() async throws {
        var message = SignOnMessage()
        message.terminal = terminal ?? SecretInput.terminalName ?? ""
        message.badge = try SecretSource.badge.read()
        message.secret = try SecretSource.pin.read()
        if newPin { message.newSecret = try SecretSource.readNew(.newPIN) }
        do {
            try await client.begin(.signOn(message))
        } catch let failure as CommandFailure where failure.code == "AUTH-124" && !newPin {
            Output.line("An admin chose this PIN: choose your own.")
            message.newSecret = try SecretSource.readNew(.newPIN)
            try await client.begin(.signOn(message))
        }
    }
}

/// Ends the session of this terminal.
struct SignOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-off", abstract: "Sign off at this terminal.")
    @OptionGroup var client: ClientOptions

    func run() async throws {
        defer { (try? client.path()).flatMap(SessionFile.init)?.forget() }
        try await client.tell(.signOff)
    }
}

/// Gives the line to the next shift.
struct HandOverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-over",
        abstract: "Hand the shift over: both give badge and PIN, the successor is on.",
        discussion: "What the line shows at that moment goes into the record.")
    @OptionGroup var client: ClientOptions
    @Option(help: "What the successor should know.") var note: String = ""

    func run() async throws {
        var message = NoteMessage()
        message.note = note
        try await client.begin(.handOver(message))
    }
}

/// Who may sign on.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Who may sign on, and what they are.",
        subcommands: [Add.self, List.self, Disable.self, Reset.self, Unlock.self],
        defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a person sign on. The first, an admin, is added by root or the daemon's account.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Name, as it will stand in every record.") var name: String
        @Option(help: "operator, supervisor, quality or admin.") var role: String
        @Option(help: "Last day, YYYY-MM-DD.") var until: String = ""

        func run() async throws {
            var message = OperatorMessage()
            message.name = name
            message.role = role
            message.until = until
            message.badge = try SecretSource.otherBadge.read()
            message.secret = try SecretSource.readNew(.otherPIN)
            try await client.tell(.addOperator(message))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List everybody and how they stand.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer: OperatorsAnswer = try await client.ask(.operators)
            if client.json { return Output.json(answer) }
            let rows = answer.operators.map { person in
                [
                    person.name, person.role, person.state,
                    person.until.isEmpty ? "" : "until \(person.until)",
                    person.mustChange ? "must choose a PIN" : "",
                    person.failed > 0 ? "\(person.failed) wrong PINs" : "",
                ]
            }
            Output.table(rows)
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take the right to sign on.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Name.") var name: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await client.tell(.disableOperator(name, OperatorCommand.message(reason)))
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a new first PIN, and the right to sign on again.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Name.") var name: String
        @Option(help: "Why, for the record.") var reason: String
        @Flag(help: "A new badge as well.") var badge = false

        func run() async throws {
            var message = OperatorCommand.message(reason)
            if badge { message.badge = try SecretSource.otherBadge.read() }
            message.secret = try SecretSource.readNew(.otherPIN)
            try await client.tell(.resetOperator(name, message))
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a lockout before its time.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Name.") var name: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await client.tell(.unlockOperator(name, OperatorCommand.message(reason)))
        }
    }

    private static func message(_ reason: String) -> OperatorChangeMessage {
        var message = OperatorChangeMessage()
        message.reason = reason
        return message
    }
}

extension ClientOptions {
    /// Sends what begins a session, keeps its token for the commands that follow.
    func begin(_ request: ControlRequest) async throws {
        let socket = try path()
        let answer: SignOnAnswer = try await prove(request)
        guard let file = SessionFile(socket: socket) else {
            throw CommandFailure(
                "CLI-108 XDG_RUNTIME_DIR: there is no place to keep the session. Name a file in "
                    + "SERIATIM_TOKEN_FILE, then sign on again.", status: 78)
        }
        do throws(SystemError) {
            try file.keep(answer.token)
        } catch {
            throw CommandFailure("CLI-108 \(file.path): \(error). Mend it, then sign on again.", status: 73)
        }
        guard json else {
            return Output.line(
                "\(answer.text) at \(answer.terminal); the session ends after \(answer.idleMinutes) min "
                    + "without a command")
        }
        var shown = answer
        shown.token = Secret()
        Output.json(shown)
    }

    /// Sends a request as who is signed on here. What the line wants proved once more is asked for.
    func prove<Answer: ControlPayload>(_ request: ControlRequest) async throws -> Answer {
        let socket = try path()
        let client = ControlClient(socket: socket)
        var proof = Proof()
        proof.token = SessionFile(socket: socket)?.token ?? Secret()
        while true {
            do {
                return try await client.ask(request, proof)
            } catch let failure as CommandFailure where failure.code == "AUTH-104" && proof.secret.isEmpty {
                proof.secret = try SecretSource.pin.read()
            } catch let failure as CommandFailure
                where failure.code == "AUTH-105" && proof.secondBadge.isEmpty
            {
                proof.secondBadge = try SecretSource.secondBadge.read()
                proof.secondSecret = try SecretSource.secondPIN.read()
            }
        }
    }
}
