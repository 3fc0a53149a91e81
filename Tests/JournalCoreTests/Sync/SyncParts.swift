import JournalCore
import Simulator
import Testing

/// What a hub's store holds of one line: a value, so that a backup is a copy and a kill forgets nothing else.
struct HubStore: JournalBytes, Equatable {
    var receiver: JournalReceiver
    var chunks: [[UInt8]] = []
    /// Numbers of the records committed.
    var records: [Int] = []
    var generation: UInt64 = 1
    var isTokenUsed = false

    init(line: String) { receiver = JournalReceiver(line: line) }

    /// All bytes held.
    var stream: [UInt8] { chunks.flatMap { $0 } }

    func read(at offset: UInt64, count: Int) throws(JournalError) -> [UInt8] {
        var start: UInt64 = 0
        var bytes: [UInt8] = []
        for chunk in chunks {
            let end = start + UInt64(chunk.count)
            let from = offset + UInt64(bytes.count)
            if bytes.count < count, from >= start, from < end {
                let index = Int(from - start)
                bytes += chunk[index..<min(chunk.count, index + count - bytes.count)]
            }
            start = end
        }
        return bytes
    }

    func head(backup: JournalMark? = nil) -> HubHead {
        receiver.head(generation: generation, backup: backup)
    }

    /// Receives and commits; the answer to the batch.
    mutating func take(
        _ batch: JournalBatch, token: EnrolmentToken = .missing
    ) throws -> JournalReceiver.Reception {
        var records: [Int] = []
        let reception = try receiver.receive(batch, token: token, stored: self) { record in
            if let number = number(of: record) { records.append(number) }
        }
        guard case .accepted(let addition) = reception else { return reception }
        chunks.append(addition.bytes)
        self.records += records
        receiver = addition.receiver
        if addition.isEnrolment { isTokenUsed = true }
        return reception
    }

    /// What a fetch or a comparison is answered.
    func answer(from offset: UInt64, count: Int) throws -> [UInt8] {
        let range = receiver.fetchable(from: offset, count: count)
        return try read(at: range.lowerBound, count: range.count)
    }
}

/// The number in a body made by `body(_:filler:)`.
func number(of record: JournalRecord) -> Int? {
    let digits = String(decoding: record.body, as: UTF8.self).split(separator: ":")
    return digits.count > 2 ? digits[2].split(separator: ",").first.flatMap { Int($0) } : nil
}

/// The lines on a disk without padding, read without any of the code under test.
func stream(_ disk: SimulatedDisk) -> [UInt8] {
    var bytes: [UInt8] = []
    var segment = 1
    while let content = disk.content(JournalFormat.segmentName(segment)) {
        let end = content.lastIndex { $0 != 0x0A && $0 != 0 } ?? -1
        if end >= 0 { bytes += content[...end] + [0x0A] }
        segment += 1
    }
    return bytes
}

/// Where the lines of a stream that are checkpoints end.
func checkpointEnds(_ stream: [UInt8]) -> [Int] {
    var ends: [Int] = []
    var start = 0
    for (index, byte) in stream.enumerated() where byte == 0x0A {
        if stream[start...].starts(with: Array("{\"j\":\"sign\"".utf8)) { ends.append(index + 1) }
        start = index + 1
    }
    return ends
}

extension Fixture {
    /// A journal with so many groups of records, some of several, signed every few.
    func filled(_ groups: Int, from first: Int = 0, filler: Int = 150) throws -> Journal {
        var journal = try Journal.exists(storage: disk) ? open().journal : create()
        for index in first..<(first + groups) {
            try journal.append([body(index * 10, filler: filler)])
            if index % 4 == 1 { try journal.append([body(index * 10 + 1), body(index * 10 + 2)]) }
            try journal.commit(at: 0)
            if index % 5 == 4 { try journal.checkpoint() }
        }
        return journal
    }

    func own(_ journal: Journal) -> OwnJournal {
        OwnJournal(storage: disk, identity: identity, end: journal.durable)
    }

    /// A hub that holds the journal as it is now.
    func hub(_ journal: Journal, batchBytes: Int = 4096) throws -> HubStore {
        var hub = HubStore(line: identity.line)
        try send(journal, to: &hub, batchBytes: batchBytes)
        return hub
    }

    /// Sends what may be sent, batch by batch; how many there were.
    @discardableResult
    func send(_ journal: Journal, to hub: inout HubStore, batchBytes: Int = 4096) throws -> Int {
        let sender = JournalSender(identity: identity, batchBytes: batchBytes)
        for count in 0... {
            let step = try sender.step(
                hub: hub.head(), journal: own(journal), sendable: journal.durable, hasAppended: true)
            switch step {
            case .nothing: return count
            case .send(let batch), .enrol(let batch):
                guard case .accepted = try hub.take(batch, token: .valid) else { return -1 }
            case .fetch, .compare, .fork: return -1
            }
        }
        return -1
    }

    /// Compares with a hub until something is found.
    func finding(_ search: ForkSearch, _ hub: HubStore) throws -> (finding: ForkSearch.Finding, reads: Int) {
        var search = search
        var reads = 0
        while true {
            switch try search.next() {
            case .done(let finding): return (finding, reads)
            case .read(let offset, let count):
                reads += 1
                try search.take(hub.answer(from: offset, count: count))
            }
        }
    }
}
