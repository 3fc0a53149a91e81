// swift-tools-version: 6.1
import PackageDescription

// SERIATIM_CORE=1 leaves only the pure targets and their tests: two seconds a turn while working on a rule.
let coreOnly = Context.environment["SERIATIM_CORE"] == "1"

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

/// The rules: values in, values out. No Foundation, Glibc, Dispatch or NIO; a test reads their imports.
let pureTargets: [Target] = [
    // Keys, check digits, element strings, symbology identifiers.
    .target(name: "GS1"),
    // Bytes to a JSON tree and back, lossless, with limits.
    .target(name: "JSONText"),
    // EPCIS 2.0 events: words, identifiers, JSON-LD in and out, validation, event hash, 1.2 XML out.
    .target(name: "EPCIS", dependencies: ["GS1", "JSONText", crypto]),
    // Frames, profiles and device dialogues as state machines.
    .target(name: "DeviceCore"),
    // Orders, numbers, tracking, print-verify-reject, packing, reconciliation; the records and their bytes.
    .target(name: "LineCore", dependencies: ["GS1", "JSONText"]),
    // Records of the line to EPCIS events, to rows for people, to the report of a batch.
    .target(name: "LineEvents", dependencies: ["GS1", "JSONText", "LineCore", "EPCIS", crypto]),
    // The journal: chain, groups, segments, checkpoints, recovery, the storage protocol.
    .target(name: "JournalCore", dependencies: [crypto]),
    // Snapshots of the state, proven by the journal; the start from them, the second fold that makes them.
    .target(name: "SnapshotCore", dependencies: ["LineCore", "JournalCore", crypto]),
    // The central server's rules: products, pools of numbers and their allotment to the lines.
    .target(name: "HubCore", dependencies: ["GS1", "JSONText"]),
    // Requests and answers between a hub and its lines.
    .target(name: "HubAPI", dependencies: ["JSONText", "JournalCore"]),
    // Requests and answers of the control socket.
    .target(name: "ControlAPI", dependencies: ["GS1", "JSONText"]),
    // The simulated line: conveyor with its belt list, devices, disk, faults by seed, the laws checked.
    .target(
        name: "Simulator",
        dependencies: [
            "GS1", "JSONText", "DeviceCore", "LineCore", "JournalCore", "SnapshotCore", crypto,
        ]),
]

let pureTests: [Target] = [
    .testTarget(name: "GS1Tests", dependencies: ["GS1"]),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
    .testTarget(
        name: "EPCISTests", dependencies: ["EPCIS", "GS1", "JSONText"], exclude: ["schema_verdicts.py"]),
    .testTarget(name: "DeviceCoreTests", dependencies: ["DeviceCore"]),
    .testTarget(name: "LineCoreTests", dependencies: ["LineCore", "GS1", "JSONText"]),
    .testTarget(
        name: "LineEventsTests",
        dependencies: ["LineEvents", "EPCIS", "GS1", "JSONText", "LineCore", "JournalCore", "Simulator"]),
    .testTarget(name: "HubCoreTests", dependencies: ["HubCore", "GS1", "JSONText"]),
    .testTarget(name: "HubAPITests", dependencies: ["HubAPI", "JournalCore"]),
    .testTarget(name: "JournalCoreTests", dependencies: ["JournalCore", "Simulator", crypto]),
    .testTarget(
        name: "SimulatorTests",
        dependencies: ["Simulator", "LineCore", "JournalCore", "SnapshotCore", "GS1"]),
    .testTarget(
        name: "SnapshotCoreTests", dependencies: ["SnapshotCore", "Simulator", "LineCore", "JournalCore"]),
]

let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioLocks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpParts = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The edges: system calls, devices, network, processes.
let shellTargets: [Target] = [
    // What Glibc hides from Swift.
    .target(name: "CLinux"),
    // Files, fsync, lock, clocks, entropy, the key file: raw system calls live here and in DeviceIO only.
    .target(name: "SystemIO", dependencies: ["CLinux", "CZlib", "JournalCore", "SnapshotCore"]),
    // zlib of the system: packed bytes on the network.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // TOML with places: line configuration, device profiles with site overrides, orders and serial files.
    .target(
        name: "Settings",
        dependencies: [
            "LineCore", "LineEvents", "DeviceCore", "JSONText", "SystemIO", crypto,
            .product(name: "TOMLKit", package: "TOMLKit"),
        ]),
    // libudev of the system: what is plugged in.
    .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
    // Serial ports and TCP: one event loop apart from HTTP carries the bytes of the device sessions.
    .target(
        name: "DeviceIO",
        dependencies: ["DeviceCore", "SystemIO", "CLinux", "CUdev", nioCore, nioPosix, nioLocks]),
    // The line's thread, its devices, the control socket, the index beside the journal.
    .target(
        name: "LineDaemon",
        dependencies: [
            "GS1", "JSONText", "LineCore", "JournalCore", "SnapshotCore", "DeviceCore", "ControlAPI",
            "SystemIO", "Settings", "DeviceIO", crypto, cryptoExtras, nioCore, nioPosix, nioLocks,
            hummingbird, httpTypes, httpParts, logging, lifecycle, grdb,
        ]),
    // The line's way to its hub.
    .target(
        name: "Upstream", dependencies: ["HubAPI", "JournalCore", "SystemIO", httpClient, nioCore, nioHTTP]),
    // The central server: HTTP, the thread that owns the store, the stores.
    .target(
        name: "Hub",
        dependencies: [
            "HubAPI", "JournalCore", "SystemIO", crypto, nioCore, nioLocks, hummingbird, httpTypes, logging,
            lifecycle, grdb,
        ]),
    .executableTarget(name: "seriatim-hub", dependencies: ["Hub", "JournalCore", "SystemIO", arguments]),
    // The command line: arguments in, parts wired, no rules.
    .executableTarget(
        name: "seriatim",
        dependencies: [
            "GS1", "JSONText", "EPCIS", "LineCore", "LineEvents", "JournalCore", "ControlAPI", "DeviceCore",
            "SystemIO", "Settings", "DeviceIO", "LineDaemon", "Simulator", "SnapshotCore", "DemoIO",
            "Upstream", arguments,
            httpClient, nioCore, nioPosix, nioHTTP, nioLocks, crypto,
        ]),
    // The simulated devices behind pseudo-terminals and sockets, in real time.
    .target(name: "DemoIO", dependencies: ["Simulator", "DeviceCore", "CLinux", nioLocks]),
]
let shellTests: [Target] = [
    // The house rules: imports, banned calls, lengths, sources of profiles, what stands where.
    .testTarget(name: "TidyTests"),
    .testTarget(name: "SystemIOTests", dependencies: ["SystemIO", "JournalCore"]),
    // The shells on real files, sockets and pseudo-terminals.
    .testTarget(
        name: "ShellTests",
        dependencies: [
            "Settings", "LineCore", "DeviceCore", "DeviceIO", "DemoIO", "Simulator", "JSONText",
            "JournalCore", "ControlAPI", "SystemIO", "LineDaemon", "HubAPI", "Hub", "Upstream", nioCore,
            nioPosix, nioLocks,
        ],
        exclude: ["Devices/modbus_server.py"]),
    // The shipped program, started, killed and started again; run last and one at a time.
    .testTarget(name: "ProcessTests", exclude: ["hotplug.py"]),
]

/// Packages only the shells need.
let shellPackages: [Package.Dependency] = [
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
]

let package = Package(
    name: "seriatim",
    products: [],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")]
        + (coreOnly ? [] : shellPackages),
    targets: pureTargets + pureTests + (coreOnly ? [] : shellTargets + shellTests),
    swiftLanguageModes: [.v6]
)
