import DeviceCore
import LineCore
import LineEvents

/// A line configuration that was read, checked and can be run.
package struct LoadedLine: Equatable, Sendable {
    /// What the rules need.
    package var configuration: LineConfiguration
    /// Directory that holds the line's state; the journal is in `journal/` in it.
    package var dataDirectory: String
    /// Path of the control socket, at most 107 bytes.
    package var controlSocket: String
    /// Folder into which other systems put orders; empty where they do not.
    package var orderFolder = ""
    /// Limits of the journal that a site may set.
    package var journal: JournalSettings
    /// Every device, in the order of the file.
    package var devices: [DeviceSettings]
    /// The label template of each packing station, lowest level first.
    package var labels: [LabelSettings]
    /// What events say beyond the journal; `nil` without table `[epcis]`.
    package var events: EventSettings?
    /// Every value in effect with its key, in the order of reading; profiles as `profile(vendor/model).key`.
    package var effective: [EffectiveValue]

    /// The device of this name, or `nil`.
    package func device(_ name: String) -> DeviceSettings? { devices.first { $0.name == name } }

    /// The label a printer prints for a level, or `nil`. A printer has one template a level.
    package func label(device: String, level: PackLevel) -> LabelSettings? {
        labels.first { $0.device == device && $0.level == level }
    }

    /// One `key = value` a line; values the files leave out are marked.
    package var effectiveText: String {
        effective.map { "\($0.key) = \($0.value)\($0.isDefault ? "  # default" : "")\n" }.joined()
    }

    /// The effective configuration as canonical bytes to hash: every key and value, then every label
    /// template.
    ///
    /// Writing a default into the file, comments and the order of tables' keys change nothing; anything that
    /// changes what the line does changes the bytes.
    package var sha256Input: [UInt8] {
        var text = effective.map { "\($0.key) = \($0.value)\n" }.joined()
        for label in labels { text += "label \(label.station) \(label.text.utf8.count)\n\(label.text)\n" }
        return Array(text.utf8)
    }
}

/// Limits of the journal that a site may set.
package struct JournalSettings: Equatable, Sendable {
    /// A segment file ends before it exceeds this many bytes.
    package var segmentBytes: Int
    /// Disk space that stays free, in bytes.
    package var reserveBytes: Int
}

/// One device of the line: its model's profile, its address, its parameters applied.
package struct DeviceSettings: Equatable, Sendable {
    /// What a start does about a device that is not there.
    package enum AtStart: String, CaseIterable, Sendable {
        /// Starts without it and keeps trying.
        case retry
        /// Does not start.
        case fail
        /// Starts without it and raises no alarm until it was there once.
        case ignore
    }

    /// Name, unique on the line.
    package var name: String
    /// How the profile was named: `vendor/model`, or a path.
    package var profileName: String
    /// The profile with this device's parameters applied; valid.
    package var profile: DeviceProfile
    /// Files the profile was read from.
    package var profileFiles: [String]
    /// Where it is.
    package var address: DeviceAddress
    /// What a start does if it is not there.
    package var atStart: AtStart
}

/// The label of one packing station.
package struct LabelSettings: Equatable, Sendable {
    /// Names a template may have as places; `sscc` must be one of them.
    package static let places = [
        "copy", "count", "expiry", "expiryText", "gtin", "lot", "product", "sscc", "units",
    ]

    /// Station it belongs to.
    package var station: String
    /// Label printer.
    package var device: String
    /// What it labels.
    package var level: PackLevel
    /// File of the template.
    package var file: String
    /// The template's text.
    package var text: String
    /// The template.
    package var template: LabelTemplate
}
