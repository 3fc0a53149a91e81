import ControlAPI
import Crypto
import JSONText
import JournalCore
import LineCore
import SystemIO

/// Who may sign on: one file of the line's data directory, readable by its owner alone.
///
/// It holds secrets as hashes and badges as keyed hashes; the journal holds neither. Written beside its
/// place, synced, then given its name.
struct OperatorStore: Equatable, Sendable {
    /// One person.
    struct Entry: Equatable, Sendable {
        var name: String
        var role: String
        /// Keyed hash of the badge.
        var badge: String
        var secret: SecretHash
        /// Last day, YYYY-MM-DD; empty without end.
        var until = ""
        /// The secret was set by an admin.
        var mustChange = true
        var isDisabled = false
        /// Wrong secrets since the last right one or the last lockout.
        var failed = 0
        /// Wrong secrets that stand in no record yet.
        var unrecorded = 0
        /// Locked out, and the lockout has not run out: after a restart of the daemon it begins anew.
        var isLocked = false

        /// Their last day is past.
        func isOver(on today: String) -> Bool { !until.isEmpty && today > until }
    }

    /// Most persons: beyond it somebody has to be taken out of the file.
    static let maxEntries = 256
    /// Longest file read.
    static let maxBytes = 1 << 20

    /// Makes badges unfindable for who has only a list of badges.
    let badgeKey: [UInt8]
    var entries: [Entry] = []

    /// A store without anybody.
    init(badgeKey: [UInt8]) { self.badgeKey = badgeKey }

    /// What is kept of a badge.
    func hash(badge: Secret) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(badge.text.utf8), using: SymmetricKey(data: badgeKey))
        return Base64URL.text(Array(code))
    }

    func index(badge: Secret) -> Int? {
        let hash = hash(badge: badge)
        return entries.firstIndex { $0.badge == hash && !$0.isDisabled }
    }

    /// Somebody has this badge, maybe one who may not sign on any more.
    func isKnown(badge: Secret) -> Bool {
        let hash = hash(badge: badge)
        return entries.contains { $0.badge == hash }
    }

    /// Names that differ in their letters' case alone are one name.
    func index(name: String) -> Int? {
        let wanted = name.lowercased()
        return entries.firstIndex { $0.name.lowercased() == wanted }
    }

    /// Admins who may sign on, by name.
    func admins(on today: String) -> [String] {
        let admins = entries.filter { $0.role == Role.admin.rawValue && !$0.isDisabled }
        return admins.filter { !$0.isOver(on: today) }.map(\.name)
    }

    // MARK: The file

    /// Reads the store; a line without one has nobody.
    ///
    /// - Throws: `DMN-114` for a file that others may read, or that is not ours.
    static func load(_ path: String) throws(DaemonError) -> OperatorStore {
        do throws(SystemError) {
            guard DurableFile.exists(path) else { return OperatorStore(badgeKey: try Entropy.bytes(32)) }
            guard try FileMode.isPrivate(path) else { throw SystemError("operators", path, number: 1) }
            let bytes = try DurableFile.read(path, maxBytes: maxBytes)
            guard let store = OperatorStore(json: bytes) else {
                throw SystemError("operators", path, number: 74)
            }
            return store
        } catch {
            throw DaemonError(
                .operatorsUnusable, at: path, "\(error)",
                "It must be as the daemon wrote it, for its owner alone (0600). Put it back from a backup; "
                    + "without it nobody can sign on until root makes a first admin.", exitStatus: 78)
        }
    }

    /// Makes it durable.
    func save(_ path: String) throws(SystemError) {
        try DurableFile.replace(path, json, mode: 0o600)
    }

    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("format", 1)
        writer.member("badgeKey", Base64URL.text(badgeKey))
        writer.beginArray("operators")
        for entry in entries {
            writer.beginObject()
            writer.member("name", entry.name)
            writer.member("role", entry.role)
            writer.member("badge", entry.badge)
            writer.member("secret", entry.secret.text)
            writer.member("until", entry.until)
            writer.member("mustChange", entry.mustChange)
            writer.member("disabled", entry.isDisabled)
            writer.member("failed", entry.failed)
            writer.member("unrecorded", entry.unrecorded)
            writer.member("locked", entry.isLocked)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.take() + [0x0A]
    }

    private init?(json bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes), value["format"]?.int == 1,
            let key = value["badgeKey"]?.string.flatMap({ Base64URL.decode($0.utf8) }), key.count == 32,
            let list = value["operators"]?.array, list.count <= Self.maxEntries
        else { return nil }
        self.init(badgeKey: key)
        for member in list {
            guard let entry = Entry(json: member), index(name: entry.name) == nil else { return nil }
            entries.append(entry)
        }
    }
}

extension OperatorStore.Entry {
    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.string, let role = json["role"]?.string,
            let badge = json["badge"]?.string,
            let secret = json["secret"]?.string.flatMap(SecretHash.init(text:)),
            let until = json["until"]?.string, let mustChange = json["mustChange"]?.bool,
            let isDisabled = json["disabled"]?.bool, let failed = json["failed"]?.int, failed >= 0,
            let unrecorded = json["unrecorded"]?.int, unrecorded >= 0, let isLocked = json["locked"]?.bool
        else { return nil }
        self.init(
            name: name, role: role, badge: badge, secret: secret, until: until, mustChange: mustChange,
            isDisabled: isDisabled, failed: failed, unrecorded: unrecorded, isLocked: isLocked)
    }
}
