/// What a GS1 code carries: application identifiers and their values, in the order they were given.
///
/// Every element was judged by the dictionary when the string was made. Two strings are equal if they hold
/// the same elements in the same order, however they were written.
package struct ElementString: Sendable {
    /// Most elements of one message.
    package static let maxElements = 64
    /// Most bytes of one message as written.
    package static let maxBytes = 8191

    /// An identifier and its value.
    package struct Element: Hashable, Sendable {
        package let ai: ApplicationIdentifier
        /// The value's characters, all ASCII.
        package let value: [UInt8]

        /// The value as text.
        package var text: String { String(decoding: value, as: UTF8.self) }
    }

    /// Where an element's value lies in ``storage``.
    struct Place: Sendable {
        var ai: ApplicationIdentifier
        var start: UInt16
        var count: UInt8

        var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
    }

    /// The bytes the values lie in: the text as given where nothing was escaped.
    let storage: [UInt8]
    /// The elements in order. Ranges are inside ``storage``.
    let places: [Place]
    /// How many elements, from the first, stood in the path of the URI that this was read from; 0 for others.
    let pathCount: Int

    init(storage: [UInt8], places: [Place], pathCount: Int = 0) {
        self.storage = storage
        self.places = places
        self.pathCount = pathCount
    }
}

extension ElementString {
    /// How strictly elements are judged together, and by which year.
    package struct Rules: Hashable, Sendable {
        /// The year that the century of two-digit years is chosen by. Until 2050 it changes no verdict: only
        /// 29 February of a year 00 depends on it.
        package var currentYear: Int
        /// Whether identifiers must have the partners they need. An object's symbols are judged together;
        /// leave it out for one symbol of several, then judge the whole with ``ElementString/check(_:)``.
        package var requiresPartners: Bool

        package init(currentYear: Int = 2026, requiresPartners: Bool = true) {
            self.currentYear = currentYear
            self.requiresPartners = requiresPartners
        }
    }
}

extension ElementString {
    /// The elements in order, values copied.
    package var elements: [Element] {
        places.map { Element(ai: $0.ai, value: Array(storage[$0.range])) }
    }
}

extension ElementString: Hashable {
    package static func == (a: ElementString, b: ElementString) -> Bool {
        a.places.count == b.places.count
            && zip(a.places, b.places).allSatisfy {
                $0.ai == $1.ai && a.storage[$0.range].elementsEqual(b.storage[$1.range])
            }
    }

    package func hash(into hasher: inout Hasher) {
        for place in places {
            hasher.combine(place.ai)
            hasher.combine(storage[place.range])
        }
    }
}

extension ElementString {
    /// The value of the first element with `ai`, without a copy, or `nil`.
    package subscript(ai: ApplicationIdentifier) -> ArraySlice<UInt8>? {
        for place in places where place.ai == ai { return storage[place.range] }
        return nil
    }

    /// Whether an element with `ai` is there.
    package func contains(_ ai: ApplicationIdentifier) -> Bool { places.contains { $0.ai == ai } }

    /// The value of the first element with `ai` as text, or `nil`.
    package func text(_ ai: ApplicationIdentifier) -> String? {
        self[ai].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The identifiers in order.
    package var identifiers: [ApplicationIdentifier] { places.map(\.ai) }

    /// (01)
    package var gtin: GTIN? { self[.gtin].flatMap { try? GTIN(digits: $0) } }
    /// (21)
    package var serial: SerialNumber? { self[.serial].flatMap { try? SerialNumber(bytes: $0) } }
    /// (10) as text
    package var lot: String? { text(.lot) }
    /// (00)
    package var sscc: SSCC? { self[.sscc].flatMap { try? SSCC(digits: $0) } }
    /// (02), the GTIN of the items inside
    package var content: GTIN? { self[.content].flatMap { try? GTIN(digits: $0) } }
    /// (37), how many items are inside; at most 8 digits
    package var itemCount: Int? {
        self[.count].flatMap { try? decimalNumber($0) }.flatMap(Int.init(exactly:))
    }
    /// (414)
    package var gln: GLN? { self[.gln].flatMap { try? GLN(digits: $0) } }

    /// (17); see ``date(_:relativeTo:)``.
    package func expiry(relativeTo currentYear: Int) -> GS1Date? { date(.expiry, relativeTo: currentYear) }

    /// The date of a six-digit element, or `nil` where it is absent or no date.
    package func date(_ ai: ApplicationIdentifier, relativeTo currentYear: Int) -> GS1Date? {
        self[ai].flatMap { try? GS1Date(yymmdd: $0, relativeTo: currentYear) }
    }
}
