import ControlAPI
import Foundation
import JournalCore
import NIOConcurrencyHelpers
import Simulator
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: whatever a crash leaves of the index's files, it is read on or built again, and answers as an index
/// built anew. SQLite does not run on the simulated disk, so its real files are taken at many moments of a
/// run, put together as no run would leave them, and laid beside journals of other moments.
///
/// A killed process leaves the files of one moment: the kernel holds what was written. A power cut leaves any
/// of them at any age, torn, zeroed or gone. More states with `INDEX_STATES`.
@Suite(.serialized) struct IndexStateTests {
    private static let states =
        ProcessInfo.processInfo.environment["INDEX_STATES"].flatMap { Int($0) } ?? 300

    /// One recording for all tests; what lives as long as the process is removed at its end.
    private static let directory = NIOLockedValueBox<TemporaryDirectory?>(nil)
    private static let recorded = Task {
        let made = try TemporaryDirectory(inMemory: true)
        directory.withLockedValue { $0 = made }
        atexit { IndexStateTests.directory.withLockedValue { $0?.remove() } }
        return try await IndexRecorder(made)
    }

    private let directory: TemporaryDirectory
    private let recorder: IndexRecorder
    private var path: String { directory.path + "/state/index.sqlite" }

    init() async throws {
        directory = try TemporaryDirectory(inMemory: true)
        recorder = try await Self.recorded.value
    }

    /// Lays files into an empty directory as the index, with the seal that `seal` makes of the new inode.
    private func lay(_ files: [[UInt8]?], seal: (UInt64) -> String?) throws {
        let folder = directory.path + "/state"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (suffix, bytes) in zip(IndexRecorder.suffixes, files) {
            guard let bytes else { continue }
            FileManager.default.createFile(atPath: path + suffix, contents: Data(bytes))
        }
        if files[0] != nil, let text = seal(try DurableFile.facts(path).inode) {
            FileManager.default.createFile(atPath: path + ".seal", contents: Data(text.utf8))
        }
    }

    /// Opens what lies there beside a journal, lets it catch up and compares answers with a new index.
    ///
    /// - Returns: Whether the files were read on.
    private func isReadOn(
        _ past: IndexRecorder.Past, _ random: inout DiskRandom, _ what: String
    ) async throws -> Bool {
        let index = try recorder.index(path, boot: "now", past)
        let early = try await index.item(codesAt(random.below(codes.count)), orNil: true)
        #expect(early.map { $0.line <= $0.durable } ?? true, "\(what)")
        try IndexRecorder.catchUp(index, past)
        #expect(try index.position() == past.durable, "\(what)")
        for _ in 0..<6 {
            let place = random.below(codes.count)
            let answer = try await IndexRecorder.answer(index, codes[place])
            #expect(answer == past.answers[place], "\(what), \(codes[place])")
        }
        let isReadOn = index.dropped == nil && index.rebuilds.load(ordering: .relaxed) == 0
        index.close()
        return isReadOn
    }

    private var codes: [ItemCode] { recorder.codes }
    private func codesAt(_ place: Int) -> ItemCode { codes[place] }

    /// The files of one moment under the same kernel are read on wherever they are a prefix of the journal,
    /// and built again where the journal is the older one.
    @Test func whatAKilledProcessLeavesIsReadOn() async throws {
        var random = DiskRandom(seed: 1)
        #expect(recorder.moments.count > 10 && recorder.pasts.count > 10)
        #expect(recorder.moments.contains { ($0.files[1]?.count ?? 0) > 0 }, "a log that is not copied yet")
        #expect(recorder.moments.contains { ($0.files[0]?.count ?? 0) > 8_192 }, "a database with content")
        for (number, moment) in recorder.moments.enumerated() {
            for past in Set([moment.past, random.below(recorder.pasts.count), recorder.pasts.count - 1]) {
                try lay(moment.files) { "open now \($0)\n" }
                let what = "moment \(number), journal \(past)"
                let isReadOn = try await isReadOn(recorder.pasts[past], &random, what)
                #expect(isReadOn == (past >= moment.past), "\(what)")
            }
        }
    }

    /// Any mixture after a power cut: nothing of it is believed.
    @Test func whatAPowerCutLeavesIsBuiltAgain() async throws {
        let moments = recorder.moments
        var silent = 0
        for seed in 0..<UInt64(Self.states) {
            var random = DiskRandom(seed: seed)
            var files = IndexRecorder.suffixes.indices.map { moments[random.below(moments.count)].files[$0] }
            for place in files.indices { files[place] = Self.damaged(files[place], &random) }
            let seal = random.below(4)
            try lay(files) { inode in
                switch seal {
                case 0: nil
                case 1: "open before \(inode)\n"
                case 2: "open now \(inode + 1)\n"
                default: "closed \(inode) \(files[0]?.count ?? 0) 1 1\n"
                }
            }
            let past = recorder.pasts[random.below(recorder.pasts.count)]
            let isReadOn = try await isReadOn(past, &random, "seed \(seed)")
            // Without a database there is nothing to drop.
            #expect(!isReadOn || files[0] == nil, "seed \(seed)")
            silent += isReadOn ? 1 : 0
        }
        print("\(Self.states) states of the index after a power cut, \(silent) of them without a database")
    }

    /// What nobody may find but who writes into the files of a killed daemon: no crash, no endless loop, and
    /// what cannot be read is built again.
    @Test func damageThatNothingAnnouncesIsBorne() async throws {
        let moments = recorder.moments
        for seed in 0..<UInt64(Self.states / 4) {
            var random = DiskRandom(seed: seed &+ 1_000_000)
            var files = moments[random.below(moments.count)].files
            files[0] = Self.damaged(files[0], &random, always: true)
            files[1] = Self.damaged(files[1], &random)
            try lay(files) { "open now \($0)\n" }
            let past = recorder.pasts[recorder.pasts.count - 1]
            let index = try recorder.index(path, boot: "now", past)
            try IndexRecorder.catchUp(index, past)
            #expect(try index.position() == past.durable, "seed \(seed)")
            for _ in 0..<6 {
                let place = random.below(codes.count)
                let answer = try? await IndexRecorder.answer(index, codes[place])
                guard answer == nil else { continue }
                // Unreadable: the next step builds it again.
                #expect(index.isDamaged, "seed \(seed)")
                try IndexRecorder.catchUp(index, past)
                let again = try await IndexRecorder.answer(index, codes[place])
                #expect(again == past.answers[place], "seed \(seed)")
            }
            index.close()
        }
    }

    /// After an orderly stop the index is read on, unless anybody touched it since.
    @Test func afterAnOrderlyStopItIsReadOnIfUntouched() async throws {
        var random = DiskRandom(seed: 7)
        let (middle, last) = (
            recorder.pasts[recorder.pasts.count / 2], recorder.pasts[recorder.pasts.count - 1]
        )
        for touch in 0..<6 {
            try lay([nil, nil, nil]) { _ in nil }
            let first = try recorder.index(path, boot: "before", middle)
            try IndexRecorder.catchUp(first, middle)
            first.close()
            #expect(!DurableFile.exists(path + "-wal"), "closed in order, the database stands alone")
            var bytes = try #require(IndexRecorder.files(path)[0])
            switch touch {
            case 0: break
            case 1:
                bytes[bytes.count / 2] ^= 1
                try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: Data(bytes))
            case 2: truncate(path, off_t(bytes.count - 4_096))
            case 3:
                try FileManager.default.removeItem(atPath: path)
                FileManager.default.createFile(atPath: path, contents: Data(bytes))
            case 4:
                let log = try #require(recorder.moments.compactMap { $0.files[1] }.first { !$0.isEmpty })
                FileManager.default.createFile(atPath: path + "-wal", contents: Data(log))
            default: try FileManager.default.removeItem(atPath: path + ".seal")
            }
            let isReadOn = try await isReadOn(last, &random, "touch \(touch)")
            #expect(isReadOn == (touch == 0), "touch \(touch)")
        }
    }

    /// The index holds the serials of the line: its files are for its account and group, as all others.
    @Test func itsFilesAreNotForOthers() throws {
        let old = umask(0)
        defer { umask(old) }
        try lay([nil, nil, nil]) { _ in nil }
        let index = try recorder.index(path, boot: "now", recorder.pasts[0])
        try IndexRecorder.catchUp(index, recorder.pasts[0])
        for suffix in IndexRecorder.suffixes + [".seal"] {
            let facts = try FileManager.default.attributesOfItem(atPath: path + suffix)
            #expect(facts[.posixPermissions] as? Int == 0o640, "\(suffix)")
        }
        index.close()
    }

    // MARK: - Damage

    /// Mostly as it is; else shortened, with torn or zeroed blocks, or gone.
    private static func damaged(
        _ bytes: [UInt8]?, _ random: inout DiskRandom, always: Bool = false
    ) -> [UInt8]? {
        guard var bytes, !bytes.isEmpty else { return bytes }
        let block = random.below(2) == 0 ? 512 : 4_096
        let blocks = (bytes.count + block - 1) / block
        func range(_ number: Int) -> Range<Int> {
            number * block..<min(bytes.count, (number + 1) * block)
        }
        switch always ? 2 + random.below(4) : random.below(7) {
        case 0: return nil
        case 1: return []
        case 2: bytes.removeLast(random.below(bytes.count))
        case 3: for place in range(random.below(blocks)) { bytes[place] = 0 }
        case 4:
            // A block of another place, as a lost write leaves it when the file was reused.
            let (from, to) = (range(random.below(blocks)), range(random.below(blocks)))
            for (a, b) in zip(from, to) { bytes[b] = bytes[a] }
        case 5:
            for _ in 0...random.below(4) { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
        default: break
        }
        return bytes
    }
}

extension LineIndex {
    /// How far it is; `nil` where it does not know the item yet.
    fileprivate func item(_ code: ItemCode, orNil: Bool) async throws -> IndexAnswer? {
        do { return try await item(code).index } catch let fault as ControlFault
            where fault.code == "IDX-102" && orNil
        { return nil }
    }
}
