import Foundation
import Testing

/// Goal: scanners come and go while the shipped program runs, and are found by what they say of themselves.
/// Method: umockdev stands for the kernel and udev; a script plugs in and out and asks the control socket.
@Suite(.serialized, .enabled(if: Program.isWanted)) struct PluggedPortTests {
    private static let wrapper = "/usr/bin/umockdev-wrapper"

    @Test func aScannerIsFoundWhereverItIsPluggedIn() async throws {
        let program = try #require(Program.path)
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.wrapper), "umockdev is not installed: make test"
        )
        let place = try Place()
        try place.writeBench(scanner: "generic/reader-cr", at: "serial:usb:05e0:1701?serial=S1")
        let run = try Child(
            [
                "/usr/bin/python3", "-B", Program.root + "/Tests/ProcessTests/hotplug.py", program,
                place.configuration, place.data + "/run/control.sock", Program.root + "/devices",
            ], of: Self.wrapper, in: place)
        let status = await run.end(within: 120)
        #expect(status == 0, "\(run.output)\n\(run.errors)")
        #expect(run.output.hasSuffix("stopped with 0\ndone\n"), "\(run.output)")
        // The bridge chip and the twin that are still there.
        #expect(run.output.contains("address = \"serial:usb:1a86:7523?serial=S1\""), "\(run.output)")
        #expect(run.output.contains("profile = \"zebra/ssi\"\naddress = \"serial:usb:05e0:1701\""))
    }
}
