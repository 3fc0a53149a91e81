/// Who may import whom: the module table of the design, as data.
///
/// A new target gets its row here and a sentence in `docs/hacking.md`.
enum ImportRules {
    /// Rules only: values in, values out.
    static let pure: Set<String> = [
        "GS1", "JSONText", "EPCIS", "LineCore", "LineEvents", "JournalCore", "SnapshotCore", "DeviceCore",
        "HubCore", "HubAPI", "ControlAPI", "ConsoleCore", "Simulator",
    ]

    /// Shells of the hub; no line target may import them, and they import no shell of the line.
    static let hubShells: Set<String> = ["Hub", "seriatim-hub"]

    /// Our modules that each of our targets may import. C shims and system libraries stand in `cShims`.
    static let ours: [String: Set<String>] = [
        "GS1": [],
        "JSONText": [],
        "EPCIS": ["GS1", "JSONText"],
        "LineCore": ["GS1", "JSONText"],
        "LineEvents": ["GS1", "JSONText", "LineCore", "EPCIS"],
        "JournalCore": [],
        "SnapshotCore": ["LineCore", "JournalCore"],
        "DeviceCore": [],
        "HubCore": ["EPCIS", "GS1", "JSONText"],
        "ControlAPI": ["GS1", "JSONText"],
        "HubAPI": ["GS1", "JSONText", "JournalCore"],
        "ConsoleCore": ["ControlAPI"],
        "Simulator": pure.subtracting(["Simulator"]),
        "Settings": ["LineCore", "LineEvents", "DeviceCore", "JSONText", "SystemIO"],
        "SystemIO": ["JournalCore", "SnapshotCore"],
        "DeviceIO": ["DeviceCore", "SystemIO"],
        "Upstream": ["JournalCore", "LineEvents", "EPCIS", "HubAPI", "SystemIO"],
        "LineDaemon": pure.subtracting(["Simulator", "HubCore", "ConsoleCore"])
            .union(["Settings", "SystemIO", "DeviceIO", "Upstream"]),
        "DemoIO": ["Simulator", "DeviceCore", "DeviceIO"],
        "Hub": ["HubCore", "HubAPI", "JournalCore", "LineEvents", "SystemIO"],
        "seriatim": pure.union(["Settings", "SystemIO", "DeviceIO", "Upstream", "LineDaemon", "DemoIO"]),
        "seriatim-hub": ["Hub", "HubCore", "HubAPI", "JournalCore", "SystemIO"],
    ]

    /// Raw system calls live in SystemIO and DeviceIO; the demo plays devices on pseudo-terminals.
    static let cShims: [String: Set<String>] = [
        "CLinux": ["SystemIO", "DeviceIO", "LineDaemon", "DemoIO"],
        "CUdev": ["DeviceIO"],
        "CZlib": ["SystemIO"],
        "CPostgres": ["Hub"],
    ]

    /// Modules of the system and the toolchain that shells and tests import without declaring them.
    static let system: Set<String> = [
        "Foundation", "FoundationXML", "Glibc", "Dispatch", "Synchronization",
    ]

    /// Modules of a product whose names differ from the product's.
    static let modulesOfProducts: [String: Set<String>] = [
        "NIO": ["NIO", "NIOCore", "NIOPosix", "NIOEmbedded"]
    ]

    /// Whether `target` may import `module` of ours; `nil` if the table does not know the target.
    static func mayImport(_ target: String, _ module: String) -> Bool? {
        if let users = cShims[module] { return users.contains(target) }
        return ours[target].map { $0.contains(module) }
    }
}
