/// One thing wrong with a file of settings: where, what, and what to do about it.
///
/// Printed on one line: `CONF-104 line.toml:17 station[2].camra: unknown key. Did you mean camera?`
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of fault it is; stable across releases.
    package enum Code: String, CaseIterable, Sendable {
        /// The file cannot be read, or is larger than its limit.
        case unreadable = "CONF-101"
        /// The file is not UTF-8 text, or holds NUL.
        case notText = "CONF-102"
        /// The text is not TOML (or JSON), or is nested too deep.
        case syntax = "CONF-103"
        /// No such key here.
        case unknownKey = "CONF-104"
        /// A key that must be there is not.
        case missingKey = "CONF-105"
        /// The value is of another type.
        case wrongType = "CONF-106"
        /// The number, or the count of values, is outside its limits.
        case outOfRange = "CONF-107"
        /// The word is none of those allowed.
        case unknownWord = "CONF-108"
        /// The text breaks the rules for what it stands for.
        case badText = "CONF-109"
        /// The same name, file or device stands twice where it may stand once.
        case repeated = "CONF-110"
        /// A device is named that no `[[device]]` has.
        case noSuchDevice = "CONF-111"
        /// The device is of another kind than the station needs.
        case wrongKind = "CONF-112"
        /// A kind of station is missing or stands too often.
        case stationCount = "CONF-113"
        /// Distances contradict each other.
        case distances = "CONF-114"
        /// Other numbers contradict each other.
        case contradiction = "CONF-115"
        /// No profile file of this name.
        case noProfile = "CONF-116"
        /// The profile was read, but no session can be made of it.
        case badProfile = "CONF-117"
        /// The key is known but has no effect beside the others.
        case unusedKey = "CONF-118"
        /// The label template cannot be used.
        case badLabel = "CONF-119"
        /// More faults than are listed.
        case more = "CONF-120"
        /// A lane is named that no `[[lane]]` has.
        case noSuchLane = "CONF-121"
        /// The order was read, but the line would refuse it.
        case badOrder = "CONF-131"
        /// The product was read, but the line would refuse it.
        case badProduct = "CONF-132"
        /// A line of a serial file is empty.
        case emptyLine = "CONF-141"
        /// A serial stands twice in its file.
        case repeatedSerial = "CONF-142"
        /// A serial holds what no code can carry, or has the wrong length.
        case badSerial = "CONF-143"
        /// The file holds no serial, or more than its limit.
        case serialCount = "CONF-144"
        /// What comes with a serial is no payload, or another than the first serial's.
        case badPayload = "CONF-145"
    }

    /// What kind of fault it is.
    package var code: Code
    /// File name as it was given.
    package var file: String
    /// Line, counted from 1; `nil` when the fault belongs to no line or its line could not be found in time.
    package var line: Int?
    /// Key with its tables, tables of an array counted from 1: `station[2].camera`. Empty for the whole file.
    package var keyPath: String
    /// What is wrong; a phrase without a full stop.
    package var text: String
    /// One step the reader can take now; a sentence.
    package var remedy: String

    /// Makes an error.
    package init(
        _ code: Code, file: String, line: Int? = nil, keyPath: String = "", _ text: String, _ remedy: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.keyPath = keyPath
        self.text = text
        self.remedy = remedy
    }

    /// Code, place, fault and remedy on one line.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(code.rawValue) \(place)\(keyPath.isEmpty ? "" : " \(keyPath)"): \(text). \(remedy)"
    }
}

/// Everything wrong with what was loaded, in the order of the files and lines; never empty.
package struct SettingsErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// The faults.
    package var list: [SettingsError]

    /// One fault a line.
    package var description: String { list.map(\.description).joined(separator: "\n") }
}
