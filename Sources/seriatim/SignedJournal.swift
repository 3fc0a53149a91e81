import EPCIS
import JournalCore
import LineCore
import LineDaemon
import LineEvents
import Settings
import SystemIO

/// A journal that was verified, up to its last signed line: what is made of it rests on nothing else.
struct SignedJournal {
    /// As it was given, to be named in messages.
    let directory: String
    let report: VerificationReport
    let identity: JournalIdentity
    /// Behind the last signed line.
    let end: JournalPosition
    private let storage: FileStorage

    /// Verifies the journal of a directory.
    ///
    /// - Parameter key: The public key it must be signed with; `nil`: the one it names.
    /// - Parameter refusal: What to throw where it was signed with another.
    init(_ directory: String, key: [UInt8]?, refusal: (DaemonError) -> CommandFailure) throws {
        self.directory = directory
        storage = try JournalFiles.open(directory)
        report = try JournalVerifier.verify(storage: storage, publicKey: key)
        if let missing = report.missing { throw refusal(DaemonError(missing, directory: directory)) }
        guard let identity = report.identity, let end = report.lastSigned else {
            if let damage = report.damage { throw damage }
            throw CommandFailure(
                "CLI-141 \(directory): no line of this journal is signed. A running line signs within a "
                    + "second; a copy that ends here proves nothing.",
                status: 65)
        }
        self.identity = identity
        self.end = end
    }

    /// The journal does not read as it did when it was verified.
    struct Altered: Error {}

    /// How far a reading came, and why it came no further.
    struct Outcome {
        /// The last line that was taken.
        var line: UInt64 = 0
        var failure: (any Error)?
    }

    /// Gives the records to `take`, one after another, each with its place.
    ///
    /// - Parameter isEnough: Asked now and then whether the rest may be left unread.
    /// - Returns: Whatever failed, ``Altered`` and what `take` threw included.
    func read(
        in zone: LineZone, until isEnough: () -> Bool = { false },
        _ take: (LineRecord, RecordPlace) throws -> Void
    ) -> Outcome {
        var zone = zone
        var outcome = Outcome()
        do {
            var reader = try JournalReader(storage: storage)
            while reader.position.isBefore(end), !isEnough() {
                let count = try reader.read(upTo: end, maxRecords: Self.recordsAtOnce) {
                    (record) throws(RecordRefused) in
                    do {
                        guard let (fact, wall) = try LineRecord.decode(record.body) else { return }
                        let offset = TimeZoneOffset(minutes: zone.minutes(at: wall))
                        try take(
                            fact, RecordPlace(line: record.end.line, wallMilliseconds: wall, zone: offset))
                        outcome.line = record.end.line
                    } catch {
                        outcome.failure = error
                        throw RecordRefused("not taken")
                    }
                }
                if count == 0, reader.position.isBefore(end) { throw Altered() }
            }
        } catch {
            outcome.failure = outcome.failure ?? error
        }
        return outcome
    }

    /// Records read before it is asked whether more are wanted.
    private static let recordsAtOnce = 10_000

    /// Says why records could not be taken; `nil` for what is no fault of theirs.
    func refusal(_ error: any Error, behind line: UInt64) -> String? {
        switch error {
        case let error as LineEventFault:
            "CLI-144 \(directory): behind line \(line) stands a record that contradicts those before it: "
                + "\(error.text). Report the fault."
        case let error as RecordFault:
            "CLI-145 \(directory): behind line \(line) stands a record this version does not understand "
                + "(\(error)). Use the version that wrote it."
        default: nil
        }
    }
}
