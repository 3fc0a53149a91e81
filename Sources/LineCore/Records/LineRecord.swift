/// One fact of the line, in the past tense: what the journal remembers and the state is folded from.
///
/// Adding a record: a struct in `Records/` with its fields, a case here, a line in each `switch` below, and
/// its meaning in `LineState+Apply.swift`.
public enum LineRecord: Equatable, Sendable {
    case lineStarted(LineStarted)
    case lineStopped(LineStopped)
    case poolAdded(PoolAdded)
    case batchOpened(BatchOpened)
    case batchStarted(BatchStarted)
    case batchHeld(BatchHeld)
    case batchResumed(BatchResumed)
    case batchEnding(BatchEnding)
    case batchCompleted(BatchCompleted)
    case batchClosed(BatchClosed)
    case serialsReserved(SerialRange)
    case serialsVoided(SerialRange)
    case serialsReturned(SerialRange)
    case unitSent(UnitSent)
    case unitVerified(UnitVerified)
    case unitRejected(UnitRejected)
    case unitsPassed(Tracks)
    case unitDiverted(UnitRejected)
    case unitsCleared(Tracks)
    case rejectConfirmed(Tracks)
    case inDoubtScrapped(InDoubtScrapped)
    case collated(Collated)
    case labelSent(LabelSent)
    case containerClosed(ContainerClosed)
    case contentReset(ContentReset)
    case itemRemoved(ItemRemoved)
    case alarmRaised(AlarmRaised)
    case alarmAcknowledged(AlarmNamed)
    case alarmReturned(AlarmNamed)
}

/// The daemon started and recovered its journal.
public struct LineStarted: Equatable, Sendable {
    /// The journal ended with an orderly stop.
    public var clean = false
    /// Kernel boot identifier.
    public var boot = ""
    /// Version of the program.
    public var version = ""
    /// SHA-256 of the effective configuration.
    public var configuration = ""
}

/// The daemon ended in order.
public struct LineStopped: Equatable, Sendable {
    /// Why, in words.
    public var reason = ""
}

/// A pool of numbers came to the line.
public struct PoolAdded: Equatable, Sendable {
    /// Name of the pool.
    public var pool = ""
    /// `printed`, `preprinted` or `sscc`.
    public var kind = ""
    /// GTIN, or extension digit and company prefix.
    public var key = ""
    /// SHA-256 of the imported file; empty for a range.
    public var file = ""
    /// Text before each number of a range.
    public var prefix = ""
    /// First number of a range.
    public var first: UInt64 = 0
    /// Numbers in the pool.
    public var count = 0
    /// Digits of a number in a range.
    public var width = 0
    /// Who brought it.
    public var actor = ""
}

/// A batch became known to the line, complete with all it needs.
public struct BatchOpened: Equatable, Sendable {
    /// The order.
    public var order = Order()
    /// Who opened it.
    public var actor = ""
}

/// A batch was loaded and runs.
public struct BatchStarted: Equatable, Sendable {
    /// Batch identifier.
    public var batch = ""
    /// Who started it.
    public var actor = ""
}

/// The running batch was held.
public struct BatchHeld: Equatable, Sendable {
    /// Code of the cause, a stop reason.
    public var reason = ""
    /// Station concerned.
    public var station = ""
    /// Measured facts, for people.
    public var detail = ""
    /// The belt was stopped; otherwise only the feed.
    public var immediate = false
    /// Who held it; empty where the line held itself.
    public var actor = ""
}

/// The held batch went on.
public struct BatchResumed: Equatable, Sendable {
    /// Who resumed it.
    public var actor = ""
}

/// The feed of the running batch ended; the line empties.
public struct BatchEnding: Equatable, Sendable {
    /// Who ended it.
    public var actor = ""
}

/// The line is empty of the batch.
public struct BatchCompleted: Equatable, Sendable {
    /// Batch identifier.
    public var batch = ""
}

/// The batch was reconciled and closed.
public struct BatchClosed: Equatable, Sendable {
    /// Batch identifier.
    public var batch = ""
    /// Who closed it.
    public var actor = ""
    /// Why it was closed with a remainder; empty if there was none.
    public var reason = ""
    /// Number of the deviation that covers the remainder.
    public var deviation = ""
    /// Serials without a final state.
    public var remainder: [String] = []
}

/// A run of numbers of one pool, by position from 0.
public struct SerialRange: Equatable, Sendable {
    /// Pool name.
    public var pool = ""
    /// Position of the first.
    public var first = 0
    /// How many.
    public var count = 0
}

/// Serials left for the printer, in printing order.
public struct UnitSent: Equatable, Sendable {
    /// The serials.
    public var serials: [String] = []
}

/// A unit carries what the order says, by every camera of the station.
public struct UnitVerified: Equatable, Sendable {
    /// Track number.
    public var track: UInt64 = 0
    /// Its serial.
    public var serial = ""
}

/// A unit was judged bad, or a verified one did not pass.
public struct UnitRejected: Equatable, Sendable {
    /// Track number.
    public var track: UInt64 = 0
    /// One reason.
    public var reason = ""
    /// Its serial, where one of this batch was read.
    public var serial = ""
}

/// Units by track number, ascending.
public struct Tracks: Equatable, Sendable {
    /// Track numbers.
    public var tracks: [UInt64] = []
}

/// In-doubt serials found their end: sent ones are label-scrapped, voided ones invalid.
public struct InDoubtScrapped: Equatable, Sendable {
    /// Batch identifier.
    public var batch = ""
    /// The serials.
    public var serials: [String] = []
    /// Why.
    public var reason = ""
    /// Who.
    public var actor = ""
}

/// A container is full or was closed early: what it holds, before its label is sent.
public struct Collated: Equatable, Sendable {
    /// `case` or `pallet`.
    public var level = PackLevel.case
    /// Its SSCC, 18 digits.
    public var sscc = ""
    /// Batch identifier.
    public var batch = ""
    /// Station.
    public var station = ""
    /// Serials of units, or SSCCs of cases, in reading order.
    public var children: [String] = []
}

/// A label left for the printer.
public struct LabelSent: Equatable, Sendable {
    /// SSCC on it.
    public var sscc = ""
    /// 1, or more for an authorised reprint.
    public var copy = 0
    /// Count printed on it.
    public var count = 0
    /// Why it was reprinted.
    public var reason = ""
    /// Who asked for the reprint.
    public var actor = ""
}

/// A container's label was read back: it is closed.
public struct ContainerClosed: Equatable, Sendable {
    /// `case` or `pallet`.
    public var level = PackLevel.case
    /// Its SSCC.
    public var sscc = ""
}

/// A container was read again from empty: this is what it holds.
public struct ContentReset: Equatable, Sendable {
    /// Its SSCC.
    public var sscc = ""
    /// What was read.
    public var children: [String] = []
    /// Who had it read again.
    public var actor = ""
}

/// An item was taken out of its container.
public struct ItemRemoved: Equatable, Sendable {
    /// SSCC of the container.
    public var sscc = ""
    /// Serial of the unit or SSCC of the case.
    public var item = ""
    /// Why.
    public var reason = ""
    /// Who.
    public var actor = ""
}

/// Something needs a person.
public struct AlarmRaised: Equatable, Sendable {
    /// Code of the alarm.
    public var alarm = ""
    /// Station or device concerned.
    public var station = ""
    /// Measured facts.
    public var detail = ""
}

/// An alarm was acknowledged or its cause went away.
public struct AlarmNamed: Equatable, Sendable {
    /// Code of the alarm.
    public var alarm = ""
    /// Station or device concerned.
    public var station = ""
    /// Who acknowledged it; empty where it went away.
    public var actor = ""
}
