/// Why the journal refuses: a stable code, the place, measured facts and one remedy.
package struct JournalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases: manuals, alarms and support calls refer to it.
    package enum Code: String, Sendable, CaseIterable {
        /// Another process holds the journal.
        case locked = "JRN-101"
        /// The directory holds no journal that was begun.
        case noJournal = "JRN-102"
        /// A journal is already there; creating would hide it.
        case alreadyExists = "JRN-103"
        /// The journal is not what was written. Never repaired by itself.
        case damaged = "JRN-104"
        /// More lines without a signature than a start may take by itself.
        case tooManyUnsigned = "JRN-105"
        /// The key given is not the key of this journal.
        case wrongKey = "JRN-106"
        /// The disk is about to fill. Nothing was lost; the line stops.
        case diskNearlyFull = "JRN-107"
        /// A write or sync failed. The journal takes nothing more; the process ends.
        case storageFailed = "JRN-108"
        /// The journal failed before.
        case poisoned = "JRN-109"
        /// A decision is larger than a group may be.
        case decisionTooLarge = "JRN-110"
        /// A record body the format cannot carry.
        case badBody = "JRN-111"
        /// The reader of a record refused it.
        case recordRefused = "JRN-112"
        /// Written by a newer version of the format.
        case unknownVersion = "JRN-113"
        /// A limit out of its range.
        case badLimit = "JRN-114"
        /// The head asked for is not in this journal.
        case headNotFound = "JRN-115"
        /// Not more lines stand unsigned than a start takes by itself.
        case nothingToAccept = "JRN-116"
        /// Nothing signed vouches for the place where a start began to read.
        case beginningUnproven = "JRN-117"
        /// A batch larger than any may be. Nothing of it was taken, as with every refused batch.
        case batchTooLarge = "JRN-211"
        /// A batch that does not begin or end behind a checkpoint, or was cut short on the way.
        case batchUnsigned = "JRN-212"
        /// Lines that do not continue the journal.
        case brokenChain = "JRN-213"
        /// A checkpoint that is not signed by the line's key.
        case badSignature = "JRN-214"
        /// The lines are of another journal than the one held, or than the one asked for.
        case otherJournal = "JRN-215"
        /// No journal of this line is held, and no token allows a new one.
        case unknownLine = "JRN-216"
        /// The token is not one for this line.
        case wrongToken = "JRN-217"
        /// The token was used before.
        case usedToken = "JRN-218"
        /// Two journals were signed with one key: the line's and the hub's parted.
        case forked = "JRN-219"
        /// What the hub answered is no part of this line's journal.
        case badAnswer = "JRN-220"
        /// More lies between two checkpoints than a batch may hold.
        case stretchTooLong = "JRN-221"
    }

    /// What kind of refusal.
    package var code: Code
    /// Where in the journal, if it is about a place.
    package var place: JournalPlace?
    /// Measured facts. Never a record's content.
    package var detail: String
    /// One step the reader can take now.
    package var remedy: String
    /// The storage operation that failed, if one did.
    package var storage: StorageError?

    init(_ code: Code, _ detail: String, remedy: String, at place: JournalPlace? = nil) {
        self.code = code
        self.detail = detail
        self.remedy = remedy
        self.place = place
    }

    /// The refusal that follows from a failed operation of a storage.
    package init(_ error: StorageError) {
        if error.reason == .locked {
            self.init(
                .locked, "another process holds the journal",
                remedy: "Stop it, or name another data directory.")
        } else {
            self.init(
                .storageFailed, error.description,
                remedy: "Check disk and cable, then start again; nothing acknowledged is lost.")
        }
        storage = error
    }

    static func damaged(_ detail: String, at place: JournalPlace) -> JournalError {
        JournalError(
            .damaged, detail,
            remedy: "Copy the directory, then put back the segment from the hub or a backup; never edit it.",
            at: place)
    }

    /// Exit status of a process that ends on this error (`sysexits`).
    package var exitStatus: Int32 {
        switch code {
        case .locked: 75  // EX_TEMPFAIL
        case .damaged, .tooManyUnsigned, .recordRefused, .unknownVersion, .headNotFound, .nothingToAccept,
            .beginningUnproven, .batchTooLarge, .batchUnsigned, .brokenChain, .badSignature, .otherJournal,
            .forked, .badAnswer, .stretchTooLong:
            65  // EX_DATAERR
        case .noJournal: 66  // EX_NOINPUT
        case .diskNearlyFull, .storageFailed, .poisoned: 74  // EX_IOERR
        case .wrongKey, .badLimit: 78  // EX_CONFIG
        case .alreadyExists: 73  // EX_CANTCREAT
        case .unknownLine, .wrongToken, .usedToken: 77  // EX_NOPERM
        case .decisionTooLarge, .badBody: 70  // EX_SOFTWARE
        }
    }

    /// What is wrong and where, without the remedy: for the text of another error.
    package var fact: String {
        let where_ = place.map { " at \($0)" } ?? ""
        return "\(code.rawValue) journal\(where_): \(detail)"
    }

    package var description: String { "\(fact). \(remedy)" }
}

/// Thrown by a visitor that cannot take a record.
package struct RecordRefused: Error, Equatable, Sendable {
    /// What is wrong with the record, without its content.
    package var reason: String

    /// Makes a refusal with its reason.
    package init(_ reason: String) { self.reason = reason }
}
