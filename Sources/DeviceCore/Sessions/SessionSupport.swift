/// Milliseconds of a validated profile (at most 60000) as nanoseconds.
func nanoseconds(_ milliseconds: Int) -> UInt64 {
    UInt64(clamping: milliseconds) * 1_000_000
}

/// The earliest of the deadlines that exist.
func earliest(_ deadlines: UInt64?...) -> UInt64? {
    deadlines.compactMap { $0 }.min()
}

/// Byte texts to bytes.
func byteTexts(_ texts: [String]) throws(ProfileFault) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for text in texts { result.append(try ByteText.bytes(text)) }
    return result
}

/// Byte texts with places to templates.
func byteTemplates(_ texts: [String]) throws(ProfileFault) -> [ByteTemplate] {
    var result: [ByteTemplate] = []
    for text in texts { result.append(try ByteTemplate(text)) }
    return result
}

/// One command of a profile, ready for use.
struct CompiledCommand: Sendable {
    let template: ByteTemplate
    let accepted: [ByteTemplate]
    /// Whole reply bodies that mean refusal, with their meaning; in order of the reply.
    let refused: [(reply: [UInt8], meaning: String)]

    init(_ command: DeviceProfile.Command) throws(ProfileFault) {
        template = try ByteTemplate(command.send)
        accepted = try byteTemplates(command.accepted)
        var refused: [(reply: [UInt8], meaning: String)] = []
        for (text, meaning) in command.refused.sorted(by: { $0.key < $1.key }) {
            refused.append((try ByteText.bytes(text), meaning))
        }
        self.refused = refused
    }

    /// What a reply body says to this command.
    enum Outcome {
        case accepted([String: [UInt8]])
        case refused(String)
        case other
    }

    func outcome(of body: [UInt8]) -> Outcome {
        // A refusal is a whole reply by its name; an accepted one may be any text, as `{index}` is.
        for (reply, meaning) in refused where reply == body { return .refused(meaning) }
        for template in accepted {
            if let captures = template.match(body) { return .accepted(captures) }
        }
        return .other
    }
}

/// A first-in, first-out queue with a limit.
struct BoundedQueue<Element: Sendable>: Sendable {
    private let limit: Int
    private var elements: [Element] = []
    private var head = 0

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { head == elements.count }
    var isFull: Bool { elements.count - head >= limit }
    var first: Element? { isEmpty ? nil : elements[head] }
    /// What waits, in order.
    var waiting: ArraySlice<Element> { elements[head...] }

    /// Returns false, and does nothing, when the queue is full.
    mutating func append(_ element: Element) -> Bool {
        guard !isFull else { return false }
        elements.append(element)
        return true
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        head += 1
        if head > 64, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Empties the queue and returns what waited.
    mutating func drain() -> [Element] {
        let waiting = Array(self.waiting)
        elements = []
        head = 0
        return waiting
    }

    /// Takes out what the test names, in order.
    mutating func remove(where test: (Element) -> Bool) -> [Element] {
        let all = drain()
        elements = all.filter { !test($0) }
        return all.filter(test)
    }
}
