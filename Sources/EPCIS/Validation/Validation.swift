import JSONText

/// Judges EPCIS JSON: documents, query documents, single events.
///
/// Finds what the JSON Schema 2.0.1 finds (with its formats checked), and what the text of the standard
/// wants beyond it. Works on the tree, so that what is no event at all has findings too.
package enum Validation {
    /// Most errors, and most pieces of advice, that are kept of one text; the others are counted.
    package static let maxFindings = 1_000
    /// Most event IDs of one text that are compared with each other, 16 bytes each and as much again while
    /// the set grows. An ID behind them is only compared with these, and the verdict says so.
    package static let maxEventIDs = 4_000_000

    /// What is wrong, in the document's order, checks of a whole object behind those of its members.
    ///
    /// - Parameter limit: Most errors, and most pieces of advice.
    /// - Complexity: O(n) for n bytes, and n log n for lists of repeated contexts.
    package static func findings(in value: JSONValue, limit: Int = maxFindings) -> [Finding] {
        ValidationRun(limit: limit).finish(value).findings
    }
}

/// Judges a text whose events may come one at a time: the findings are those of the whole.
///
///     var run = ValidationRun()
///     while let piece = try reader.next() {
///         switch piece {
///         case .document(let head): run.open(head)
///         case .event(let event): run.take(event)
///         }
///     }
///     let verdict = run.finish(try reader.finish())
///
/// Of the events before stay their IDs, as digests, and the findings; both have their limits.
package struct ValidationRun: Sendable {
    private let limit: Int
    private let maxEventIDs: Int
    private var list: EventList?

    /// The events of a document, as far as they were judged.
    private struct EventList: Sendable {
        let head: DocumentHead
        var events: Validator
        var repeats: Validator
        var count = 0
    }

    package init() { self.init(limit: Validation.maxFindings) }

    init(limit: Int, maxEventIDs: Int = Validation.maxEventIDs) {
        self.limit = limit
        self.maxEventIDs = maxEventIDs
    }

    private var validator: Validator { Validator(limit: limit, eventIDs: EventIDSet(limit: maxEventIDs)) }

    /// The events of a document follow.
    package mutating func open(_ head: DocumentHead) {
        var list = EventList(head: head, events: validator, repeats: validator)
        list.events.enter(head)
        list.events.namespaces = Namespaces([head.context])
        list.events.isAnswer = head.kind == .query
        list.repeats.enter(head)
        self.list = list
    }

    /// Judges the next event.
    package mutating func take(_ event: JSONValue) {
        guard let place = list?.count else { return }
        list?.events.at(place) { $0.checkEvent(event) }
        list?.repeats.at(place) { $0.checkRepeats(event) }
        list?.count = place + 1
    }

    /// Judges all else.
    ///
    /// - Parameter rest: The text without the events that were taken: their list is there, and empty.
    package consuming func finish(_ rest: JSONValue) -> Verdict {
        var whole = validator
        if let list {
            whole.eventIDs = list.events.eventIDs
            whole.take(list.events.findings, of: list.head)
        }
        whole.checkTop(rest)
        if let list { whole.take(list.repeats.findings, of: list.head) }
        whole.checkRepeats(rest)
        return Verdict(whole.findings, events: list?.count)
    }
}

/// What validation says of one text.
package struct Verdict: Equatable, Sendable {
    /// In the document's order; of errors and of advice each at most the limit.
    package let findings: [Finding]
    /// All errors, kept or not.
    package let errors: Int
    /// All pieces of advice, kept or not.
    package let advice: Int
    /// Events that were judged one at a time; `nil` where the text was judged as a whole.
    package let events: Int?

    init(_ list: FindingList, events: Int?) {
        findings = list.kept
        errors = list.errors
        advice = list.advice
        self.events = events
    }

    package var isValid: Bool { errors == 0 }

    /// Findings that were counted and not kept.
    package var omitted: Int { errors + advice - findings.count }
}

/// Findings in order: the first of each kind, and how many there are.
struct FindingList: Equatable, Sendable {
    private let limit: Int
    private(set) var kept: [Finding] = []
    private(set) var errors = 0
    private(set) var advice = 0

    init(limit: Int) { self.limit = limit }

    /// Counts a finding that is to come.
    ///
    /// - Returns: Whether it is kept: append it then.
    mutating func takes(_ level: Rule.Level) -> Bool {
        if level == .advice {
            advice += 1
            return advice <= limit
        }
        errors += 1
        return errors <= limit
    }

    mutating func append(_ finding: Finding) { kept.append(finding) }

    /// Adds those of another list behind these.
    mutating func append(_ other: FindingList) {
        for finding in other.kept where takes(finding.rule.level) { kept.append(finding) }
        // What the other did not keep comes behind what it kept.
        errors += other.errors - other.kept.count(where: \.isError)
        advice += other.advice - other.kept.count { !$0.isError }
    }
}
