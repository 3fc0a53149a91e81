/// Why the line holds itself, with what a person should do.
package enum StopReason: String, CaseIterable, Equatable, Sendable {
    case asked = "LINE-100"
    case restart = "LINE-101"
    case firstArticle = "LINE-102"
    case challengeDue = "LINE-103"
    case challengeFailed = "LINE-104"
    case parked = "LINE-105"
    case zoneUnknown = "LINE-106"
    case jobRefused = "LINE-108"
    case noResult = "LINE-110"
    case readsUnclear = "LINE-111"
    case strayRead = "LINE-112"
    case readsDiffer = "LINE-113"
    case symbology = "LINE-114"
    case skipped = "LINE-115"
    case edgesLost = "LINE-116"
    case rejectsInRow = "LINE-120"
    case rejectNotConfirmed = "LINE-121"
    case rejectUnexpected = "LINE-122"
    case rejectedPassed = "LINE-123"
    case unknownPassed = "LINE-124"
    case unitLost = "LINE-125"
    case exitsUnclear = "LINE-126"
    case gateLate = "LINE-127"
    case takeOff = "LINE-119"
    case gateFault = "LINE-128"
    case binFull = "LINE-129"
    case packRefused = "LINE-130"
    case packUnread = "LINE-131"
    case labelMismatch = "LINE-132"
    case labelUnread = "LINE-133"
    case transitFull = "LINE-134"
    case printerFault = "LINE-135"
    case labelUnproved = "LINE-136"
    case proofDue = "LINE-137"
    case linkRefused = "LINE-138"
    case weightWrong = "LINE-143"
    case notWeighed = "LINE-144"
    case numbersEnd = "LINE-140"
    case ssccEnd = "LINE-141"
    case diskShort = "LINE-142"
    case deviceLost = "LINE-150"
    case watchdog = "LINE-151"

    /// What happened, in words.
    package var text: String {
        switch self {
        case .asked: "held by a person"
        case .restart: "the controller was started while this batch was on the line"
        case .firstArticle: "the first article of the batch waits to be approved"
        case .challengeDue: "challenge packs must be thrown out before production"
        case .challengeFailed: "a challenge pack was not thrown out for its own reason"
        case .parked: "containers were put aside with this batch while they were not full"
        case .zoneUnknown: "what lies between camera and stop position is not known"
        case .jobRefused: "a device did not load its job, or has another"
        case .takeOff: "a bad unit stands before the stop position"
        case .noResult: "a unit passed the camera and the camera answered nothing"
        case .readsUnclear: "a read could belong to two units"
        case .strayRead: "the camera read something while no unit was before it"
        case .readsDiffer: "one unit gave two different reads"
        case .symbology: "a read came without the expected symbology identifier"
        case .skipped: "more serials than allowed were skipped between two units"
        case .edgesLost: "several units passed the camera between two scans of the I/O"
        case .rejectsInRow: "too many units in a row were rejected"
        case .rejectNotConfirmed: "a reject was not seen in the chute"
        case .rejectUnexpected: "the chute sensor saw a unit that was not rejected"
        case .rejectedPassed: "a rejected unit went past the gate"
        case .unknownPassed: "an unknown unit went past the gate"
        case .unitLost: "a unit vanished between camera and exit"
        case .exitsUnclear: "units at the exit could not be told apart"
        case .gateLate: "a command reached the gate after its unit"
        case .gateFault: "the gate reports a fault"
        case .binFull: "the reject bin is full"
        case .packRefused: "an item may not go into the open container"
        case .packUnread: "an item at the packing station could not be read"
        case .labelMismatch: "the label read is not the one expected"
        case .labelUnread: "a container label could not be read"
        case .transitFull: "too many containers wait for their label to be read"
        case .printerFault: "the label printer cannot print"
        case .labelUnproved: "a label was read alone while labels may be on the wrong containers"
        case .proofDue: "as many containers as may be were closed by the order of their labels alone"
        case .weightWrong: "a full container weighs too little or too much"
        case .notWeighed: "a container could not be weighed"
        case .linkRefused: "a helper code could not be tied to a unit"
        case .numbersEnd: "no serial numbers are left"
        case .ssccEnd: "no SSCCs are left"
        case .diskShort: "the journal's disk is nearly full"
        case .deviceLost: "a device the line needs is gone or reports a fault"
        case .watchdog: "the I/O heard nothing from the controller and stopped the belt"
        }
    }

    /// One thing to do now.
    package var remedy: String {
        switch self {
        case .asked: "Resume when ready."
        case .restart: "Look along the line, read open cases again from empty, then resume."
        case .firstArticle:
            "Look at it, scan it: seriatim batch first-article --code CODE (or --refuse); then resume."
        case .challengeDue: "Lay each pack: seriatim batch challenge KIND; when all are done, resume."
        case .challengeFailed:
            "Take the pack off the line. Put right why it was not thrown out; then resume, lay it again."
        case .parked: "Bring them back, read their items again at the station, then resume."
        case .zoneUnknown: "Take every unit between camera and stop position off the belt, then resume."
        case .jobRefused:
            "See that the device has the job by that name, then resume: it is selected and read back again."
        case .takeOff: "Take it off the belt and put it into the bin, then resume."
        case .noResult: "Check camera and trigger; then resume: the units before the camera are rejected."
        case .readsUnclear, .strayRead, .edgesLost, .exitsUnclear:
            "Check spacing and trigger; then resume: the units concerned are rejected."
        case .readsDiffer: "Take the unit at the gate off the belt, check for two codes on it, then resume."
        case .symbology: "Set the reader to send AIM symbology identifiers, then resume."
        case .skipped: "Check the coder's print against its counter, then resume."
        case .rejectsInRow: "Look at the last rejected packs: print, camera, lot and expiry; then resume."
        case .rejectNotConfirmed: "Find the rejected unit and put it into the bin, then resume."
        case .rejectUnexpected: "Check the reject gate; the good unit in the bin stays in doubt. Then resume."
        case .rejectedPassed: "Take the rejected unit behind the gate off the belt, then resume."
        case .unknownPassed: "Take the units between gate and packing off the belt, then resume."
        case .unitLost: "Find the unit between camera and exit and put it into the bin, then resume."
        case .gateLate: "Take the unit at the gate off the belt, then resume."
        case .gateFault: "Clear the fault at the gate, then resume."
        case .binFull: "Empty the reject bin, then resume."
        case .linkRefused: "Take the unit off, or see that both codes can be read; then resume."
        case .packRefused, .packUnread: "Take the item off and put it into the bin, then resume."
        case .labelMismatch, .labelUnproved, .transitFull:
            "Of each waiting container read an item, then its label, with one scanner; then resume."
        case .proofDue: "Of the next container read an item, then its label, with one scanner; then resume."
        case .labelUnread:
            "Print it again (seriatim item reprint SSCC --reason TEXT --old-label destroyed), stick it on, "
                + "read an item of the container, then the label, with one scanner; then resume."
        case .weightWrong:
            "Open it and count, put right what is in it (seriatim item remove, add or replace), put it "
                + "on the scale; read an item of it, then its label, all where it has several; then resume."
        case .notWeighed:
            "See that the scale is on, at rest and shows grams; put the container on it, read its "
                + "label again; "
                + "then resume."
        case .printerFault: "Clear the printer: media, ribbon, head; then resume."
        case .numbersEnd: "Complete the batch (seriatim batch complete), then resume until the line is empty."
        case .ssccEnd: "Add an SSCC range (seriatim pool add) or complete the batch."
        case .diskShort: "Free space on the disk that holds the line's data directory, then resume."
        case .deviceLost: "Check power and cable (seriatim devices list), then resume."
        case .watchdog: "See that the controller is not overloaded, then resume."
        }
    }

    /// How soon somebody has to act. Stops in which a bad unit may have gone on, or identities may be mixed
    /// up, come first.
    package var priority: AlarmPriority {
        switch self {
        case .asked, .firstArticle, .challengeDue: .low
        case .restart, .readsDiffer, .rejectNotConfirmed, .rejectedPassed, .unknownPassed, .unitLost,
            .gateLate, .gateFault, .labelMismatch, .labelUnproved, .transitFull, .challengeFailed,
            .takeOff, .zoneUnknown, .weightWrong:
            .critical
        case .noResult, .readsUnclear, .strayRead, .symbology, .skipped, .edgesLost, .rejectsInRow,
            .parked, .jobRefused, .rejectUnexpected, .exitsUnclear, .binFull, .packRefused, .packUnread,
            .labelUnread, .notWeighed,
            .proofDue, .linkRefused, .printerFault, .numbersEnd, .ssccEnd, .diskShort, .deviceLost, .watchdog:
            .high
        }
    }

    /// What stops the line is an alarm already: one cause, one alarm.
    var hasAlarmOfItsOwn: Bool {
        switch self {
        case .deviceLost, .printerFault, .diskShort: true
        default: false
        }
    }
}

/// Why a unit was rejected; exactly one for each unit.
package enum RejectReason: String, CaseIterable, Equatable, Error, Sendable {
    case noRead = "no-read"
    case noResult = "no-result"
    case unparsable
    case symbology = "no-symbology-identifier"
    case wrongGTIN = "wrong-gtin"
    case wrongLot = "wrong-lot"
    case wrongExpiry = "wrong-expiry"
    case wrongPayload = "wrong-payload"
    case unknownSerial = "unknown-serial"
    case duplicate
    case alreadyRejected = "already-rejected"
    case outOfOrder = "out-of-order"
    case camerasDisagree = "cameras-disagree"
    case tooClose = "too-close"
    case unclear = "unclear-read"
    case zone
    case beltStopped = "belt-stopped"
    /// Its code was printed on another lane.
    case wrongLane = "wrong-lane"
    case late
    case setUp = "set-up"
    case jobUnproven = "job-unproven"
    case challenge
    case refusedArticle = "first-article-refused"

    /// Those that say where and when a unit was, and nothing of what is printed on it.
    package static let ofPlaceAndTime: [RejectReason] = [
        .zone, .beltStopped, .wrongLane, .tooClose, .unclear, .late,
    ]
}
