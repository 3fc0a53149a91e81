import Foundation
import Testing

/// Goal: what a scanner types as a keyboard reaches the rules of the shipped program. Method: umockdev gives
/// the program an input device that types a command barcode, key by key; the line's answer is on the screen.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct KeyboardTests {
    private static let runner = "/usr/bin/umockdev-run"

    private static let device = """
        P: /devices/pci0000:00/usb1/1-1/input/input9/event0
        N: input/event0
        E: DEVNAME=/dev/input/event0
        E: SUBSYSTEM=input
        A: dev=13:64

        """

    /// Key codes of the characters the barcode needs; Shift is held for capitals.
    private static let codes: [Character: Int] = [
        "]": 27, "c": 46, "0": 11, "s": 31, "r": 19, "/": 53, "o": 24, "k": 37,
    ]

    /// What the system tells of the keys of a text and Enter, as `evemu` writes it.
    private static func events(typing text: String) throws -> String {
        var (events, time) = ("", 1.0)
        func key(_ code: Int, _ value: Int) {
            time += 0.002
            for event in ["0001 \(String(format: "%04x", code)) \(value)", "0000 0000 0"] {
                events += String(format: "E: %.6f ", time) + event + "\n"
            }
        }
        for character in text {
            let code = try #require(codes[Character(character.lowercased())])
            if character.isUppercase { key(42, 1) }
            key(code, 1)
            key(code, 0)
            if character.isUppercase { key(42, 0) }
        }
        key(28, 1)
        return events
    }

    @Test func aScannerThatTypesIsHeard() async throws {
        let program = try #require(Program.path)
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.runner), "umockdev is not installed: make test")
        let place = try Place()
        try place.writeBench(scanner: "generic/keyboard", at: "input:/dev/input/event0")
        let device = try place.write("device.umockdev", Self.device)
        let events = try place.write("typed.events", try Self.events(typing: "]C0SR/OK"))
        let daemon = try Child(
            [
                "-d", device, "-e", "/dev/input/event0=" + events, "--", program, "run",
                "--config", place.configuration,
            ] + place.profiles, of: Self.runner, in: place)
        defer { daemon.terminateChildren() }
        #expect(await daemon.says("ready, control socket", within: 20), "\(daemon.errors)")
        var said = ""
        for _ in 0..<100 where !said.contains("nothing was refused") {
            said = try await place.client("devices", "list", "--json").output
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(said.contains("\"answer\":\"nothing was refused\""), "\(said)")
        #expect(said.contains("\"address\":\"input:/dev/input/event0\""))
        daemon.terminateChildren()
        #expect(await daemon.end(within: 10) == 0, "\(daemon.errors)")
    }
}
