import DeviceCore
import Glibc
import SystemIO

/// A profile with the files it was made of.
package struct LoadedProfile: Equatable, Sendable {
    /// The profile, valid.
    package var profile: DeviceProfile
    /// Files it was read from: the profile itself, then the site's file laid over it, if there is one.
    package var files: [String]
    /// Every value in effect.
    package var effective: [EffectiveValue]
}

/// Finds device profiles by name and reads them.
///
/// A name is `vendor/model` and stands for the file `vendor/model.toml`; a name that ends in `.toml` is the
/// path of one file. Named profiles are looked for in the shipped directories in order, and the first found
/// counts. A file of the same name in the site directory is laid over it key by key, table by table: it holds
/// only what this site changes. What it changes has never met the evidence of the shipped profile, so the
/// evidence falls back to `manual`. A name only the site has is a whole profile.
package struct ProfileStore: Sendable {
    /// Directories of shipped profiles, the first that has a name counts.
    package var shipped: [String]
    /// Directory with this site's changes, or `nil`.
    package var site: String?

    /// Makes a store; nothing is read yet, and a directory that is not there holds nothing.
    package init(shipped: [String], site: String? = nil) {
        self.shipped = shipped
        self.site = site
    }

    /// Whether `name` can name a profile: `vendor/model`, each a name, or a path that ends in `.toml`.
    static func isName(_ name: String) -> Bool {
        if name.hasSuffix(".toml") { return TextRule.path.allows(name) }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { TextRule.name.allows(String($0)) }
    }

    /// Names of every profile there is, sorted.
    package var names: [String] {
        var names: Set<String> = []
        for directory in shipped + [site].compactMap({ $0 }) {
            for vendor in (try? Folder.names(directory)) ?? [] where TextRule.name.allows(vendor) {
                for file in (try? Folder.names("\(directory)/\(vendor)")) ?? [] where file.hasSuffix(".toml")
                {
                    let name = "\(vendor)/\(file.dropLast(5))"
                    if Self.isName(name) { names.insert(name) }
                }
            }
        }
        return names.sorted()
    }

    /// Reads a profile by name, with the site's changes.
    ///
    /// - Throws: ``SettingsErrors`` with every fault of its files; `CONF-116` if there is none of this name.
    package func load(_ name: String) throws(SettingsErrors) -> LoadedProfile {
        let paths = files(of: name)
        guard let first = paths.first else { throw SettingsErrors(list: [notFound(name)]) }
        return try Self.load(path: first, over: paths.dropFirst().first)
    }

    /// Reads one profile file, with another laid over it if given.
    ///
    /// - Throws: ``SettingsErrors`` with every fault of the files.
    package static func load(path: String, over site: String? = nil) throws(SettingsErrors) -> LoadedProfile {
        var sources: [SourceText] = []
        for path in [site, path].compactMap({ $0 }) {
            do throws(SettingsError) {
                sources.append(try SourceText(path: path, name: path))
            } catch {
                throw SettingsErrors(list: [error])
            }
        }
        var tree = sources.reversed().reduce(ConfigNode.table([:])) { $0.overlaid(by: $1.tree) }
        // What a site changed has never met the shipped profile's proof, whatever its file says.
        if site != nil { tree = tree.overlaid(by: .table(["evidence": .string("manual")])) }
        let report = SettingsReport(sources)
        let profile = ProfileReader(root: TableReader(report: report, tree: tree)).read()
        try report.check()
        for fault in profile.validate() {
            report.fail(
                .badProfile, at: Self.place(fault.path), Printable.plain(fault.message),
                "Correct the profile.")
        }
        try report.check()
        return LoadedProfile(
            profile: profile, files: [path, site].compactMap { $0 }, effective: report.effective)
    }

    /// The files that make up a profile: the base first, then the site's.
    func files(of name: String) -> [String] {
        if name.hasSuffix(".toml") { return [name] }
        let base = shipped.map { "\($0)/\(name).toml" }.first(where: Self.exists)
        let own = site.map { "\($0)/\(name).toml" }.flatMap { Self.exists($0) ? $0 : nil }
        return [base, own].compactMap { $0 }
    }

    /// The named file beside a profile: in the site directory first, then beside the shipped profile.
    func fileBeside(_ profile: LoadedProfile, named name: String) -> String? {
        profile.files.reversed().map { Paths.directory(of: $0) + "/" + name }.first(where: Self.exists)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// A fault's dotted path as a place. Keys with dots in them are their table.
    private static func place(_ dotted: String) -> KeyPath {
        KeyPath(
            steps: dotted.split(separator: ".").flatMap { part -> [KeyPath.Step] in
                // `status[0]`: one of a list, counted from 0.
                let pieces = part.split(separator: "[")
                guard pieces.count == 2, let index = Int(pieces[1].dropLast()) else {
                    return [.key(String(part))]
                }
                return [.key(String(pieces[0])), .index(index)]
            })
    }

    private func notFound(_ name: String) -> SettingsError {
        let places = (shipped + [site].compactMap { $0 }).joined(separator: ", ")
        return SettingsError(
            .noProfile, file: name, "there is no \(name).toml under \(places)",
            "Name one that is there, or the path of a file that ends in .toml; or say where profiles lie: "
                + "--profiles DIR, or profiles in [line].")
    }
}

/// Paths as text.
enum Paths {
    /// The directory a file stands in; `.` for a bare name.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Whether `inner` is `outer` or lies in it, by their names.
    static func isInside(_ inner: String, _ outer: String) -> Bool {
        let (inner, outer) = (parts(inner), parts(outer))
        return inner.count >= outer.count && Array(inner.prefix(outer.count)) == outer
    }

    /// The names of a path, without `.` and `..`.
    private static func parts(_ path: String) -> [Substring] {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts
    }

    /// A path as seen from a directory; an absolute one stays as it is.
    static func join(_ directory: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return directory.hasSuffix("/") ? directory + path : directory + "/" + path
    }
}
