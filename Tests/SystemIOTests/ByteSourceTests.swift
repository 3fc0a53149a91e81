import Glibc
import SystemIO
import Testing

/// Goal: files and pipes are read to their end and never beyond the limit; what is neither is refused.
/// Method: a file, a named pipe that is filled meanwhile, a directory, a device.
@Suite struct ByteSourceTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/seriatim-source-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
    }

    private func read(_ path: String, maxBytes: Int) throws -> [UInt8] {
        defer { DurableFile.remove(path) }
        var source = try ByteSource(path, maxBytes: maxBytes)
        var bytes: [UInt8] = []
        while try source.next({ bytes += $0 }) {}
        #expect(try source.next { _ in } == false)
        return bytes
    }

    @Test func filesAreReadToTheirEnd() throws {
        defer { rmdir(folder) }
        let path = folder + "/file"
        for count in [0, 1, 1 << 18, 700_000] {
            let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
            try DurableFile.create(path, content, mode: 0o600)
            #expect(try read(path, maxBytes: count) == content)
            guard count > 0 else { continue }
            try DurableFile.create(path, content, mode: 0o600)
            #expect(throws: SystemError("read", path, number: EFBIG)) { try read(path, maxBytes: count - 1) }
        }
    }

    @Test func pipesAreReadAsTheyAreFilled() async throws {
        defer { rmdir(folder) }
        let path = folder + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        let content = [UInt8](repeating: 0x61, count: 300_000)
        let writer = Task.detached {
            let file = open(path, O_WRONLY)
            var done = 0
            while done < content.count {
                let count = content[done...].withUnsafeBytes {
                    write(file, $0.baseAddress, min($0.count, 50_000))
                }
                guard count > 0 else { break }
                done += count
            }
            close(file)
        }
        #expect(try read(path, maxBytes: 1 << 20) == content)
        await writer.value
    }

    @Test func whatIsNeitherIsRefused() throws {
        defer { rmdir(folder) }
        #expect(throws: SystemError("read", folder, number: EISDIR)) { try ByteSource(folder, maxBytes: 9) }
        let device = SystemError("read", "/dev/zero", number: SystemError.notAFile)
        #expect(throws: device) { try ByteSource("/dev/zero", maxBytes: 9) }
        #expect(throws: SystemError("stat", folder + "/none", number: ENOENT)) {
            try ByteSource(folder + "/none", maxBytes: 9)
        }
    }

    /// A directory is made with those above it, and again without harm.
    @Test func directoriesAreMadeWithTheirParents() throws {
        let path = folder + "/a/b/c"
        for _ in 0..<2 { try DurableFile.createDirectories(path, mode: 0o750) }
        try DurableFile.createDirectories(folder + "/a/d/", mode: 0o750)
        #expect(DurableFile.exists(path) && DurableFile.exists(folder + "/a/d"))
        try DurableFile.create(folder + "/file", [], mode: 0o600)
        #expect(throws: SystemError.self) {
            try DurableFile.createDirectories(folder + "/file/x", mode: 0o750)
        }
        for name in ["/a/b/c", "/a/b", "/a/d", "/a"] { rmdir(folder + name) }
        DurableFile.remove(folder + "/file")
        rmdir(folder)
    }
}
