import ControlAPI
import Foundation
import JournalCore
import Simulator
import SystemIO

@testable import LineCore
@testable import LineDaemon

/// Makes a journal, keeps what it was at many moments, and records the files of an index that follows it.
final class IndexRecorder: @unchecked Sendable {
    // Nothing changes after `init`.
    /// Identifier of the journal.
    static let journal = "one"
    /// Files of the database.
    static let suffixes = ["", "-wal", "-shm"]

    /// A journal as it was at one moment.
    struct Past {
        var directory: String
        var durable: JournalPosition
        /// What an index built anew answers, by code.
        var answers: [String] = []
    }

    /// The files of the index at one moment; `nil` where there was none.
    struct Moment {
        var files: [[UInt8]?]
        /// The journal it was made of, as an index.
        var past: Int
    }

    private static let decisionsPerPast = 22
    private let directory: TemporaryDirectory
    private var root: String { directory.path }
    private var live: Journal
    private var history: LineHistory
    private(set) var pasts: [Past] = []
    private(set) var moments: [Moment] = []
    private(set) var codes: [ItemCode] = []

    init(_ directory: TemporaryDirectory) async throws {
        self.directory = directory
        live = try TestLine.journal(try FileStorage(directory.path + "/live", writable: true))
        var plan = LineHistory.Plan()
        plan.openUnits = 60
        plan.closedUnits = 50
        plan.recordsBefore = 60
        plan.unitsPerCase = 4
        plan.casesPerPallet = 3
        plan.isImported = false
        history = LineHistory(plan)
        while try grow() {}
        try await answer()
        try record()
    }

    /// Writes some more decisions and keeps a copy of the journal.
    private func grow() throws -> Bool {
        var count = 0
        while count < Self.decisionsPerPast, let decision = history.next() {
            try live.append(decision)
            for record in decision { try note(record) }
            count += 1
        }
        guard count > 0 else { return false }
        try live.commit(at: 0)
        if pasts.count % 3 == 0 { try live.checkpoint() }
        let copy = "\(root)/past-\(pasts.count)"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        let name = JournalFormat.segmentName(live.durable.segment)
        let bytes = try FileStorage(root + "/live", writable: false).read(
            name, at: 0, count: live.durable.offset)
        FileManager.default.createFile(atPath: "\(copy)/\(name)", contents: Data(bytes))
        pasts.append(Past(directory: copy, durable: live.durable))
        return true
    }

    /// Notes what a record is about.
    private func note(_ body: [UInt8]) throws {
        switch try LineRecord.decode(body[...])?.record {
        case .unitSent(let fact): codes += fact.serials.map { .unit(gtin: nil, serial: $0) }
        case .collated(let fact): codes.append(.container(fact.sscc))
        default: break
        }
    }

    private func answer() async throws {
        for place in pasts.indices {
            let index = try index("\(root)/fresh-\(place)", boot: "b", pasts[place])
            try Self.catchUp(index, pasts[place])
            for code in codes { pasts[place].answers.append(try await Self.answer(index, code)) }
            index.close()
        }
    }

    /// The files after each step of an index that follows, its log copied into the database now and then.
    private func record() throws {
        let path = root + "/recorded"
        let index = try index(path, boot: "b", pasts[0])
        for (place, past) in pasts.enumerated() {
            try Self.catchUp(index, past)
            moments.append(Moment(files: Self.files(path), past: place))
        }
        index.close()
    }

    static func files(_ path: String) -> [[UInt8]?] {
        suffixes.map { FileManager.default.contents(atPath: path + $0).map { Array($0) } }
    }

    /// An index beside a journal.
    func index(_ path: String, boot: String, _ past: Past) throws -> LineIndex {
        let board = SnapshotBoard()
        board.publish(durable: past.durable)
        return try LineIndex(
            path: path, journal: Self.journal, boot: boot, imports: ImportStore(directory: root),
            board: board, checkpointPages: 24)
    }

    /// Follows to the journal's end.
    static func catchUp(_ index: LineIndex, _ past: Past) throws {
        var catchUp = IndexCatchUp(index, storage: try FileStorage(past.directory, writable: false))
        while try catchUp.step(upTo: past.durable) {}
    }

    /// Item and trace as a client gets them.
    static func answer(_ index: LineIndex, _ code: ItemCode) async throws -> String {
        do {
            let item = try await index.item(code).encoded
            return String(decoding: item + (try await index.trace(code).encoded), as: UTF8.self)
        } catch let fault as ControlFault where fault.code == "IDX-102" {
            return "none"
        }
    }
}
