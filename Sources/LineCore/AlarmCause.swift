/// What an alarm is about, with what a person should do. Without something to do it would be no alarm.
package enum AlarmCause: String, CaseIterable, Equatable, Sendable {
    case numbersLow = "POOL-201"
    case deviceAway = "DEV-201"
    case printerBlocked = "DEV-202"

    /// What is wrong, in words.
    package var text: String {
        switch self {
        case .numbersLow: "few serial numbers are left"
        case .deviceAway: "a device is missing or reports a fault"
        case .printerBlocked: "the label printer cannot print"
        }
    }

    /// One thing to do now.
    package var remedy: String {
        switch self {
        case .numbersLow: "Import serials (seriatim pool import) before they run out."
        case .deviceAway: "Check its power, cable and address (seriatim devices list tells what was tried)."
        case .printerBlocked: "Clear the printer: media, ribbon, head."
        }
    }
}
