import ControlAPI
import Crypto
import JournalCore
import SystemIO

/// Where a client keeps the token of who is signed on at this terminal: a file for this account alone, one
/// for each control socket and terminal.
struct SessionFile {
    let path: String

    /// - Returns: `nil` where the system gives no place: neither `SERIATIM_TOKEN_FILE` nor `XDG_RUNTIME_DIR`.
    init?(socket: String) {
        if let named = EnvironmentValue.of("SERIATIM_TOKEN_FILE"), !named.isEmpty {
            path = named
            return
        }
        guard let directory = EnvironmentValue.of("XDG_RUNTIME_DIR"), !directory.isEmpty else { return nil }
        let place = (try? WorkingDirectory.absolute(socket)) ?? socket
        let name = SHA256.hash(data: Array("\(place)\n\(SecretInput.terminalName ?? "")".utf8))
        path = "\(directory)/seriatim-\(Hexadecimal.text(name.prefix(8)))"
    }

    /// The token; empty where nobody has signed on here.
    var token: Secret {
        guard DurableFile.exists(path), let text = try? SecretInput.line(of: path) else { return Secret() }
        return Secret(text)
    }

    func keep(_ token: Secret) throws(SystemError) {
        try DurableFile.replace(path, Array("\(token.text)\n".utf8), mode: 0o600)
    }

    func forget() { DurableFile.remove(path) }
}

/// Where badges and PINs come from: a file somebody named, else the person at the terminal.
enum SecretSource: String {
    case badge = "SERIATIM_BADGE_FILE"
    case pin = "SERIATIM_PIN_FILE"
    case newPIN = "SERIATIM_NEW_PIN_FILE"
    case secondBadge = "SERIATIM_SECOND_BADGE_FILE"
    case secondPIN = "SERIATIM_SECOND_PIN_FILE"
    case otherBadge = "SERIATIM_OTHER_BADGE_FILE"
    case otherPIN = "SERIATIM_OTHER_PIN_FILE"

    private var prompt: String {
        switch self {
        case .badge: "Scan your badge: "
        case .pin: "PIN: "
        case .newPIN: "New PIN: "
        case .secondBadge: "Second person, scan the badge: "
        case .secondPIN: "Second person, PIN: "
        case .otherBadge: "The new badge, scan it: "
        case .otherPIN: "First PIN of its owner: "
        }
    }

    /// - Throws: `CLI-109` where nobody can be asked, `CLI-105` for a file that cannot be read.
    func read() throws -> Secret {
        if let file = EnvironmentValue.of(rawValue), !file.isEmpty {
            do throws(SystemError) {
                return Secret(try SecretInput.line(of: file))
            } catch {
                throw CommandFailure(
                    "CLI-105 \(rawValue): \(error). Name a file of one line that you alone may read (0600), "
                        + "or /dev/fd/N.", status: 66)
            }
        }
        guard let typed = SecretInput.ask(prompt), !typed.isEmpty else {
            throw CommandFailure(
                "CLI-109 \(rawValue): nothing was given. Run the command at a terminal, or name a file in "
                    + "this variable.", status: 64)
        }
        return Secret(typed)
    }

    /// A new PIN, typed twice at a terminal.
    static func readNew(_ source: SecretSource) throws -> Secret {
        let first = try source.read()
        guard (EnvironmentValue.of(source.rawValue) ?? "").isEmpty else { return first }
        guard SecretInput.ask("Once more: ") == first.text else {
            throw CommandFailure("CLI-111 PIN: the two are not the same. Type them again.", status: 65)
        }
        return first
    }
}
