import Crypto
import JournalCore
import Settings

extension DaemonSetup {
    /// The setup of a loaded configuration.
    package init(_ loaded: LoadedLine, version: String) {
        var limits = JournalLimits()
        limits.segmentBytes = loaded.journal.segmentBytes
        limits.reserveBytes = loaded.journal.reserveBytes
        self.init(
            configuration: loaded.configuration, configurationHash: Self.sha256(loaded.sha256Input),
            data: DataDirectory(loaded.dataDirectory), controlSocket: loaded.controlSocket, limits: limits,
            devices: loaded.devices.map { Device($0) },
            labels: loaded.labels.map { ($0.device, $0.level, $0.template) }, version: version)
        orderFolder = loaded.orderFolder
    }

    private static func sha256(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }
}

extension DaemonSetup.Device {
    init(_ settings: DeviceSettings) {
        let commands = settings.profile.commands
        self.init(
            device: DeviceDesk.Device(
                name: settings.name, kind: settings.profile.kind,
                showsFeedback: commands["feedbackGood"] != nil && commands["feedbackBad"] != nil),
            facts: ControlDesk.DeviceFacts(
                name: settings.name, profile: settings.profileName,
                model: "\(settings.profile.vendor) \(settings.profile.model)",
                address: "\(settings.address)", evidence: settings.profile.evidence.rawValue))
    }
}
