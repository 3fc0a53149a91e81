import JSONText

/// The prefixes that a document's JSON-LD context declares, and those of the standard's own.
struct Namespaces: Sendable {
    /// Declared here, and what they stand for; the standard's own are in a table.
    private var prefixes: [String: String] = [:]
    /// Whether the standard's context is among those named.
    private(set) var hasStandardContext = false
    /// Whether names without prefix are given a namespace, so that they mean something.
    private(set) var hasDefault = false
    /// What sensor words are expanded with: the standard context's own, whatever `gs1` is declared as.
    private(set) var sensorNamespace = Namespaces.vocabulary
    /// Names without prefix that a context of its own gives a meaning.
    private(set) var terms: Set<String> = []

    init() {}

    /// - Parameter contexts: Of the document, then of the event; a later one overrides.
    init(_ contexts: [JSONValue?]) {
        for context in contexts { add(context, depth: 0) }
    }

    /// These and what an event's own context declares.
    func adding(_ context: JSONValue) -> Namespaces {
        var result = self
        result.add(context, depth: 0)
        return result
    }

    private mutating func add(_ context: JSONValue?, depth: Int) {
        switch context {
        case .string(let text): addRemote(text)
        case .array(let elements):
            guard depth < 4 else { return }
            for element in elements { add(element, depth: depth + 1) }
        case .object(let members):
            for member in members { add(member) }
        case .number, .bool, .null, nil: break
        }
    }

    private mutating func add(_ member: JSONMember) {
        if member.key == "@vocab" {
            hasDefault = !member.value.isNull
            return
        }
        guard !member.key.hasPrefix("@") else { return }
        let id = member.value.string ?? member.value["@id"]?.string
        if let id { prefixes[member.key] = id }
        terms.insert(member.key)
    }

    private mutating func addRemote(_ uri: String) {
        guard uri.hasSuffix("epcis-context.jsonld") else { return }
        hasStandardContext = true
        let isOld = uri == "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
        sensorNamespace = isOld ? Self.oldVocabulary : Self.vocabulary
    }

    private static let standard: [(prefix: String, uri: String)] = [
        ("cbvmda", "urn:epcglobal:cbv:mda:"), ("cbv", "https://ref.gs1.org/cbv/"),
        ("epcis", "https://ref.gs1.org/epcis/"), ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("owl", "http://www.w3.org/2002/07/owl#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"),
        ("dcterms", "http://purl.org/dc/terms/"),
    ]

    /// What a prefix stands for, declared here or by the standard's context.
    private func namespace(of prefix: Substring) -> String? {
        if let own = prefixes[String(prefix)] { return own }
        guard hasStandardContext else { return nil }
        return prefix == "gs1" ? sensorNamespace : Self.standard.first { $0.prefix == prefix }?.uri
    }

    /// The GS1 Web Vocabulary as context 2.0.0 has it.
    static let oldVocabulary = "https://gs1.org/voc/"
    /// The GS1 Web Vocabulary from context 2.0.1 on.
    static let vocabulary = "https://ref.gs1.org/voc/"

    /// Namespace and local name of `prefix:name`, where the prefix is declared.
    func expand(_ name: String) -> (namespace: String, local: String)? {
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let local = name[name.index(after: colon)...]
        guard !local.hasPrefix("//"), let namespace = namespace(of: name[..<colon]) else { return nil }
        return (namespace, String(local))
    }

    /// Whether a name with a colon is a URI of a registered scheme, not a prefix and a name.
    static func isAbsolute(_ name: String) -> Bool {
        ["http:", "https:", "urn:", "ni:", "tag:", "did:", "ftp:", "data:", "info:", "doi:"]
            .contains { name.hasPrefix($0) }
    }
}
