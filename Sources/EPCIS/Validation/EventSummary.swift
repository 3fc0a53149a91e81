/// What the members of one event say that is judged together.
struct EventSummary {
    var type: EventType
    var seen: [Event.Field] = []
    var action: Action?
    var eventID: String?
    var eventTime: EventTime?
    var offset: TimeZoneOffset?
    var recordTime: EventTime?
    var declarationTime: EventTime?
    var bizStep: String?
    var parent: String?
    /// Canonical URIs of the objects or children.
    var objects = DistinctTexts()
    /// Elements of the lists that are there.
    var counts: [(field: Event.Field, count: Int)] = []
    var hasReadPoint = false
    var latestObservation: EventTime?
    var correctiveIDs: [String] = []

    func count(_ field: Event.Field) -> Int { counts.last { $0.field == field }?.count ?? 0 }

    /// Notes how long a list is; nothing for what is no list.
    mutating func note(_ field: Event.Field, _ count: Int?) {
        if let count { counts.append((field, count)) }
    }

    func hasList(_ field: Event.Field) -> Bool { counts.contains { $0.field == field } }
}

/// Texts, each once: compared in turn while they are few, hashed once they are many.
struct DistinctTexts {
    private static let compareUpTo = 8
    private var few: [String] = []
    private var many: Set<String> = []

    /// - Returns: Whether it was not among them.
    mutating func insert(_ text: String) -> Bool {
        guard many.isEmpty else { return many.insert(text).inserted }
        guard !few.contains(text) else { return false }
        few.append(text)
        if few.count > Self.compareUpTo { many = Set(few) }
        return true
    }

    func contains(_ text: String) -> Bool { many.isEmpty ? few.contains(text) : many.contains(text) }
}
