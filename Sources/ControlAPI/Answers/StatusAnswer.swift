/// What the line shows of itself.
package struct StatusAnswer: ControlPayload {
    /// Line name.
    package var line = ""
    /// PackML state: Stopped, Idle, Starting, Execute, Held or Completing.
    package var machine = ""
    /// When this was so, RFC 3339.
    package var at = ""
    /// Version of the daemon.
    package var version = ""
    /// Starts recorded in the journal.
    package var starts = 0
    /// The batch on the line, or the completed one that is not closed.
    package var batch: BatchAnswer?
    /// Batches that were suspended: each goes on with a start.
    package var suspended: [String] = []
    /// Why it is held.
    package var stop: StopAnswer?
    /// What stands between the batch and production, or between two batches.
    package var changeover: ChangeoverAnswer? = ChangeoverAnswer()
    /// Lanes, in the order of the configuration; a line with one has one without a name.
    package var lanes: [LaneAnswer] = []
    /// Units between camera and exit, on all lanes.
    package var onBelt = 0
    /// Serials left in the pool of the batch.
    package var serialsLeft = 0
    /// For how long they last at the present rate; `null` while not known.
    package var numbersTimeLeft: MinutesAnswer?
    /// For how long the journal's disk has room at the present rate; `null` while not known.
    package var diskTimeLeft: MinutesAnswer?
    /// Serials of units that are out for in-process control.
    package var takenOut: [String] = []
    /// Records waiting in the unit coders.
    package var coderWaiting = 0
    /// Packing stations, lowest level first.
    package var packing: [PackingAnswer] = []
    /// Where everything of the batch is, station by station.
    package var balance: [BalanceAnswer] = []
    /// Devices, in the order of the stations.
    package var devices: [DeviceAnswer] = []
    /// Alarms that are not over.
    package var alarms: [AlarmAnswer] = []
    /// Operators sign on at this line; otherwise the Unix account at the socket acts.
    package var signsOn = false
    /// Who is signed on.
    package var signedOn: [SignedOnAnswer] = []
    /// How far the journal is durable.
    package var journal: JournalAnswer?
    /// What the start did not read of the journal is still being verified; no batch is closed meanwhile.
    package var verifyingJournal = false

    /// Makes an empty status to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("line", &line)
        try visitor.text("machine", &machine)
        try visitor.text("at", &at)
        try visitor.text("version", &version)
        try visitor.number("starts", &starts)
        try visitor.optional("batch", &batch)
        try visitor.texts("suspended", &suspended)
        try visitor.optional("stop", &stop)
        try visitor.optional("changeover", &changeover)
        try visitor.list("lanes", &lanes)
        try visitor.number("onBelt", &onBelt)
        try visitor.number("serialsLeft", &serialsLeft)
        try visitor.optional("numbersTimeLeft", &numbersTimeLeft)
        try visitor.optional("diskTimeLeft", &diskTimeLeft)
        try visitor.texts("takenOut", &takenOut)
        try visitor.number("coderWaiting", &coderWaiting)
        try visitor.list("packing", &packing)
        try visitor.list("balance", &balance)
        try visitor.list("devices", &devices)
        try visitor.list("alarms", &alarms)
        try visitor.flag("signsOn", &signsOn)
        try visitor.list("signedOn", &signedOn)
        try visitor.optional("journal", &journal)
        try visitor.flag("verifyingJournal", &verifyingJournal)
    }
}

/// A lane of the line.
package struct LaneAnswer: ControlPayload {
    /// Name; empty on a line that has one lane.
    package var name = ""
    /// Units between camera and exit.
    package var onBelt = 0
    /// Records waiting in its coder.
    package var coderWaiting = 0

    /// Makes an empty lane to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.number("onBelt", &onBelt)
        try visitor.number("coderWaiting", &coderWaiting)
    }
}

/// A time in production.
package struct MinutesAnswer: ControlPayload {
    /// Whole minutes.
    package var minutes = 0

    /// Makes no time, to fill in.
    package init() {}

    /// Makes so many minutes.
    package init(_ minutes: Int) { self.minutes = minutes }

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("minutes", &minutes)
    }
}

/// Why the line holds, and what to do.
package struct StopAnswer: ControlPayload {
    /// Code, for example `LINE-121`.
    package var code = ""
    /// What happened.
    package var text = ""
    /// One thing to do now.
    package var remedy = ""
    /// Station concerned.
    package var station = ""
    /// Measured facts.
    package var detail = ""
    /// The belt is stopped, not only the feed.
    package var immediate = false

    /// Makes an empty cause to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("code", &code)
        try visitor.text("text", &text)
        try visitor.text("remedy", &remedy)
        try visitor.text("station", &station)
        try visitor.text("detail", &detail)
        try visitor.flag("immediate", &immediate)
    }
}

/// A packing station.
package struct PackingAnswer: ControlPayload {
    /// Station name.
    package var station = ""
    /// `case` or `pallet`.
    package var level = ""
    /// Items in the open container.
    package var open = 0
    /// Items in a full one.
    package var capacity = 0
    /// Containers closed.
    package var closed = 0
    /// SSCCs whose label waits to be read, in order.
    package var transit: [String] = []
    /// SSCCs whose label was renewed and must be read.
    package var unproved: [String] = []
    /// Those of them that lie on the side way.
    package var diverted: [String] = []
    /// The next container must be proved by an item and its label.
    package var proofDue = false
    /// SSCC being read again, or empty.
    package var readingAgain = ""
    /// SSCC of the container to be filled, whose label comes first.
    package var filling = ""
    /// People pack here in place of the station's readers.
    package var byHand = false

    /// Makes an empty station to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("station", &station)
        try visitor.text("level", &level)
        try visitor.number("open", &open)
        try visitor.number("capacity", &capacity)
        try visitor.number("closed", &closed)
        try visitor.texts("transit", &transit)
        try visitor.texts("unproved", &unproved)
        try visitor.texts("diverted", &diverted)
        try visitor.flag("proofDue", &proofDue)
        try visitor.text("readingAgain", &readingAgain)
        try visitor.text("filling", &filling)
        try visitor.flag("byHand", &byHand)
    }
}

/// What came to a station, and where it is now.
package struct BalanceAnswer: ControlPayload {
    /// Station name.
    package var station = ""
    /// What is counted, for example `units rejected`.
    package var what = ""
    /// How many there are; the parts add up to it.
    package var total = 0
    /// Where they are.
    package var parts: [CountAnswer] = []
    /// How many of them are surely not where they should be.
    package var missing = 0

    /// Makes an empty balance to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("station", &station)
        try visitor.text("what", &what)
        try visitor.number("total", &total)
        try visitor.list("parts", &parts)
        try visitor.number("missing", &missing)
    }
}

/// A device of the line.
package struct DeviceAnswer: ControlPayload {
    /// As named in the configuration.
    package var name = ""
    /// `connected`, `stale` or `faulty`.
    package var condition = ""
    /// What is wrong, or empty.
    package var detail = ""
    /// Its profile, as configured.
    package var profile = ""
    /// Vendor and model of its profile.
    package var model = ""
    /// What it says of itself: model, version, serial number; empty where it was not asked.
    package var says = ""
    /// Where it is, as configured.
    package var address = ""
    /// Strongest proof of its profile: `manual`, `transcript` or `hardware`.
    package var evidence = ""
    /// When it came or went, RFC 3339; empty before the first connection.
    package var since = ""
    /// Faults and broken frames since the start.
    package var faults = 0
    /// The last of them, or empty.
    package var lastFault = ""
    /// How the line took the last scan of a reader at a packing station, or empty.
    package var answer = ""
    /// Whether that scan was wanted and right.
    package var answerGood = false
    /// When that was, RFC 3339; empty before the first.
    package var answerAt = ""

    /// Makes an empty device to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("condition", &condition)
        try visitor.text("detail", &detail)
        try visitor.text("profile", &profile)
        try visitor.text("model", &model)
        try visitor.text("says", &says)
        try visitor.text("address", &address)
        try visitor.text("evidence", &evidence)
        try visitor.text("since", &since)
        try visitor.number("faults", &faults)
        try visitor.text("lastFault", &lastFault)
        try visitor.text("answer", &answer)
        try visitor.flag("answerGood", &answerGood)
        try visitor.text("answerAt", &answerAt)
    }
}

/// Every device of the line.
package struct DevicesAnswer: ControlPayload {
    /// In the order of the stations.
    package var devices: [DeviceAnswer] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("devices", &devices)
    }
}

/// An alarm that is not over.
package struct AlarmAnswer: ControlPayload {
    /// Code.
    package var code = ""
    /// Station or device.
    package var station = ""
    /// What is wrong, in words.
    package var text = ""
    /// Measured facts.
    package var detail = ""
    /// One thing to do now.
    package var remedy = ""
    /// `critical`, `high`, `medium` or `low`; empty for a code this version does not know.
    package var priority = ""
    /// `unacknowledged`, `acknowledged`, or `returned`: its cause went away before anybody has seen it.
    package var state = ""

    /// Makes an empty alarm to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("code", &code)
        try visitor.text("station", &station)
        try visitor.text("text", &text)
        try visitor.text("detail", &detail)
        try visitor.text("remedy", &remedy)
        try visitor.text("priority", &priority)
        try visitor.text("state", &state)
    }
}

/// A place in the journal.
package struct JournalAnswer: ControlPayload {
    /// Lines before it.
    package var line: UInt64 = 0
    /// Bytes before it.
    package var bytes: UInt64 = 0
    /// State of the chain there, base64url.
    package var head = ""

    /// Makes an empty place to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("line", &line)
        try visitor.number("bytes", &bytes)
        try visitor.text("head", &head)
    }
}

/// A command was done and is durable.
package struct DoneAnswer: ControlPayload {
    /// For people.
    package var text = ""

    /// Makes an empty answer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("text", &text)
    }
}
