import JSONText
import JournalCore

/// A hub's answer to how far it holds a journal:
///
///     {"line":"L1","generation":1,"journal":"8f..e2","key":"..","held":{"lines":9,"bytes":904,"head":".."},
///      "backup":null}
///
/// `journal`, `key` and `held` are `null` while nothing of the line is held, `backup` while no backup has it.
extension HubHead {
    /// The answer as JSON.
    package func encoded(line: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("line", line)
        writer.member("generation", generation)
        if let identity {
            writer.member("journal", identity.id)
            writer.member("key", Base64URL.text(identity.publicKey))
        } else {
            writer.nullMember("journal")
            writer.nullMember("key")
        }
        Self.write(held, as: "held", to: &writer)
        Self.write(backup, as: "backup", to: &writer)
        writer.endObject()
        return writer.take()
    }

    private static func write(_ mark: JournalMark?, as name: String, to writer: inout JSONWriter) {
        guard let mark else { return writer.nullMember(name) }
        writer.beginObject(name)
        writer.member("lines", mark.line)
        writer.member("bytes", mark.bytes)
        writer.member("head", mark.head.description)
        writer.endObject()
    }

    /// Reads an answer about `line`. Members nobody here knows are left to newer programs.
    ///
    /// - Returns: `nil` when the bytes are no such answer.
    package init?(_ bytes: [UInt8], line: String) {
        guard let json = try? JSONValue.parse(bytes, limits: JSONLimits(maxBytes: 1 << 16, maxDepth: 4)),
            json["line"]?.string == line, let generation = json["generation"]?.uint64,
            let journal = json["journal"], let key = json["key"], let held = json["held"],
            let backup = json["backup"]
        else { return nil }
        self.init(generation: generation)
        if !journal.isNull {
            guard let id = journal.string, let key = key.string.flatMap({ Base64URL.decode($0.utf8) }),
                let identity = JournalIdentity(line: line, id: id, publicKey: key),
                let mark = Self.mark(held)
            else { return nil }
            self.identity = identity
            self.held = mark
        }
        if !backup.isNull {
            guard let mark = Self.mark(backup) else { return nil }
            self.backup = mark
        }
    }

    private static func mark(_ json: JSONValue) -> JournalMark? {
        guard let line = json["lines"]?.uint64, let bytes = json["bytes"]?.uint64,
            let head = json["head"]?.string.flatMap({ JournalHead(text: $0) }),
            line < 1 << 60, bytes < 1 << 60
        else { return nil }
        return JournalMark(line: line, bytes: bytes, head: head)
    }
}
