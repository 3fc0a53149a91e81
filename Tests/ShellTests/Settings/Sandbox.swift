import Foundation

@testable import Settings

/// A directory of its own for one test, gone afterwards.
final class Sandbox {
    let path: String

    /// A bench: units are presented to a camera by hand.
    static let bench = """
        [line]
        name = "bench"
        data = "state"
        belt = "none"
        [[device]]
        name = "cam"
        profile = "test/reader"
        address = "tcp:127.0.0.1:2000"
        [[station]]
        kind = "unit-verify"
        name = "check"
        cameras = ["cam"]
        [[station]]
        kind = "gate"
        name = "hands"
        mode = "none"
        """

    init() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(
            "settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        path = place.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and the directories above it.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, bytes: Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: Paths.directory(of: file), withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: file, contents: Data(bytes)) else {
            throw CocoaError(.fileWriteUnknown)
        }
        return file
    }

    /// A line configuration and the profiles it names.
    func line(_ text: String) throws(SettingsErrors) -> LoadedLine {
        let source: SourceText
        do throws(SettingsError) {
            source = try SourceText(name: "line.toml", bytes: Array(text.utf8))
        } catch {
            throw SettingsErrors(list: [error])
        }
        return try SettingsLoader.load(source, directory: path, profiles: [path + "/profiles"])
    }

    /// One small profile for each kind of device, and label templates.
    func writeProfiles() throws {
        try write("profiles/test/reader.toml", Profiles.reader)
        try write("profiles/test/coder.toml", Profiles.coder)
        try write("profiles/test/printer.toml", Profiles.printer)
        try write("profiles/test/io.toml", Profiles.io)
        try write("profiles/test/case.zpl", Profiles.label)
        try write("profiles/test/pallet.zpl", Profiles.label)
    }
}

/// Files that tests change in one place at a time.
enum Profiles {
    static let reader = """
        schema = 1
        vendor = "Test"
        model = "reader"
        kind = "reader"
        dialogue = "reader"
        evidence = "transcript"
        sources = ["none, for tests"]
        [framing]
        kind = "terminated"
        end = "<CR>"
        maxFrameBytes = 512
        [reader]
        noRead = "NOREAD"
        [commands.trigger]
        send = "GO"
        source = "none"
        """

    static let coder = """
        schema = 1
        vendor = "Test"
        model = "coder"
        kind = "coder"
        dialogue = "zipher"
        evidence = "manual"
        sources = ["none, for tests"]
        [framing]
        kind = "terminated"
        end = "<CR>"
        maxFrameBytes = 512
        [printer]
        queue = "records"
        proof = "index"
        [commands]
        clear = { send = "C", accepted = ["ACK"], refused = { ERR = "cannot" }, source = "none" }
        header = { send = "H|{fields}|", accepted = ["ACK"], source = "none" }
        record = { send = "R|{index}|{values}|", accepted = ["ACK"], source = "none" }
        lastPrinted = { send = "L", accepted = ["{index}"], source = "none" }
        """

    static let printer = """
        schema = 1
        vendor = "Test"
        model = "printer"
        kind = "label-printer"
        dialogue = "zpl"
        evidence = "manual"
        sources = ["none, for tests"]
        [framing]
        kind = "delimited"
        start = "<STX>"
        end = "<ETX>"
        maxFrameBytes = 256
        [printer]
        queue = "formats"
        proof = "status"
        [commands.status]
        send = "~HS"
        source = "none"
        """

    static let textPrinter = """
        schema = 1
        vendor = "Test"
        model = "printer with another language"
        kind = "label-printer"
        dialogue = "label"
        evidence = "manual"
        sources = ["none, for tests"]
        [framing]
        kind = "terminated"
        end = "<CR>"
        maxFrameBytes = 256
        [printer]
        queue = "formats"
        proof = "status"
        afterStop = "kept"
        language = "TL"
        lineEnd = "<FS>"
        controls = "<ESC>"
        forbidden = "~"
        [printer.escape]
        "#" = "##"
        [commands.status]
        send = "?"
        accepted = ["{state:1}{error:hex},{left:int}"]
        source = "none"
        [commands.label]
        send = "<STX>{label}<ETX>"
        source = "none"
        [[status]]
        field = "state"
        [status.is]
        A = ""
        P = "paper-out"
        [[status]]
        field = "error"
        bits = ["head-up", "fault", "fault"]
        [[status]]
        field = "left"
        number = "labels-remaining"
        """

    static let io = """
        schema = 1
        vendor = "Test"
        model = "io"
        kind = "line-io"
        dialogue = "modbus-line-io"
        evidence = "manual"
        sources = ["none, for tests"]
        [framing]
        kind = "modbus-tcp"
        [timing]
        pollIntervalMilliseconds = 5
        [modbus]
        watchdogMilliseconds = 200
        """

    static let label = "^XA^FO10,10^A0N,30,30^FH^FD{sscc} {product}^FS^XZ\n"
}
