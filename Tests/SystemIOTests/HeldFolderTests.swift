import Glibc
import SystemIO
import Testing

/// Goal: work in a folder where others write stays in that folder. Method: links in place of folders and
/// files, before they are opened and after.
@Suite struct HeldFolderTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let outside: String

    init() throws {
        directory = try TemporaryDirectory()
        (path, outside) = (directory.path + "/in", directory.path + "/out")
        for name in [path, outside] { try DurableFile.createDirectory(name, mode: 0o700) }
    }

    private func names(_ path: String) throws -> [String] { try Folder.names(path).sorted() }

    @Test func aLinkIsNoFolder() throws {
        let held = try HeldFolder(path)
        try #require(symlink(outside, path + "/link") == 0)
        try #require(symlink("/nowhere/x", path + "/dangling") == 0)
        try DurableFile.create(path + "/file", [1], mode: 0o600)
        for name in ["link", "dangling", "file"] {
            let error = #expect(throws: SystemError.self) { _ = try held.folder(name, mode: 0o700) }
            #expect(error?.isNoDirectory == true && error?.path == "\(path)/\(name)")
        }
        _ = try held.folder("made", mode: 0o700)
        _ = try held.folder("made", mode: 0o700)
        #expect(try names(path) == ["dangling", "file", "link", "made"])
    }

    /// The name changes hands between the opening and the work.
    @Test func whatIsSwappedInIsNotUsed() throws {
        let held = try HeldFolder(path)
        let inner = try held.folder("done", mode: 0o700)
        try DurableFile.create(path + "/a", [1], mode: 0o600)
        try #require(rename(path + "/done", path + "/moved") == 0)
        try #require(symlink(outside, path + "/done") == 0)
        try held.move("a", to: inner, as: "b")
        try inner.replace("b.txt", [2, 3], mode: 0o640)
        #expect(try names(outside).isEmpty)
        #expect(try names(path + "/moved") == ["b", "b.txt"])
        #expect(try inner.read("b.txt", maxBytes: 2, for: nil) == [2, 3])
        #expect(throws: SystemError.self) { try inner.read("b.txt", maxBytes: 1, for: nil) }
    }

    @Test func aFileIsReplacedAndNotWrittenThrough() throws {
        let held = try HeldFolder(path)
        try DurableFile.create(outside + "/kept", [9], mode: 0o600)
        for name in ["a", ".new"] { try #require(symlink(outside + "/kept", "\(path)/\(name)") == 0) }
        #expect(throws: SystemError.self) { try held.read("a", maxBytes: 10, for: nil) }
        #expect(held.has("a") && !held.has("b"))
        try held.replace("a", [1], mode: 0o600)
        #expect(try DurableFile.read(outside + "/kept", maxBytes: 10) == [9])
        #expect(try held.read("a", maxBytes: 10, for: nil) == [1])
        #expect(try names(path) == ["a"])
    }

    @Test func plainFilesAreToldFromAllElse() throws {
        let held = try HeldFolder(path)
        try DurableFile.create(path + "/b", [1, 2], mode: 0o600)
        try DurableFile.create(path + "/a", [], mode: 0o600)
        try DurableFile.create(path + "/.hidden", [], mode: 0o600)
        try #require(symlink(path + "/a", path + "/link") == 0)
        try #require(mkfifo(path + "/pipe", 0o600) == 0)
        // Twice: the second look begins at the first name again.
        for _ in 0..<2 {
            let found = try held.files()
            #expect(found.files.map(\.name) == ["a", "b"] && found.files.map(\.bytes) == [0, 2])
            #expect(found.files.allSatisfy { $0.owner == getuid() })
            #expect(found.others == ["link", "pipe"])
        }
    }
}
