/// One fact of the line, in the past tense: what the journal remembers and the state is folded from.
///
/// Adding a record: a struct in `Records/` with its fields, a case here, a line in each `switch` below, and
/// its meaning in `LineState+Apply.swift`.
package enum LineRecord: Equatable, Sendable {
    case lineStarted(LineStarted)
    case lineStopped(LineStopped)
    case poolAdded(PoolAdded)
    case productDefined(ProductDefined)
    case labelDefined(LabelDefined)
    case batchOpened(BatchOpened)
    case batchStarted(BatchStarted)
    case batchHeld(BatchHeld)
    case batchResumed(BatchResumed)
    case batchEnding(BatchEnding)
    case batchCompleted(BatchCompleted)
    case remainderListed(RemainderListed)
    case orphansListed(OrphansListed)
    case batchClosed(BatchClosed)
    case serialsReserved(SerialRange)
    case serialsVoided(SerialRange)
    case serialsReturned(SerialRange)
    case serialsKilled(SerialRange)
    case unitSent(UnitSent)
    case unitVerified(UnitVerified)
    case unitRejected(UnitRejected)
    case unitsPassed(Tracks)
    case unitDiverted(UnitRejected)
    case unitsCleared(Tracks)
    case rejectConfirmed(Tracks)
    case inDoubtScrapped(InDoubtScrapped)
    case unitLinked(UnitLinked)
    case containerOpened(ContainerOpened)
    case collated(Collated)
    case labelSent(LabelSent)
    case labelsDoubted(LabelsDoubted)
    case containerClosed(ContainerClosed)
    case contentReset(ContentReset)
    case itemRemoved(ItemRemoved)
    case itemAdded(ItemAdded)
    case containerDissolved(ContainerDissolved)
    case unitEnded(UnitEnded)
    case itemShipped(ItemShipped)
    case rejectRecovered(RejectRecovered)
    case rejectsCounted(RejectsCounted)
    case unitTakenOut(UnitTakenOut)
    case unitBroughtBack(UnitBroughtBack)
    case setUpEnded(SetUpEnded)
    case firstArticleShown(FirstArticleShown)
    case firstArticleJudged(FirstArticleJudged)
    case challengeJudged(ChallengeJudged)
    case challengesDue(ChallengesDue)
    case batchSuspended(BatchSuspended)
    case containerParked(ContainerParked)
    case lineCleared(LineCleared)
    case jobLoaded(JobLoaded)
    case jobRefused(JobRefused)
    case handCounted(HandCounted)
    case packingOverridden(PackingOverridden)
    case alarmRaised(AlarmRaised)
    case alarmAcknowledged(AlarmNamed)
    case alarmReturned(AlarmNamed)
    case batchReleased(BatchReleased)
    case operatorSignedOn(OperatorSignedOn)
    case operatorSignedOff(OperatorSignedOff)
    case operatorLocked(OperatorLocked)
    case operatorAdded(OperatorAdded)
    case operatorChanged(OperatorChanged)
    case actSigned(ActSigned)
    case shiftHandedOver(ShiftHandedOver)
    case journalAccepted(JournalAccepted)
    case snapshotWritten(SnapshotWritten)
}

/// The daemon started and recovered its journal.
package struct LineStarted: Equatable, Sendable {
    /// The journal ended with an orderly stop.
    package var clean = false
    /// Kernel boot identifier.
    package var boot = ""
    /// Version of the program.
    package var version = ""
    /// SHA-256 of the effective configuration.
    package var configuration = ""
}

/// The daemon ended in order.
package struct LineStopped: Equatable, Sendable {
    /// Why, in words.
    package var reason = ""
}

/// A pool of numbers came to the line.
package struct PoolAdded: Equatable, Sendable {
    /// Name of the pool.
    package var pool = ""
    /// `printed`, `preprinted` or `sscc`.
    package var kind = ""
    /// GTIN, or extension digit and company prefix.
    package var key = ""
    /// SHA-256 of the imported file; empty for a range.
    package var file = ""
    /// Text before each number of a range.
    package var prefix = ""
    /// First number of a range.
    package var first: UInt64 = 0
    /// Numbers in the pool.
    package var count = 0
    /// Digits of a number in a range.
    package var width = 0
    /// Characters the line drew the serials of at random; empty where it did not.
    package var alphabet = ""
    /// The market the serials are for; empty for none.
    package var market = ""
    /// Who brought it.
    package var actor = ""
}

/// A batch became known to the line, complete with all it needs.
package struct BatchOpened: Equatable, Sendable {
    /// The order.
    package var order = Order()
    /// Who opened it.
    package var actor = ""
    /// It waits for its release by another person.
    package var awaitsRelease = false
    /// Version of the product that the order was completed by and held against; 0: none was on the line.
    package var productVersion = 0
    /// Label templates of the product, as they were then.
    package var labels: [LabelUse] = []
    /// What full containers weigh, by the product as it was then.
    package var weights = WeightLimits()
}

/// A batch was loaded and runs.
package struct BatchStarted: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Who started it.
    package var actor = ""
    /// To adjust the line: nothing that is made is a unit.
    package var setUp = false
}

/// The running batch was held.
package struct BatchHeld: Equatable, Sendable {
    /// Code of the cause, a stop reason.
    package var reason = ""
    /// Station concerned.
    package var station = ""
    /// Measured facts, for people.
    package var detail = ""
    /// The belt was stopped; otherwise only the feed.
    package var immediate = false
    /// Who held it; empty where the line held itself.
    package var actor = ""
}

/// The held batch went on.
package struct BatchResumed: Equatable, Sendable {
    /// Who resumed it.
    package var actor = ""
}

/// The feed of the running batch ended; the line empties.
package struct BatchEnding: Equatable, Sendable {
    /// Who ended it.
    package var actor = ""
    /// The batch makes room for another, and goes on later.
    package var suspends = false
}

/// The line is empty of the batch.
package struct BatchCompleted: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
}

/// The batch was reconciled and closed.
package struct BatchClosed: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Who closed it.
    package var actor = ""
    /// Why it was closed with a remainder or orphans; empty if there were none.
    package var reason = ""
    /// Number of the deviation that covers them.
    package var deviation = ""
    /// Serials without a final state: the last of them, where records of the list stand before this one.
    package var remainder: [String] = []
    /// Orphans: as many stand in the `orphans.listed` before this record.
    package var orphans = 0
    /// What else it was closed over: rejects nobody accounted for, a first article nobody approved.
    package var open: [String] = []
}

/// Good items of a batch that is being closed which are in no container, though this line packs their level:
/// all of them, or a part of a list too long for one line. As with ``RemainderListed``, `batch.closed` ends
/// the list.
package struct OrphansListed: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Serials of commissioned units in no container.
    package var serials: [String] = []
    /// SSCCs of containers in no other.
    package var ssccs: [String] = []
}

/// A part of a remainder too long for one line; `batch.closed` follows and ends the list. A list that no
/// `batch.closed` ends was cut by a crash, and is made anew.
package struct RemainderListed: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Serials without a final state.
    package var serials: [String] = []
}

/// A run of numbers of one pool, by position from 0.
package struct SerialRange: Equatable, Sendable {
    /// Pool name.
    package var pool = ""
    /// Position of the first.
    package var first = 0
    /// How many.
    package var count = 0
}

/// Serials left for the printer, in printing order.
package struct UnitSent: Equatable, Sendable {
    /// The serials.
    package var serials: [String] = []
    /// The lane of the printer; empty on a line that has one.
    package var lane = ""
}

/// A unit carries what the order says, by every camera of the station.
package struct UnitVerified: Equatable, Sendable {
    /// Track number.
    package var track: UInt64 = 0
    /// Its serial.
    package var serial = ""
    /// Its lane; empty on a line that has one.
    package var lane = ""
}

/// A unit was judged bad, or a verified one did not pass.
package struct UnitRejected: Equatable, Sendable {
    /// Track number.
    package var track: UInt64 = 0
    /// One reason.
    package var reason = ""
    /// Its serial, where one of this batch was read.
    package var serial = ""
    /// Its lane; empty on a line that has one.
    package var lane = ""
}

/// Units by track number, ascending.
package struct Tracks: Equatable, Sendable {
    /// Track numbers.
    package var tracks: [UInt64] = []
}

/// In-doubt serials found their end: sent ones are label-scrapped, voided ones invalid.
package struct InDoubtScrapped: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// The serials.
    package var serials: [String] = []
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// A helper code was tied to a unit: it stands for the unit where that is packed.
package struct UnitLinked: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Serial of the unit.
    package var serial = ""
    /// The helper code, without symbology identifier.
    package var helper = ""
}

/// A container is to be filled: its label is printed and scanned first. What it holds, `collated` says then.
package struct ContainerOpened: Equatable, Sendable {
    /// What it is.
    package var level = PackLevel.case
    /// Its SSCC, 18 digits.
    package var sscc = ""
    /// Batch identifier.
    package var batch = ""
    /// Station.
    package var station = ""
}

/// A container is full or was closed early: what it holds, before its label is sent.
package struct Collated: Equatable, Sendable {
    /// What it is.
    package var level = PackLevel.case
    /// Its SSCC, 18 digits.
    package var sscc = ""
    /// Batch identifier.
    package var batch = ""
    /// Station.
    package var station = ""
    /// Serials of units, or SSCCs of containers, in reading order.
    package var children: [String] = []
    /// Who closed it before it was full; empty for a full one.
    package var actor = ""
    /// Who scanned its last item, where people pack by hand and sign on.
    package var packer = ""
}

extension Collated {
    /// What would be recorded of an opened container with nothing in it.
    package init(empty opened: ContainerOpened) {
        self.init(
            level: opened.level, sscc: opened.sscc, batch: opened.batch, station: opened.station)
    }
}

/// A label left for the printer.
package struct LabelSent: Equatable, Sendable {
    /// SSCC on it.
    package var sscc = ""
    /// 1, or more for an authorised reprint.
    package var copy = 0
    /// Units really inside, in whatever containers: the count on it.
    package var count = 0
    /// Why it was reprinted.
    package var reason = ""
    /// Who asked for the reprint.
    package var actor = ""
    /// Labels printed at once, where a container carries several; otherwise 0.
    package var pieces = 0
    /// What became of the label before it: an ``OldLabel``; empty for the first.
    package var old = ""
}

/// Labels of containers that wait may be on the wrong ones: each is proved by an item and its label.
package struct LabelsDoubted: Equatable, Sendable {
    /// SSCCs of the containers.
    package var ssccs: [String] = []
    /// It left the line for a side way, as its label could not be read: the order of the others holds.
    package var diverted = false
}

/// A container's label was read back: it is closed.
package struct ContainerClosed: Equatable, Sendable {
    /// What it is.
    package var level = PackLevel.case
    /// Its SSCC.
    package var sscc = ""
    /// An item of it was read right before its label; otherwise the label came in its order.
    package var proved = false
    /// What it weighed then; 0 where it was not weighed.
    package var milligrams = 0
}

/// A container was read again from empty: this is what it holds.
package struct ContentReset: Equatable, Sendable {
    /// Its SSCC.
    package var sscc = ""
    /// What was read.
    package var children: [String] = []
    /// Who had it read again.
    package var actor = ""
}

/// An item was taken out of its container.
package struct ItemRemoved: Equatable, Sendable {
    /// SSCC of the container.
    package var sscc = ""
    /// Serial of the unit or SSCC of the container.
    package var item = ""
    /// Why.
    package var reason = ""
    /// Who.
    package var actor = ""
}

/// Something needs a person.
package struct AlarmRaised: Equatable, Sendable {
    /// Code of the alarm.
    package var alarm = ""
    /// Station or device concerned.
    package var station = ""
    /// Measured facts.
    package var detail = ""
}

/// An alarm was acknowledged or its cause went away.
package struct AlarmNamed: Equatable, Sendable {
    /// Code of the alarm.
    package var alarm = ""
    /// Station or device concerned.
    package var station = ""
    /// Who acknowledged it; empty where it went away.
    package var actor = ""
}

/// A person answers for lines that stood unsigned, more than a start takes by itself. The record is the first
/// behind them; the checkpoint behind it signs them all.
package struct JournalAccepted: Equatable, Sendable {
    /// Lines up to the last checkpoint before them.
    package var after: UInt64 = 0
    /// How many lines.
    package var lines: UInt64 = 0
    /// Head of the chain behind the last of them.
    package var head = ""
    /// Why.
    package var reason = ""
    /// Who, by name.
    package var actor = ""
    /// The Unix account that gave the command, `uid:NAME`.
    package var account = ""

    /// Makes the record from its fields.
    package init(
        after: UInt64 = 0, lines: UInt64 = 0, head: String = "", reason: String = "", actor: String = "",
        account: String = ""
    ) {
        self.after = after
        self.lines = lines
        self.head = head
        self.reason = reason
        self.actor = actor
        self.account = account
    }

    /// Makes an empty record.
    init() { self.init(after: 0) }
}

/// A snapshot of the state was put on stable storage. It changes nothing; a start may trust the file by it.
package struct SnapshotWritten: Equatable, Sendable {
    /// Lines of the journal that the state is folded from.
    package var line: UInt64 = 0
    /// State of the chain behind them, base64url.
    package var head = ""
    /// SHA-256 of the file, hexadecimal.
    package var sha256 = ""

    init() {}

    /// Makes the fact of one file.
    package init(line: UInt64, head: String, sha256: String) {
        self.line = line
        self.head = head
        self.sha256 = sha256
    }
}
