import EPCIS
import LineCore

/// What a report was made from.
package struct ReportSource: Equatable, Sendable {
    /// Name of the line.
    package var line = ""
    /// Identity of its journal, 32 hexadecimal digits.
    package var journal = ""
    /// Public key of the journal's signatures, base64url.
    package var key = ""
    /// The key was given by who asked, and is the one that signed.
    package var isKeyProven = false
    /// The last line that was read; a signature stands behind it.
    package var lastLine: UInt64 = 0
    /// When it was written; `nil` before the first record.
    package var lastTime: EventTime?
    /// Lines that nobody has signed yet; they are left out.
    package var unsignedLines: UInt64 = 0
    /// Where the journal is damaged, in words; empty where it is whole.
    package var damage = ""

    /// A source to fill in.
    package init() {}
}

/// A list that is cut where nobody would read on, and counted to its end.
package struct ReportList<Element: Equatable & Sendable>: Equatable, Sendable {
    /// The first ones.
    package private(set) var items: [Element] = []
    /// How many there are.
    package private(set) var count = 0

    /// Most elements a list holds.
    package static var maxItems: Int { 1_000 }

    /// How many were cut off.
    package var more: Int { count - items.count }

    package init() {}

    mutating func append(_ element: Element) {
        count += 1
        if items.count < Self.maxItems { items.append(element) }
    }

    /// Counts elements that are not kept.
    mutating func skip(_ elements: Int) { count += elements }

    /// Changes an element that was appended before.
    mutating func change(_ index: Int, _ change: (inout Element) -> Void) { change(&items[index]) }
}

/// How many of something.
package struct ReportCount: Equatable, Sendable {
    package let name: String
    package let count: Int

    init(_ name: String, _ count: Int) {
        self.name = name
        self.count = count
    }
}

/// `left = terms + rest`: holds when nothing is left over.
package struct ReportEquation: Equatable, Sendable {
    package let left: ReportCount
    package let terms: [ReportCount]
    /// What the terms do not account for.
    package let remainder: Int
    /// What that is called.
    package let rest: String

    init(left: ReportCount, terms: [ReportCount], rest: String) {
        self.left = left
        self.terms = terms
        self.rest = rest
        remainder = left.count - terms.reduce(0) { $0 + $1.count }
    }

    /// Everything is accounted for.
    package var holds: Bool { remainder == 0 }
}

/// When something was done, and by whom.
package struct ReportAct: Equatable, Sendable {
    package let at: EventTime
    /// Empty where the line did it by itself.
    package let actor: String
}

/// The steps of a batch; `nil` where it has not come so far.
package struct ReportCourse: Equatable, Sendable {
    package var opened: ReportAct?
    /// Another person than who opened it reviewed it; `nil` also where no batch waits for that.
    package var released: ReportAct?
    package var started: ReportAct?
    /// The feed was turned off.
    package var ending: ReportAct?
    /// The line was empty.
    package var completed: ReportAct?
    package var closed: ReportAct?

    /// The steps in order, by their words.
    package var steps: [(name: String, act: ReportAct?)] {
        [
            ("opened", opened), ("released", released), ("started", started), ("ending", ending),
            ("completed", completed), ("closed", closed),
        ]
    }
}

/// Something a person did or said.
package struct ReportEntry: Equatable, Sendable {
    package let at: EventTime
    /// What, in words.
    package var text: String
    package var reason: String
    package let actor: String
}

/// An answer of a device that was asked for its job.
package struct ReportJob: Equatable, Sendable {
    package let at: EventTime
    package let device: String
    /// The job the order wants.
    package let job: String
    /// The name the device gave; empty where it gave none.
    package let found: String
    /// Why that is no proof; empty where it is one.
    package let refused: String
}

/// What somebody has to look at.
package struct ReportExceptions: Equatable, Sendable {
    /// Serials of a completed or closed batch without a final state.
    package var remainder = ReportList<ReportSerial>()
    /// Serials of good units in no case, as listed when the batch was closed.
    package var orphanUnits = ReportList<String>()
    /// SSCCs of containers in no other, as listed when the batch was closed.
    package var orphanContainers = ReportList<String>()
    /// A person answered for lines of the journal without a signature.
    package var acceptances = ReportList<ReportEntry>()
    /// Acts of persons by which the line took something back: scrapped serials, items taken out, contents
    /// read again.
    package var overrides = ReportList<ReportEntry>()
    /// Containers whose label may have been on another, once for each time.
    package var doubtedLabels = ReportList<ReportDoubt>()
    package var reprints = ReportList<ReportReprint>()
    /// The counts the line kept are not those counted one by one.
    package var hasWrongCounts = false
}

/// A serial that needs a word.
package struct ReportSerial: Equatable, Sendable {
    package let serial: String
    package let state: SerialState
    /// Why its unit was rejected last; empty where none was, or its serial was not read.
    package let reject: String
}

/// A label that was doubted.
package struct ReportDoubt: Equatable, Sendable {
    package let at: EventTime
    package let sscc: String
}

/// A further copy of a label.
package struct ReportReprint: Equatable, Sendable {
    package let at: EventTime
    package let sscc: String
    /// 2 for the first reprint.
    package let copy: Int
    /// Items printed on it.
    package let count: Int
    package let reason: String
    package let actor: String
}

/// Rejects of one hour by the line's clock.
package struct ReportHour: Equatable, Sendable {
    /// When it began.
    package let begin: EventTime
    /// Rejects by reason, in the order of the reasons.
    package let reasons: [ReportCount]

    /// All of them.
    package var count: Int { reasons.reduce(0) { $0 + $1.count } }
}

/// Containers of one level, without those that were dissolved.
package struct ReportContainers: Equatable, Sendable {
    package let level: PackLevel
    package var made = 0
    /// With their label read back.
    package var closed = 0
    /// Of these, how many hold fewer items than the order says, and which.
    package var partial = ReportList<ReportPartial>()
    /// With more than one label.
    package var reprinted = 0
    /// Items in them.
    package var items = 0
}

/// A container that is not full.
package struct ReportPartial: Equatable, Sendable {
    package let sscc: String
    package let count: Int
}

/// A stop: from one hold to the resume, or to the next hold.
package struct ReportStop: Equatable, Sendable {
    package let begin: EventTime
    /// Code of the reason.
    package let code: String
    package let station: String
    package let detail: String
    /// The belt was stopped; otherwise only the feed.
    package let isImmediate: Bool
    /// Who held the line; empty where it held itself.
    package let heldBy: String
    /// `nil` while the stop lasts.
    package var end: EventTime?
    package var ending = Ending.lasting
    /// Who resumed.
    package var resumedBy = ""
    /// Whoever said to have seen it; `nil` for nobody.
    package var acknowledged: ReportAct?

    /// How a stop ended.
    package enum Ending: String, Equatable, Sendable {
        case lasting
        case resumed
        /// Another reason took its place.
        case overtaken
        /// The batch was completed.
        case completed
        /// The batch left the line for another.
        case suspended
    }

    /// What the reason says, in words.
    package var text: String { StopReason(rawValue: code)?.text ?? "" }

    /// How long it lasted; 0 where the clock was set back meanwhile.
    package var milliseconds: Int64? { end.map { max(0, $0.milliseconds - begin.milliseconds) } }
}

/// Stops of a batch.
package struct ReportStops: Equatable, Sendable {
    /// In order of time.
    package var list = ReportList<ReportStop>()
    /// By their reason, in the order of the codes.
    package var causes: [ReportCause] = []

    /// How long the line stood.
    package var milliseconds: Int64 { causes.reduce(0) { $0.addingSaturated($1.milliseconds) } }
}

extension Int64 {
    /// The sum, or the largest number: a clock that was set may make any time stand in a journal.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

/// Stops for one reason.
package struct ReportCause: Equatable, Sendable {
    package let code: String
    package var count = 0
    package var milliseconds: Int64 = 0

    /// What the reason says, in words.
    package var text: String { StopReason(rawValue: code)?.text ?? "" }
}

/// An alarm, from its cause to its end.
package struct ReportAlarm: Equatable, Sendable {
    package let code: String
    /// Station or device.
    package let station: String
    package let detail: String
    package let raised: EventTime
    /// Whoever has seen it; `nil` for nobody yet.
    package var acknowledged: ReportAct?
    /// When its cause went away; `nil` while it lasts.
    package var returned: EventTime?

    /// What the code says, in words.
    package var text: String { AlarmCause(rawValue: code)?.text ?? "" }
}

/// A start of the controller.
package struct ReportStart: Equatable, Sendable {
    package let at: EventTime
    /// The journal ended in order; otherwise what was on the belt was given up.
    package let isClean: Bool
    /// The batch was started and not closed; otherwise it was started under this start.
    package let isWithin: Bool
    /// When the controller wrote last before; `nil` at its first start.
    package let before: EventTime?
    package let version: String
    /// SHA-256 of the configuration in effect.
    package let configuration: String

    /// What was on the belt was given up while the batch was in hand.
    package var isException: Bool { isWithin && !isClean }

    /// How long the controller was silent before; `nil` at its first start.
    package var silentMilliseconds: Int64? { before.map { max(0, at.milliseconds - $0.milliseconds) } }
}
