import Foundation

/// The checkout these tests read: its files, and what the package manager says of its targets.
enum Repository {
    /// Folder that holds `Package.swift`, found from this file, whatever the working folder is.
    static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path + "/Package.swift") {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Names at the top level that are not dot-files, sorted.
    static func topLevelNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Paths below `folder`, relative to the root and sorted, of regular files whose name ends in one of
    /// `endings` (any name if there are none). Empty if the folder does not exist.
    static func files(in folder: String, endings: [String] = []) -> [String] {
        let top = root.appendingPathComponent(folder)
        guard let found = FileManager.default.enumerator(atPath: top.path) else { return [] }
        return found.compactMap { $0 as? String }
            .filter { path in
                (endings.isEmpty || endings.contains { path.hasSuffix($0) }) && isFile(folder + "/" + path)
            }
            .map { folder + "/" + $0 }
            .sorted()
    }

    /// The file's lines, without their ends.
    static func lines(of path: String) throws -> [String] {
        try text(of: path).components(separatedBy: "\n")
    }

    /// The file as text; bytes that are not UTF-8 (recorded frames) become replacement characters.
    static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
    }

    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue
    }
}

/// What `swift package dump-package` says of one target.
struct DumpedTarget: Equatable, Sendable {
    var name: String
    /// `regular`, `executable`, `test`, `system`, ...
    var type: String
    /// Names of the targets and products it declares, in one list: the dump does not always tell them apart.
    var dependencies: Set<String>

    /// Folder of its source, relative to the root.
    var folder: String { (type == "test" ? "Tests/" : "Sources/") + name }

    /// Every target of the package, the shells included; the tool is asked once.
    ///
    /// - Throws: ``ManifestFault`` with the tool's own words if it fails or its answer has another shape.
    static func all() throws -> [DumpedTarget] { try dumped.get() }

    private static let dumped = Result { try parse(dump()) }

    private static func dump() throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A scratch folder of its own: the test runner holds the lock of the one it was built in.
        process.arguments = [
            "swift", "package", "--package-path", Repository.root.path,
            "--scratch-path", Repository.root.appendingPathComponent(".build/tidy").path, "dump-package",
        ]
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "SERIATIM_CORE" }
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ManifestFault(message: "swift package dump-package ended with \(process.terminationStatus)")
        }
        return bytes
    }

    private static func parse(_ json: Data) throws -> [DumpedTarget] {
        guard let package = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let targets = package["targets"] as? [[String: Any]]
        else { throw ManifestFault(message: "dump-package gave no list of targets") }
        return try targets.map { target in
            guard let name = target["name"] as? String, let type = target["type"] as? String,
                let declared = target["dependencies"] as? [[String: Any]]
            else { throw ManifestFault(message: "a target has another shape: \(target)") }
            // Each is {"byName" | "target" | "product": [name, ...]}.
            let names = try declared.map { dependency in
                guard let values = dependency.values.first as? [Any], let first = values.first as? String
                else {
                    throw ManifestFault(message: "a dependency of \(name) has another shape: \(dependency)")
                }
                return first
            }
            return DumpedTarget(name: name, type: type, dependencies: Set(names))
        }
    }
}

/// The package manifest could not be read.
struct ManifestFault: Error, Equatable {
    var message: String
}
