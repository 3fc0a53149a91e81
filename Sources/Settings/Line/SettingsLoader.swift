import LineCore
import LineEvents

/// Loads line configurations.
package enum SettingsLoader {
    /// Where an installation keeps the shipped profiles.
    package static let installedProfiles = ["/usr/share/seriatim/devices"]

    /// Reads and checks a line configuration with everything it names: profiles, site overrides, label
    /// templates.
    ///
    /// Paths in the file are seen from its directory. Nothing outside the files named is opened, no device
    /// and no network, so that `seriatim check` runs beside a running line.
    /// - Parameters:
    ///   - path: The file, TOML.
    ///   - profiles: Directories of shipped profiles, unless the file names its own.
    /// - Throws: ``SettingsErrors`` with every fault found in all files.
    package static func load(
        path: String, profiles: [String] = installedProfiles
    ) throws(SettingsErrors) -> LoadedLine {
        let source: SourceText
        do throws(SettingsError) {
            source = try SourceText(path: path, name: path)
        } catch {
            throw SettingsErrors(list: [error])
        }
        return try load(source, directory: Paths.directory(of: path), profiles: profiles)
    }

    /// The control socket of a line: all a client needs of its configuration. Profiles are not looked for.
    ///
    /// - Throws: ``SettingsErrors`` for a file that cannot be read, or whose socket cannot be told.
    package static func controlSocket(path: String) throws(SettingsErrors) -> String {
        let root = try root(path)
        let reader = LineReader(root: root, directory: Paths.directory(of: path), profiles: [])
        let socket = reader.controlSocket()
        try root.report.check()
        return socket
    }

    /// The data directory of a line: where whoever reads its journal finds it. Profiles are not looked for.
    ///
    /// - Throws: ``SettingsErrors`` for a file that cannot be read, or that does not name it.
    package static func dataDirectory(path: String) throws(SettingsErrors) -> String {
        let root = try root(path)
        let reader = LineReader(root: root, directory: Paths.directory(of: path), profiles: [])
        let data = reader.dataDirectory()
        try root.report.check()
        return data
    }

    /// What exported events need of a line's configuration: the line's name and table `[epcis]`. Profiles are
    /// not looked for, so that a journal can be exported where they are not.
    ///
    /// - Returns: `nil` in place of the events if the file has no such table.
    /// - Throws: ``SettingsErrors`` with every fault found in them.
    package static func events(
        path: String
    ) throws(SettingsErrors) -> (line: String, events: EventSettings?) {
        let root = try root(path)
        let name = root.table("line").string("name", .name)
        // A file of these two tables alone says nothing of stations.
        let stations = root.tables("station", atMost: LineReader.maxStations)
        let packing = stations.filter { PackLevel(rawValue: $0.string("kind", .name)) != nil }
            .map { $0.string("name", .name) }
        let events = root.optionalTable("epcis").map {
            EventReader(table: $0).read(stations: stations.isEmpty ? nil : Set(packing))
        }
        try root.report.check()
        return (name, events)
    }

    /// The top of a file that is read in part.
    private static func root(_ path: String) throws(SettingsErrors) -> TableReader {
        do throws(SettingsError) {
            let source = try SourceText(path: path, name: path)
            return TableReader(report: SettingsReport([source]), tree: source.tree)
        } catch {
            throw SettingsErrors(list: [error])
        }
    }

    static func load(
        _ source: SourceText, directory: String, profiles: [String]
    ) throws(SettingsErrors) -> LoadedLine {
        let report = SettingsReport([source])
        let root = TableReader(report: report, tree: source.tree)
        var reader = LineReader(root: root, directory: directory, profiles: profiles)
        let line = reader.read()
        try report.check()
        guard let line else {
            throw SettingsErrors(
                list: [
                    SettingsError(
                        .stationCount, file: source.name, "the line is incomplete", "Add the stations.")
                ])
        }
        return line
    }
}
