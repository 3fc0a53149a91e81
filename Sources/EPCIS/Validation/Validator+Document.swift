import JSONText

extension Validator {
    /// The whole text: a document, a query document or one event.
    mutating func checkTop(_ value: JSONValue) {
        guard let members = object(value) else { return }
        switch value["type"] {
        case .string(let type):
            switch type {
            case Document.Kind.capture.rawValue: checkDocument(members, isAnswer: false)
            case Document.Kind.query.rawValue: checkDocument(members, isAnswer: true)
            default:
                if value["@context"] == nil { report(.missingMember, "@context") }
                namespaces = Namespaces([value["@context"]])
                checkStandardContext(value["@context"])
                checkEvent(value)
            }
        case nil: report(.missingMember, "type")
        case .some: report(.notAString, at: "type")
        }
    }

    // MARK: Envelopes

    /// A document, or the answer to a query, which has no header and less of an envelope.
    private mutating func checkDocument(_ members: [JSONMember], isAnswer: Bool) {
        openContext(members)
        self.isAnswer = isAnswer
        for member in members {
            at(member.key) { validator in
                switch Document.Field(rawValue: member.key) {
                case .context: validator.checkContext(member.value)
                case .id: validator.uri(member.value)
                case .type: break
                case .schemaVersion: validator.version(member.value)
                case .creationDate: validator.time(member.value)
                case .epcisBody where isAnswer: validator.queryBody(member.value)
                case .epcisBody: validator.captureBody(member.value)
                case .instanceIdentifier where !isAnswer, .sender where !isAnswer, .receiver where !isAnswer:
                    validator.string(member.value)
                case .epcisHeader where !isAnswer: validator.header(member.value)
                case .instanceIdentifier, .sender, .receiver, .epcisHeader, nil: validator.foreign(member)
                }
            }
        }
        let capture = ["@context", "schemaVersion", "creationDate", "epcisBody"]
        require(isAnswer ? ["@context", "epcisBody"] : capture, in: members)
    }

    mutating func require(_ names: [String], in members: [JSONMember]) {
        for name in names where !members.contains(where: { $0.key == name }) {
            report(.missingMember, name)
        }
    }

    private mutating func version(_ value: JSONValue) {
        guard let text = string(value) else { return }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(URISyntax.isDigit) }) else {
            return report(.notAVersion)
        }
        if parts.first?.elementsEqual([0x32]) != true { report(.notVersion2) }
    }

    private mutating func captureBody(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                if member.key == "eventList" {
                    validator.events(member.value)
                } else {
                    validator.checkName(member.key)
                }
            }
        }
        require(["eventList"], in: members)
    }

    private mutating func queryBody(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                if member.key == "queryResults" {
                    validator.queryResults(member.value)
                } else {
                    validator.foreign(member)
                }
            }
        }
        require(["queryResults"], in: members)
    }

    private mutating func queryResults(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch QueryResults.Field(rawValue: member.key) {
                case .queryName, .subscriptionID: validator.string(member.value)
                case .resultsBody: validator.resultsBody(member.value)
                case nil: validator.foreign(member)
                }
            }
        }
        require(["queryName", "resultsBody"], in: members)
    }

    private mutating func resultsBody(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch ResultsBody.Field(rawValue: member.key) {
                case .eventList: validator.events(member.value)
                case .vocabularyList: validator.vocabularies(member.value)
                case nil: validator.foreign(member)
                }
            }
        }
        require(["eventList"], in: members)
    }

    private mutating func events(_ value: JSONValue) {
        if value.array?.isEmpty == true { addJudged() }
        list(value) { $0.checkEvent($1) }
    }

    // MARK: Header

    private mutating func header(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                guard member.key == "epcisMasterData" else { return validator.foreign(member) }
                guard let inner = validator.object(member.value) else { return }
                for member in inner where member.key == "vocabularyList" {
                    validator.at(member.key) { $0.vocabularies(member.value) }
                }
            }
        }
    }

    private mutating func vocabularies(_ value: JSONValue) {
        list(value) { validator, vocabulary in
            guard let members = validator.object(vocabulary) else { return }
            for member in members {
                validator.at(member.key) { validator in
                    switch member.key {
                    case "type": validator.uri(member.value)
                    case "vocabularyElementList":
                        validator.list(member.value) { $0.vocabularyElement($1) }
                    default: break
                    }
                }
            }
            validator.require(["type"], in: members)
        }
    }

    private mutating func vocabularyElement(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch member.key {
                case "id": validator.uri(member.value)
                case "attributes": validator.list(member.value) { $0.attribute($1) }
                case "children": validator.list(member.value) { $0.uri($1) }
                default: break
                }
            }
        }
        require(["id"], in: members)
    }

    private mutating func attribute(_ value: JSONValue) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch (member.key, member.value) {
                case ("id", let value): validator.uri(value)
                case ("attribute", .number), ("attribute", .string), ("attribute", .object): break
                case ("attribute", _): validator.report(.notAString)
                default: break
                }
            }
        }
        require(["id"], in: members)
    }

    // MARK: Context

    private mutating func openContext(_ members: [JSONMember]) {
        let context = members.first { $0.key == "@context" }?.value
        namespaces = Namespaces([context])
        checkStandardContext(context)
    }

    private mutating func checkStandardContext(_ context: JSONValue?) {
        if context != nil, !namespaces.hasStandardContext { report(.contextMissing, at: "@context") }
    }

    /// A URI, an object, or a list of these without repetition.
    mutating func checkContext(_ value: JSONValue) {
        switch value {
        case .string: uri(value)
        case .object: break
        case .array(let elements):
            var seen: Set<String> = []
            for (index, element) in elements.enumerated() {
                at(index) { validator in
                    switch element {
                    case .string: validator.uri(element)
                    case .object: break
                    case .array, .number, .bool, .null: validator.report(.notAContext)
                    }
                    if !seen.insert(element.sortedText).inserted { validator.report(.repeatedElement) }
                }
            }
        case .number, .bool, .null: report(.notAContext)
        }
    }
}

extension JSONValue {
    /// Text that is equal for equal values, whatever the order of their members and the spelling of numbers.
    var sortedText: String { sorted.text }

    private var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { JSONMember($0.key, $0.value.sorted) }
                    .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        case .array(let elements): .array(elements.map(\.sorted))
        case .number(let number): .string("#" + Decimal.canonical(number.text))
        case .string(let text): .string("$" + text)
        case .bool, .null: self
        }
    }
}
