import Foundation
import LineCore
import Settings
import Testing

@testable import LineDaemon

/// Goal: law 1 at intake: a serial of a pool that left memory is found, whatever became of the cache beside
/// its file. Method: files kept by the store; their fingerprints lost, altered byte by byte, cut, exchanged.
@Suite struct EarlierImportTests {
    private let directory: TemporaryDirectory
    private let store: ImportStore

    init() throws {
        directory = try TemporaryDirectory()
        store = ImportStore(directory: directory.path)
    }

    private func keep(_ serials: [String], name: String = "serials") throws -> LoadedSerials {
        let text = serials.joined(separator: "\n") + "\n"
        let file = try SerialFile.parse(Array(text.utf8), name: name)
        #expect(try store.keep(file))
        return file
    }

    private func offer(_ serials: [String]) -> PoolContent {
        var table = SerialTable()
        for serial in serials { _ = table.append(serial.utf8) }
        return .file(sha256: "new", table)
    }

    private func fingerprints(_ file: LoadedSerials) -> String {
        "\(directory.path)/\(file.sha256).fingerprints"
    }

    @Test func sharedSerialsAreFound() throws {
        let first = try keep((1...500).map { "A\($0)" })
        let second = try keep((1...500).map { "B\($0)" }, name: "serials.csv")
        let files = [first.sha256, second.sha256]
        #expect(try store.shared(offer(["C1", "C2"]), with: files) == nil)
        #expect(try store.shared(offer(["C1", "B77"]), with: []) == nil)
        let found = try #require(try store.shared(offer(["C1", "B77", "B12"]), with: files))
        #expect(found.file == second.sha256 && found.serial == "B77")
        let range = PoolContent.range(prefix: "A", first: 500, count: 10, width: 3)
        #expect(try store.shared(range, with: files)?.serial == "A500")
        let beyond = PoolContent.range(prefix: "A", first: 501, count: 10, width: 3)
        #expect(try store.shared(beyond, with: files) == nil)
    }

    @Test func theCacheIsNotTrusted() throws {
        let serials = (1...40).map { "A\($0)" }
        let file = try keep(serials)
        let other = try keep((1...40).map { "B\($0)" })
        let path = fingerprints(file)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var altered: [Data] = [Data(), whole.dropLast(), whole.dropLast(8), whole + [0]]
        altered.append(try Data(contentsOf: URL(fileURLWithPath: fingerprints(other))))
        for at in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[at] ^= 0x10
            altered.append(bytes)
        }
        for bytes in altered {
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(try store.shared(offer(["A7"]), with: [file.sha256])?.serial == "A7")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole, "made anew")
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(try store.shared(offer(serials), with: [file.sha256])?.serial == "A1")
    }

    @Test func aMissingImportIsAnError() throws {
        let file = try keep(["A1"])
        try FileManager.default.removeItem(atPath: "\(directory.path)/\(file.sha256)")
        try FileManager.default.removeItem(atPath: fingerprints(file))
        #expect(throws: DaemonError.self) { try store.shared(offer(["B1"]), with: [file.sha256]) }
    }
}
