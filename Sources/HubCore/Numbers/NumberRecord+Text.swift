import JSONText

/// Visits the fields of a record: one description serves writing and reading.
///
/// Fields that hold their empty value (`""`, 0, `[]`) are not written, and read back as that value.
private protocol NumberFields {
    mutating func text(_ key: String, _ value: inout String) throws(NumberMisfit)
    mutating func texts(_ key: String, _ value: inout [String]) throws(NumberMisfit)
    mutating func number(_ key: String, _ value: inout UInt64) throws(NumberMisfit)
    mutating func numbers(_ key: String, _ value: inout [UInt64]) throws(NumberMisfit)
}

extension NumberRecord {
    /// The record as one JSON object without line end: kind, wall clock in epoch milliseconds, its fields.
    ///
    /// `{"k":"al","w":1763692801123,"n":7,"l":"line-1","p":"A","f":1000,"c":500,"t":"k3"}`
    package func encoded(wallMilliseconds: Int64) -> [UInt8] {
        var writer = FieldWriter()
        writer.json.beginObject()
        writer.json.member("k", code)
        writer.json.member("w", wallMilliseconds)
        var copy = self
        do throws(NumberMisfit) {
            try copy.visit(&writer)
        } catch {
            preconditionFailure("writing a record cannot fail: \(error)")
        }
        writer.json.endObject()
        return writer.json.take()
    }

    /// Reads what ``encoded(wallMilliseconds:)`` wrote.
    ///
    /// - Throws: ``NumberMisfit``: the text was made by a newer version, or by none of ours.
    package static func decode(
        _ line: some Collection<UInt8>
    ) throws(NumberMisfit) -> (record: NumberRecord, wallMilliseconds: Int64) {
        guard let members = (try? JSONValue.parse(line))?.object,
            let code = members.first(where: { $0.key == "k" })?.value.string
        else { throw .unknownKind("") }
        guard let wall = members.first(where: { $0.key == "w" })?.value.int64 else { throw .badField("w") }
        guard var record = empty.first(where: { $0.code == code }) else { throw .unknownKind(code) }
        var reader = FieldReader(members: members.filter { $0.key != "k" && $0.key != "w" })
        try record.visit(&reader)
        if let unread = reader.members.first { throw .badField(unread.key) }
        return (record, wall)
    }

    /// One of each kind, its fields empty.
    static let empty: [NumberRecord] = [
        .hubStarted(HubStarted()), .generationBegun(GenerationBegun()), .lineEnrolled(LineNamed()),
        .lineRetired(LineNamed()), .lineReported(LineReported()), .productDefined(ProductDefined()),
        .poolAdded(PoolAdded()), .poolClosed(PoolClosed()), .allotted(AllotmentMade()),
        .allotmentConfirmed(AllotmentNamed()), .allotmentVoided(AllotmentNamed()),
        .numbersReturned(NumbersReturned()),
        .allotmentAdopted(AllotmentAdopted()), .allottingStopped(AllottingStopped()),
    ]

    /// The kind, as stored.
    var code: String {
        switch self {
        case .hubStarted: "hs"
        case .generationBegun: "gb"
        case .lineEnrolled: "le"
        case .lineRetired: "lr"
        case .lineReported: "lp"
        case .productDefined: "pd"
        case .poolAdded: "pa"
        case .poolClosed: "pc"
        case .allotted: "al"
        case .allotmentConfirmed: "ac"
        case .allotmentVoided: "av"
        case .numbersReturned: "nr"
        case .allotmentAdopted: "aa"
        case .allottingStopped: "as"
        }
    }

    private mutating func visit<F: NumberFields>(_ fields: inout F) throws(NumberMisfit) {
        switch self {
        case .hubStarted(var fact):
            try fields.text("b", &fact.boot)
            self = .hubStarted(fact)
        case .generationBegun(var fact):
            try fields.text("g", &fact.generation)
            try fields.person(&fact.actor, &fact.reason)
            try fields.texts("ls", &fact.lines)
            self = .generationBegun(fact)
        case .lineEnrolled(var fact):
            try fields.line(&fact)
            self = .lineEnrolled(fact)
        case .lineRetired(var fact):
            try fields.line(&fact)
            self = .lineRetired(fact)
        case .lineReported(var fact):
            try fields.text("l", &fact.line)
            try fields.text("g", &fact.generation)
            try fields.texts("lg", &fact.lost)
            self = .lineReported(fact)
        case .productDefined(var fact):
            try fields.product(&fact.product)
            try fields.text("o", &fact.actor)
            self = .productDefined(fact)
        case .poolAdded(var fact):
            try fields.text("p", &fact.pool)
            try fields.key(&fact.key)
            try fields.source(&fact.source)
            try fields.texts("ls", &fact.lines)
            try fields.text("o", &fact.actor)
            self = .poolAdded(fact)
        case .poolClosed(var fact):
            try fields.text("p", &fact.pool)
            try fields.person(&fact.actor, &fact.reason)
            self = .poolClosed(fact)
        case .allotted(var fact):
            try fields.number("n", &fact.number)
            try fields.text("l", &fact.line)
            try fields.text("p", &fact.pool)
            try fields.range(&fact.range)
            try fields.text("t", &fact.token)
            self = .allotted(fact)
        case .allotmentConfirmed(var fact):
            try fields.text("l", &fact.line)
            try fields.id(&fact.id)
            self = .allotmentConfirmed(fact)
        case .allotmentVoided(var fact):
            try fields.text("l", &fact.line)
            try fields.id(&fact.id)
            self = .allotmentVoided(fact)
        case .numbersReturned(var fact):
            try fields.text("l", &fact.line)
            try fields.id(&fact.id)
            try fields.ranges(&fact.ranges)
            self = .numbersReturned(fact)
        case .allotmentAdopted(var fact):
            try fields.text("l", &fact.line)
            try fields.id(&fact.id)
            try fields.text("p", &fact.pool)
            try fields.key(&fact.key)
            try fields.source(&fact.source)
            try fields.range(&fact.range)
            try fields.text("t", &fact.token)
            self = .allotmentAdopted(fact)
        case .allottingStopped(var fact):
            try fields.text("l", &fact.line)
            try fields.text("d", &fact.text)
            self = .allottingStopped(fact)
        }
    }
}

extension NumberFields {
    fileprivate mutating func person(
        _ actor: inout String, _ reason: inout String
    ) throws(NumberMisfit) {
        try text("o", &actor)
        try text("r", &reason)
    }

    fileprivate mutating func line(_ fact: inout LineNamed) throws(NumberMisfit) {
        try text("l", &fact.line)
        try person(&fact.actor, &fact.reason)
    }

    fileprivate mutating func id(_ id: inout AllotmentID) throws(NumberMisfit) {
        try text("g", &id.generation)
        try number("n", &id.number)
    }

    fileprivate mutating func range(_ range: inout PositionRange) throws(NumberMisfit) {
        try number("f", &range.first)
        try number("c", &range.count)
        guard !range.first.addingReportingOverflow(range.count).overflow else { throw .badField("c") }
    }

    /// First and count of each, in one array.
    fileprivate mutating func ranges(_ ranges: inout [PositionRange]) throws(NumberMisfit) {
        var flat = ranges.flatMap { [$0.first, $0.count] }
        try numbers("rs", &flat)
        guard flat.count.isMultiple(of: 2) else { throw .badField("rs") }
        ranges = stride(from: 0, to: flat.count, by: 2).map {
            PositionRange(first: flat[$0], count: flat[$0 + 1])
        }
        guard ranges.allSatisfy({ !$0.first.addingReportingOverflow($0.count).overflow }) else {
            throw .badField("rs")
        }
    }

    fileprivate mutating func key(_ key: inout NumberKey) throws(NumberMisfit) {
        var gtin = key.gtin ?? ""
        var prefix = key.gtin == nil ? key.text : ""
        try text("gt", &gtin)
        try text("sc", &prefix)
        key = prefix.isEmpty ? .gtin(gtin) : .sscc(prefix)
    }

    fileprivate mutating func count(_ key: String, _ value: inout Int) throws(NumberMisfit) {
        var number = UInt64(clamping: value)
        try self.number(key, &number)
        guard let exact = Int(exactly: number) else { throw .badField(key) }
        value = exact
    }

    fileprivate mutating func source(_ source: inout NumberSource) throws(NumberMisfit) {
        var kind = source.kind.rawValue
        try text("sk", &kind)
        guard let known = NumberSource.Kind(rawValue: kind) else { throw .badField("sk") }
        source.kind = known
        try number("sn", &source.count)
        try text("sha", &source.file)
        try text("px", &source.prefix)
        try number("sf", &source.first)
        try count("wd", &source.width)
        try text("ab", &source.alphabet)
        try count("ln", &source.length)
        try count("sh", &source.shortest)
        try text("se", &source.secret)
    }

    fileprivate mutating func product(_ product: inout Product) throws(NumberMisfit) {
        try text("gt", &product.gtin)
        try text("nm", &product.name)
        try text("mk", &product.market)
        try text("ch", &product.characters)
        try count("sh", &product.shortest)
        try count("ln", &product.longest)
        try number("gu", &product.guesses)
        try number("ib", &product.issuedBefore)
    }
}

private struct FieldWriter: NumberFields {
    var json = JSONWriter()

    mutating func text(_ key: String, _ value: inout String) {
        if !value.isEmpty { json.member(key, value) }
    }

    mutating func texts(_ key: String, _ value: inout [String]) {
        guard !value.isEmpty else { return }
        json.beginArray(key)
        for text in value { json.element(text) }
        json.endArray()
    }

    mutating func number(_ key: String, _ value: inout UInt64) {
        if value != 0 { json.member(key, value) }
    }

    mutating func numbers(_ key: String, _ value: inout [UInt64]) {
        guard !value.isEmpty else { return }
        json.beginArray(key)
        for number in value { json.element(number) }
        json.endArray()
    }
}

private struct FieldReader: NumberFields {
    /// Those nobody has asked for yet.
    var members: [JSONMember]

    private mutating func take(_ key: String) -> JSONValue? {
        members.firstIndex { $0.key == key }.map { members.remove(at: $0).value }
    }

    mutating func text(_ key: String, _ value: inout String) throws(NumberMisfit) {
        guard let found = take(key) else { return value = "" }
        guard let text = found.string else { throw .badField(key) }
        value = text
    }

    mutating func texts(_ key: String, _ value: inout [String]) throws(NumberMisfit) {
        guard let found = take(key) else { return value = [] }
        guard let array = found.array else { throw .badField(key) }
        value = []
        for element in array {
            guard let text = element.string else { throw .badField(key) }
            value.append(text)
        }
    }

    mutating func number(_ key: String, _ value: inout UInt64) throws(NumberMisfit) {
        guard let found = take(key) else { return value = 0 }
        guard let number = found.uint64 else { throw .badField(key) }
        value = number
    }

    mutating func numbers(_ key: String, _ value: inout [UInt64]) throws(NumberMisfit) {
        guard let found = take(key) else { return value = [] }
        guard let array = found.array else { throw .badField(key) }
        value = []
        for element in array {
            guard let number = element.uint64 else { throw .badField(key) }
            value.append(number)
        }
    }
}
