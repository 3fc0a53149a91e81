import JSONText

/// Reads EPCIS JSON of any length in chunks: of a long document one event at a time.
///
///     var reader = ContentReader()
///     while let chunk = read() {
///         try reader.append(chunk)
///         while let piece = try reader.next() { ... }
///     }
///     let rest = try reader.finish()
///
/// The events of a document are taken one at a time if its `type` and `@context` stand before them, as in
/// what we write. Any other content comes whole from ``finish()``. In memory are an event, and all that is no
/// event: each at most ``Content/limits``.
package struct ContentReader: Sendable {
    /// What was read.
    package enum Piece: Equatable, Sendable {
        /// The events of a document follow, one at a time; this is what stands before them.
        case document(DocumentHead)
        case event(JSONValue)
    }

    /// Why bytes are no EPCIS JSON.
    package enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case byteOrderMark
        case markup
        /// Longer than ``Content/limits``, and its events cannot be taken one at a time.
        case eventsBeforeContext
        case json(JSONError)

        package var description: String {
            switch self {
            case .byteOrderMark:
                "EPCIS-001: The text begins with a byte-order mark. Save it as UTF-8 without one."
            case .markup: "EPCIS-002: This is XML. Only JSON is read; convert it to EPCIS 2.0 JSON-LD."
            case .eventsBeforeContext:
                "EPCIS-003: More than \(Content.limits.maxBytes >> 20) MiB, and type and @context of a "
                    + "document do not stand before its events. Write them first."
            case .json(let error):
                error.code == .tooManyBytes
                    ? "EPCIS-004 at byte \(error.offset): An event, or all that is no event, is longer than "
                        + "\(Content.limits.maxBytes >> 20) MiB. Divide it." : "\(error)"
            }
        }
    }

    private var cutter: JSONArrayCutter
    private var start: [UInt8] = []
    private var isBegun = false
    /// The document, once its events are taken one at a time.
    package private(set) var head: DocumentHead?
    /// Events given so far.
    package private(set) var count = 0

    package init() { self.init(limits: Content.limits) }

    init(limits: JSONLimits) {
        cutter = JSONArrayCutter(paths: DocumentHead.paths, limits: limits)
    }

    /// JSON pointer of the event given last.
    package var pointer: String { (head?.pointer ?? "") + "/\(count - 1)" }

    /// Gives the next bytes.
    package mutating func append(_ chunk: some Collection<UInt8>) throws(Fault) {
        if !isBegun {
            start += chunk
            guard start.count >= 4 else { return }
            return try begin()
        }
        cutter.append(chunk)
    }

    private mutating func begin() throws(Fault) {
        isBegun = true
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]]
        if marks.contains(where: start.starts) { throw .byteOrderMark }
        if start.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { throw .markup }
        cutter.append(start)
        start = []
    }

    /// The next piece that is complete.
    ///
    /// - Returns: `nil` until more bytes are given.
    package mutating func next() throws(Fault) -> Piece? {
        do throws(JSONError) {
            while let piece = try cutter.next() {
                switch piece {
                case .opened(let path, let value):
                    guard let head = DocumentHead(value), head.path == path else { continue }
                    cutter.cut()
                    self.head = head
                    return .document(head)
                case .element(let value):
                    count += 1
                    return .event(value)
                }
            }
            return nil
        } catch {
            throw fault(error)
        }
    }

    /// All that was no event; the whole content where no ``Piece/document(_:)`` was given.
    package mutating func finish() throws(Fault) -> JSONValue {
        if !isBegun { try begin() }
        do throws(JSONError) { return try cutter.finish() } catch { throw fault(error) }
    }

    private func fault(_ error: JSONError) -> Fault {
        error.code == .tooManyBytes && head == nil ? .eventsBeforeContext : .json(error)
    }
}

/// What stands in a document before its events: enough to read them by.
package struct DocumentHead: Equatable, Sendable {
    package let kind: Document.Kind
    package let context: JSONValue

    /// - Returns: `nil` unless kind and context are there.
    init?(_ value: JSONValue) {
        guard let kind = value["type"]?.string.flatMap(Document.Kind.init),
            let context = value["@context"]
        else { return nil }
        self.kind = kind
        self.context = context
    }

    /// Where documents of a kind have their events.
    static let paths = [
        ["epcisBody", "eventList"], ["epcisBody", "queryResults", "resultsBody", "eventList"],
    ]

    /// Which of ``paths``.
    var path: Int { kind == .capture ? 0 : 1 }

    /// JSON pointer of the list of events.
    var pointer: String { Self.paths[path].map { "/" + $0 }.joined() }
}
