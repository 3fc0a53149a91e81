/// What one load found: every fault, and every value that is in effect.
final class SettingsReport {
    /// Most faults listed; the rest are one line.
    static let maxErrors = 100

    /// The files read, the one that overrides first. Lines come from the first that holds the key.
    let sources: [SourceText]
    private(set) var errors: [SettingsError] = []
    private(set) var effective: [EffectiveValue] = []
    private var failed: Set<KeyPath> = []
    private var unlisted = 0

    init(_ sources: [SourceText]) {
        self.sources = sources
    }

    /// Adds a fault at a key. A key has one fault: what follows from the first is not listed.
    func fail(_ code: SettingsError.Code, at path: KeyPath, _ text: String, _ remedy: String) {
        guard failed.insert(path).inserted else { return }
        let source = sources.first { $0.tree.value(at: path) != nil } ?? sources.first
        guard errors.count < Self.maxErrors else {
            unlisted += 1
            return
        }
        errors.append(
            SettingsError(
                code, file: source?.name ?? "", line: source?.line(of: path), keyPath: path.description, text,
                remedy))
    }

    /// Adds faults found in other files.
    func add(_ others: [SettingsError]) {
        let room = max(0, Self.maxErrors - errors.count)
        errors += others.prefix(room)
        unlisted += max(0, others.count - room)
    }

    /// Whether no fault was found at this very key.
    func isSound(_ path: KeyPath) -> Bool { !failed.contains(path) }

    /// Notes a value in effect.
    func note(_ path: KeyPath, _ value: String, isDefault: Bool) {
        effective.append(EffectiveValue(key: path.description, value: value, isDefault: isDefault))
    }

    /// Throws what was found, by file and line.
    func check() throws(SettingsErrors) {
        guard !errors.isEmpty else { return }
        var list = errors.enumerated().sorted {
            ($0.element.file, $0.element.line ?? 0, $0.offset) < (
                $1.element.file, $1.element.line ?? 0, $1.offset
            )
        }.map(\.element)
        if unlisted > 0 {
            list.append(
                SettingsError(
                    .more, file: sources.first?.name ?? "", "\(unlisted) more faults are not listed",
                    "Correct these first."))
        }
        throw SettingsErrors(list: list)
    }
}

/// One value of a loaded configuration.
package struct EffectiveValue: Equatable, Sendable {
    /// Key with its tables, as in errors: `station[2].camera`.
    package var key: String
    /// The value as TOML would write it.
    package var value: String
    /// Whether the file leaves the key out.
    package var isDefault: Bool
}
