import JSONText

/// One pass over a tree. Parts are in extensions by topic.
struct Validator {
    private enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    private var path: [Step] = []
    private(set) var findings: FindingList
    var namespaces = Namespaces()
    /// IDs of the events before.
    var eventIDs: EventIDSet
    /// Whether the events are an answer of a repository.
    var isAnswer = false
    /// What was found in events that were judged one at a time: it belongs where their list stands.
    private var judged: (place: [Step], findings: FindingList)?

    /// - Parameter limit: Most findings of each kind that are kept.
    init(limit: Int, eventIDs: EventIDSet = EventIDSet(limit: 0)) {
        findings = FindingList(limit: limit)
        self.eventIDs = eventIDs
        path.reserveCapacity(16)
    }

    // MARK: Events one at a time

    /// Goes to the list of events of a document.
    mutating func enter(_ head: DocumentHead) { path = Self.place(of: head) }

    private static func place(of head: DocumentHead) -> [Step] {
        DocumentHead.paths[head.path].map { .key($0) }
    }

    /// Takes what was found in a document's events; ``addJudged()`` adds it where their list stands.
    mutating func take(_ findings: FindingList, of head: DocumentHead) {
        judged = (Self.place(of: head), findings)
    }

    /// At an empty list: what was found in the events that stood there.
    mutating func addJudged() {
        guard let (place, found) = judged, path == place else { return }
        findings.append(found)
        judged = nil
    }

    // MARK: Places

    mutating func report(_ rule: Rule, _ detail: String? = nil) {
        guard findings.takes(rule.level) else { return }
        var pointer = ""
        for step in path {
            pointer += "/"
            switch step {
            case .key(let key): pointer += JSONPointer.escaped(key)
            case .index(let index): pointer += String(index)
            }
        }
        findings.append(Finding(pointer: pointer, rule: rule, detail: detail))
    }

    @inline(__always)
    mutating func at(_ key: String, _ body: (inout Validator) -> Void) {
        path.append(.key(key))
        body(&self)
        path.removeLast()
    }

    @inline(__always)
    mutating func at(_ index: Int, _ body: (inout Validator) -> Void) {
        path.append(.index(index))
        body(&self)
        path.removeLast()
    }

    /// Reports a rule at a member of the object that is being read.
    mutating func report(_ rule: Rule, at key: String, _ detail: String? = nil) {
        at(key) { $0.report(rule, detail) }
    }

    // MARK: Kinds of values

    mutating func object(_ value: JSONValue) -> [JSONMember]? {
        if case .object(let members) = value { return members }
        report(.notAnObject)
        return nil
    }

    @discardableResult
    mutating func string(_ value: JSONValue) -> String? {
        if case .string(let text) = value { return text }
        report(.notAString)
        return nil
    }

    @discardableResult
    mutating func number(_ value: JSONValue) -> JSONNumber? {
        if case .number(let number) = value { return number }
        report(.notANumber)
        return nil
    }

    /// - Returns: The text if it is a URI.
    @discardableResult
    mutating func uri(_ value: JSONValue) -> String? {
        guard let text = string(value) else { return nil }
        guard URISyntax.isURI(text) else {
            report(.notAURI)
            return nil
        }
        return text
    }

    @discardableResult
    mutating func time(_ value: JSONValue) -> EventTime? {
        guard let text = string(value) else { return nil }
        guard let time = EventTime(text) else {
            report(.notATime)
            return nil
        }
        if abs(Int(time.offsetMinutes)) > 840 { report(.zoneBeyond14Hours) }
        return time
    }

    /// A word of a vocabulary or another URI.
    @discardableResult
    mutating func term<Vocabulary>(
        _ value: JSONValue, _: Vocabulary.Type
    ) -> CBVTerm<Vocabulary>? where Vocabulary: CBVVocabulary {
        guard let text = string(value) else { return nil }
        let term = CBVTerm<Vocabulary>(text)
        if CBVTerm<Vocabulary>.isWord(text) { return term }
        if Self.isRefusedURI(text) {
            report(.wordAsURN)
        } else if !URISyntax.isURI(text) {
            report(.unknownWord)
        } else if term.isUnknownStandardURI {
            report(.unknownStandardURI)
        }
        return term
    }

    private static func isRefusedURI(_ text: String) -> Bool {
        text.hasPrefix("urn:epcglobal:cbv") || text.hasPrefix("https://ns.gs1.org/cbv/")
            || text.hasPrefix("http://ns.gs1.org/cbv/")
    }

    /// A word of the GS1 Web Vocabulary or another URI.
    mutating func sensorWord(_ value: JSONValue, _ words: Set<String>) {
        guard let text = string(value), !words.contains(text) else { return }
        if text.hasPrefix("https://gs1.org/voc/") || text.hasPrefix("http://gs1.org/voc/")
            || text.hasPrefix("https://www.gs1.org/voc/") || text.hasPrefix("http://www.gs1.org/voc/")
        {
            report(.wordAsURN)
        } else if !URISyntax.isURI(text) {
            report(.unknownWord)
        }
    }

    /// Each element of a list, with its place.
    ///
    /// - Returns: How many there are; `nil` where it is no list.
    @discardableResult
    mutating func list(_ value: JSONValue, _ body: (inout Validator, JSONValue) -> Void) -> Int? {
        guard case .array(let elements) = value else {
            report(.notAnArray)
            return nil
        }
        for (index, element) in elements.enumerated() {
            at(index) { body(&$0, element) }
        }
        return elements.count
    }

    /// A member the standard does not name: a URI as name, and what is inside in order.
    mutating func foreign(_ member: JSONMember) {
        guard URISyntax.isURI(member.key) else {
            report(.unknownMember)
            return
        }
        checkPrefix(member.key)
        checkNested(member.value)
    }

    /// An extension's own content: every name in it has a namespace.
    mutating func checkNested(_ value: JSONValue) {
        switch value {
        case .object(let members):
            for member in members {
                at(member.key) { validator in
                    validator.checkName(member.key)
                    validator.checkNested(member.value)
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if case .string = element { continue }
                at(index) { $0.checkNested(element) }
            }
        case .string, .number, .bool, .null: break
        }
    }

    /// Members of one name anywhere: a reader that was told to keeps them.
    mutating func checkRepeats(_ value: JSONValue) {
        switch value {
        case .object(let members):
            var known: Set<String> = []
            for (index, member) in members.enumerated() {
                let isRepeat =
                    members.count > 32
                    ? !known.insert(member.key).inserted
                    : members[..<index].contains { $0.key == member.key }
                if isRepeat { report(.repeatedMember, at: member.key) }
                if member.value.hasParts { at(member.key) { $0.checkRepeats(member.value) } }
            }
        case .array(let elements):
            if elements.isEmpty { addJudged() }
            for (index, element) in elements.enumerated() where element.hasParts {
                at(index) { $0.checkRepeats(element) }
            }
        case .string, .number, .bool, .null: break
        }
    }

    /// A name where the schema does not look at names.
    mutating func checkName(_ name: String) {
        if name.utf8.contains(UInt8(ascii: ":")) { return checkPrefix(name) }
        let isKnown = name.hasPrefix("@") || name == "type" || name == "id" || namespaces.hasDefault
        if !isKnown, !namespaces.terms.contains(name) { report(.nameWithoutNamespace) }
    }

    private mutating func checkPrefix(_ name: String) {
        if !Namespaces.isAbsolute(name), namespaces.expand(name) == nil { report(.prefixNotDeclared) }
    }
}

extension JSONValue {
    fileprivate var hasParts: Bool {
        switch self {
        case .object, .array: true
        case .string, .number, .bool, .null: false
        }
    }
}
