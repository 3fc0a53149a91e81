/// What an alarm is about, with what a person should do. Without something to do it would be no alarm.
package enum AlarmCause: String, CaseIterable, Equatable, Sendable {
    case numbersLow = "POOL-201"
    case numbersTime = "POOL-202"
    case deviceAway = "DEV-201"
    case printerBlocked = "DEV-202"
    case beaconAway = "DEV-203"
    case labelDiverted = "LBL-201"
    case olderJournal = "JRN-201"
    case diskShort = "JRN-202"
    case diskTime = "JRN-203"
    case lockedOut = "AUTH-201"
    case ordersBlocked = "ORD-201"
    case orderRefused = "ORD-202"

    /// What is wrong, in words.
    package var text: String {
        switch self {
        case .numbersLow: "few numbers are left"
        case .numbersTime: "the serial numbers will soon be used up, before the batch is made"
        case .deviceAway: "a device is missing or reports a fault"
        case .printerBlocked: "the label printer cannot print"
        case .beaconAway: "a beacon is missing: its lamps say nothing"
        case .labelDiverted: "a container lies on the side way: its label could not be read"
        case .olderJournal: "the journal, or a file it needs, is damaged where the start did not read it"
        case .diskShort: "the journal's disk is nearly full"
        case .diskTime: "the journal's disk will soon be full"
        case .lockedOut: "too many wrong PINs: an operator or a terminal is locked"
        case .ordersBlocked: "nothing can be taken from the folder of orders"
        case .orderRefused: "a file in the folder of orders was refused"
        }
    }

    /// One thing to do now.
    package var remedy: String {
        switch self {
        case .numbersLow: "Import serials or add SSCCs (seriatim pool) before they run out."
        case .numbersTime: "Bring serials for the rest as a pool and batch of their own (seriatim pool)."
        case .deviceAway, .beaconAway:
            "Check its power, cable and address (seriatim devices list tells what was tried)."
        case .printerBlocked: "Clear the printer: media, ribbon, head."
        case .labelDiverted:
            "Print its label again (seriatim item reprint), read an item of it, then the label."
        case .olderJournal:
            "Copy the data directory, put back what is damaged from the hub or a backup, then start again."
        case .diskShort, .diskTime: "Free space on the disk that holds the line's data directory."
        case .lockedOut:
            "Ask who it was. The lock ends by itself; that of a person an admin ends before: "
                + "seriatim operator unlock NAME."
        case .ordersBlocked:
            "Let the daemon read and write there; remove what is in place of done or refused."
        case .orderRefused: "Read the text beside it in refused, bring it again corrected, and remove both."
        }
    }

    /// How soon somebody has to act.
    package var priority: AlarmPriority {
        switch self {
        case .olderJournal: .critical
        case .diskShort, .deviceAway, .printerBlocked: .high
        case .numbersLow, .numbersTime, .diskTime, .lockedOut, .labelDiverted, .ordersBlocked:
            .medium
        case .orderRefused, .beaconAway: .low
        }
    }

    /// How long the cause must stay away before the alarm is recorded as returned: what comes and goes every
    /// moment is one alarm.
    ///
    /// - Source: ISA-18.2, off-delay.
    package var offDelayNanoseconds: UInt64 {
        switch self {
        case .deviceAway, .printerBlocked, .beaconAway, .ordersBlocked: 5 * Nanoseconds.second
        case .numbersLow, .numbersTime, .olderJournal, .diskShort, .diskTime, .lockedOut, .labelDiverted,
            .orderRefused:
            0
        }
    }
}
