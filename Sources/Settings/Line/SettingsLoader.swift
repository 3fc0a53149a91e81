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
        let source: SourceText
        do throws(SettingsError) {
            source = try SourceText(path: path, name: path)
        } catch {
            throw SettingsErrors(list: [error])
        }
        let report = SettingsReport([source])
        let root = TableReader(report: report, tree: source.tree)
        let reader = LineReader(root: root, directory: Paths.directory(of: path), profiles: [])
        let socket = reader.controlSocket()
        try report.check()
        return socket
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
