import Foundation

/// A camera on TCP for one daemon, in Python: it sends what a test lets it read, with CR behind each.
final class TCPCamera {
    /// Sends each new line of the file `reads-NAME`; says its port in the file `port-NAME`.
    private static let script = """
        import os, socket, sys, time
        name = sys.argv[1]
        server = socket.create_server(("127.0.0.1", 0))
        open("part-" + name, "w").write(str(server.getsockname()[1]))
        os.rename("part-" + name, "port-" + name)
        line, _ = server.accept()
        sent = 0
        while True:
            reads = open("reads-" + name).read().split("\\n")[:-1]
            for read in reads[sent:]:
                line.sendall(read.encode() + b"\\r")
            sent = len(reads)
            time.sleep(0.01)
        """

    private let name: String
    private let place: Place
    private let process: Child
    private var text = ""

    /// Starts one.
    ///
    /// - Parameter name: For its files; another one for each of a place.
    init(_ name: String, in place: Place) throws {
        (self.name, self.place) = (name, place)
        try place.write("reads-" + name, "")
        try place.write("camera.py", Self.script)
        let python = ProcessInfo.processInfo.environment["SERIATIM_PYTHON"] ?? "/usr/bin/python3"
        process = try Child(["camera.py", name], of: python, in: place)
    }

    /// Where it listens, as the address of a device says it.
    func address() async throws -> String {
        for _ in 0..<500 {
            if let port = try? String(contentsOfFile: place.path + "/port-" + name, encoding: .utf8) {
                return "tcp:127.0.0.1:" + port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// Reads one more code.
    func reads(_ code: String) throws {
        text += code + "\n"
        try place.write("reads-" + name, text)
    }

    func kill() { process.kill() }
}
