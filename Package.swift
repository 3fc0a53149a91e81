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
    // Frames, profiles and device dialogues as state machines.
    .target(name: "DeviceCore"),
    // Orders, numbers, tracking, print-verify-reject, packing, reconciliation; the records and their bytes.
    .target(name: "LineCore", dependencies: ["GS1", "JSONText"]),
    // The journal: chain, groups, segments, checkpoints, recovery, the storage protocol.
    .target(name: "JournalCore", dependencies: [crypto]),
    // Requests and answers of the control socket.
    .target(name: "ControlAPI", dependencies: ["GS1", "JSONText"]),
    // The simulated line: conveyor with its belt list, devices, disk, faults by seed, the laws checked.
    .target(
        name: "Simulator",
        dependencies: ["GS1", "JSONText", "DeviceCore", "LineCore", "JournalCore", crypto]),
]

let pureTests: [Target] = [
    .testTarget(name: "GS1Tests", dependencies: ["GS1"]),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
    .testTarget(name: "DeviceCoreTests", dependencies: ["DeviceCore"]),
    .testTarget(name: "LineCoreTests", dependencies: ["LineCore", "GS1", "JSONText"]),
    .testTarget(name: "JournalCoreTests", dependencies: ["JournalCore", "Simulator", crypto]),
    .testTarget(name: "SimulatorTests", dependencies: ["Simulator", "LineCore", "GS1"]),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

/// The edges: system calls, devices, network, processes.
let shellTargets: [Target] = [
    // What Glibc hides from Swift.
    .target(name: "CLinux"),
    // Files, fsync, lock, clocks, entropy, the key file: raw system calls live here and in DeviceIO only.
    .target(name: "SystemIO", dependencies: ["CLinux", "JournalCore"]),
    // TOML with places: line configuration, device profiles with site overrides, orders and serial files.
    .target(
        name: "Settings",
        dependencies: [
            "LineCore", "DeviceCore", "JSONText", "SystemIO", crypto,
            .product(name: "TOMLKit", package: "TOMLKit"),
        ]),
    // Serial ports and TCP: one event loop apart from HTTP carries the bytes of the device sessions.
    .target(name: "DeviceIO", dependencies: ["DeviceCore", nioCore, nioPosix]),
    // The simulated devices behind pseudo-terminals and sockets, in real time.
    .target(name: "DemoIO", dependencies: ["Simulator", "CLinux"]),
]
let shellTests: [Target] = [
    // The house rules: imports, banned calls, lengths, sources of profiles, what stands where.
    .testTarget(name: "TidyTests"),
    .testTarget(name: "SystemIOTests", dependencies: ["SystemIO", "JournalCore"]),
    // The shells on real files, sockets and pseudo-terminals.
    .testTarget(
        name: "ShellTests",
        dependencies: [
            "Settings", "LineCore", "DeviceCore", "DeviceIO", "DemoIO", "Simulator", nioCore, nioPosix,
        ],
        exclude: ["Devices/modbus_server.py"]),
]

/// Packages only the shells need.
let shellPackages: [Package.Dependency] = [
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
]

let package = Package(
    name: "seriatim",
    products: [],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")]
        + (coreOnly ? [] : shellPackages),
    targets: pureTargets + pureTests + (coreOnly ? [] : shellTargets + shellTests),
    swiftLanguageModes: [.v6]
)
