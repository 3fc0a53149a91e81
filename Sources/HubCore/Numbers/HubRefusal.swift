/// Why the hub did not do what it was asked to.
package struct HubRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases.
    package enum Code: String, CaseIterable, Sendable {
        case notStarted = "HUB-101"
        case lineUnknown = "HUB-102"
        case lineRetired = "HUB-103"
        case badText = "HUB-104"
        case limitReached = "HUB-105"
        case productUnknown = "HUB-106"
        case productFixed = "HUB-107"
        case badRules = "HUB-108"
        case poolUnknown = "HUB-109"
        case poolExists = "HUB-110"
        case badSource = "HUB-111"
        case badKey = "HUB-112"
        case sharedNumbers = "HUB-113"
        case repeatedSerial = "HUB-114"
        case notCompared = "HUB-115"
        case againstRules = "HUB-116"
        case tooDense = "HUB-117"
        case poolClosed = "HUB-118"
        case lineNotAllowed = "HUB-119"
        case insufficientNumbers = "HUB-120"
        case tokenReused = "HUB-121"
        case tooManyUnconfirmed = "HUB-122"
        case badCount = "HUB-123"
        case reportFirst = "HUB-124"
        case waitsForLines = "HUB-125"
        case allottingStopped = "HUB-126"
        case notHeld = "HUB-127"
        case notOfAllotment = "HUB-128"
        case badReport = "HUB-129"
        case generationKnown = "HUB-130"
        case inConflict = "HUB-131"
    }

    /// What kind of refusal it is.
    package let code: Code
    /// Measured facts. Never a serial number or a secret.
    package let text: String
    /// One step the reader can take now.
    package let remedy: String
    /// The generation to report to, with ``Code/reportFirst``; otherwise empty.
    package var generation = ""

    /// Makes a refusal.
    package init(_ code: Code, _ text: String, _ remedy: String) {
        self.code = code
        self.text = text
        self.remedy = remedy
    }

    /// For people: code, facts, remedy.
    package var description: String { "\(code.rawValue) \(text). \(remedy)" }
}
