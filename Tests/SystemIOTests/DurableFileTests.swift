import Glibc
import SystemIO
import Testing

/// Goal: whatever stands where a file should be is an error at once. Method: everything else a path can name.
@Suite struct DurableFileTests {
    @Test(.timeLimit(.minutes(1))) func onlyARegularFileIsRead() throws {
        let directory = try TemporaryDirectory()
        let fifo = directory.path + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        #expect(throws: SystemError("read", fifo, number: SystemError.notAFile)) {
            try DurableFile.read(fifo, maxBytes: 10)
        }
        #expect(throws: SystemError("read", "/dev/zero", number: SystemError.notAFile)) {
            try DurableFile.read("/dev/zero", maxBytes: 10)
        }
        #expect(throws: SystemError("read", directory.path, number: EISDIR)) {
            try DurableFile.read(directory.path, maxBytes: 10)
        }
        let loop = directory.path + "/loop"
        try #require(symlink(loop, loop) == 0)
        #expect(throws: SystemError("openat", loop, number: ELOOP)) {
            try DurableFile.read(loop, maxBytes: 10)
        }
        #expect(throws: SystemError("read", fifo, number: SystemError.notAFile)) {
            try DurableFile.sync(fifo)
        }
        #expect("\(SystemError("read", fifo, number: SystemError.notAFile))".hasSuffix("not a regular file"))
    }

    @Test func aFileIsReadToItsLimit() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        try DurableFile.create(path, [1, 2, 3], mode: 0o600)
        #expect(try DurableFile.read(path, maxBytes: 3) == [1, 2, 3])
        #expect(throws: SystemError("read", path, number: EFBIG)) { try DurableFile.read(path, maxBytes: 2) }
        // A file of the kernel says that it is empty and is not.
        #expect(try DurableFile.read("/proc/self/stat", maxBytes: 4_096).count > 10)
        let maps = try DurableFile.read("/proc/self/smaps", maxBytes: 64 << 20)
        #expect(maps.count > 20_000 && maps.last == UInt8(ascii: "\n"))
        #expect(throws: SystemError("read", "/proc/self/smaps", number: EFBIG)) {
            try DurableFile.read("/proc/self/smaps", maxBytes: 10_000)
        }
    }

    /// Goal: a limit costs nothing that the file does not need. Method: one that no machine has room for.
    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 100_000]) func onlyTheFileTakesMemory(count: Int) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try DurableFile.create(path, bytes, mode: 0o600)
        #expect(try DurableFile.read(path, maxBytes: 1 << 46) == bytes)
        #expect(try DurableFile.read(path, maxBytes: count) == bytes)
    }

    /// Goal: nobody reads through a daemon what he may not read himself. Method: a file of ours, asked for by
    /// us, by another account and by the superuser, closed and open to everybody.
    @Test func aFileIsReadForWhoMayReadIt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/file"
        try DurableFile.create(path, [1, 2, 3], mode: 0o640)
        let (own, other) = (getuid(), getuid() + 1)
        #expect(try DurableFile.read(path, maxBytes: 3, for: own) == [1, 2, 3])
        #expect(try DurableFile.read(path, maxBytes: 3, for: 0) == [1, 2, 3])
        #expect(throws: SystemError("read", path, number: EACCES)) {
            try DurableFile.read(path, maxBytes: 3, for: other)
        }
        try FileMode.set(path, 0o644)
        try FileMode.set(directory.path, 0o755)
        #expect(try DurableFile.read(path, maxBytes: 3, for: other) == [1, 2, 3])
        try FileMode.set(directory.path, 0o700)
        #expect(throws: SystemError("read", path, number: EACCES)) {
            try DurableFile.read(path, maxBytes: 3, for: other)
        }
        #expect(try DurableFile.read(path, maxBytes: 3, for: own) == [1, 2, 3])
    }

    /// Goal: a key is a file of its owner's, and nothing else. Method: every wrong thing in its place.
    @Test(.timeLimit(.minutes(1))) func aKeyIsAFileOfItsOwner() throws {
        let directory = try TemporaryDirectory()
        let fifo = directory.path + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        #expect(throws: SystemError("read", fifo, number: SystemError.notAFile)) { try KeyFile.load(fifo) }
        let path = directory.path + "/key"
        for (mode, number) in [(0o644, EPERM), (0o660, EPERM), (0o604, EPERM)] {
            try DurableFile.create(path, Array("seriatim-key-1 x\n".utf8), mode: mode_t(mode))
            #expect(throws: SystemError("key file", path, number: number)) { try KeyFile.load(path) }
            unlink(path)
        }
        let text = "seriatim-key-1 "
        let wrong: [[UInt8]] = [
            [], [0], Array(text.utf8), Array((text + "AAAA\n").utf8), Array(repeating: 0x41, count: 256),
            [0xEF, 0xBB, 0xBF] + Array(text.utf8), Array((text + "\u{0}\n").utf8),
            Array((text + String(repeating: "A", count: 43)).utf8),
        ]
        for bytes in wrong {
            try DurableFile.create(path, bytes, mode: 0o600)
            #expect(throws: SystemError("key file", path, number: EBADMSG)) { try KeyFile.load(path) }
            unlink(path)
        }
        try DurableFile.create(path, [UInt8](repeating: 0x41, count: 10_000), mode: 0o600)
        #expect(throws: SystemError("read", path, number: EFBIG)) { try KeyFile.load(path) }
    }
}
