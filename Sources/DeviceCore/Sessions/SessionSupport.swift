/// Milliseconds of a validated profile (at most 60000) as nanoseconds.
func nanoseconds(_ milliseconds: Int) -> UInt64 {
    UInt64(clamping: milliseconds) * 1_000_000
}

/// The earliest of the deadlines that exist.
func earliest(_ deadlines: UInt64?...) -> UInt64? {
    deadlines.compactMap { $0 }.min()
}

extension FrameEvent {
    /// What to tell of it: of a frame what `frame` says.
    func steps(_ frame: ([UInt8]) -> [DeviceStep]) -> [DeviceStep] {
        switch self {
        case .frame(let body): frame(body)
        case .fault(let fault): [.event(.frameFault(fault))]
        case .noise(let bytes): [.event(.noise(bytes))]
        }
    }
}

extension DeviceProfile {
    /// A command the dialogue cannot do without, ready for use.
    func compiled(_ name: String) throws(ProfileFault) -> CompiledCommand {
        guard let command = commands[name] else { throw ProfileFault("commands.\(name)", "missing") }
        return try CompiledCommand(command)
    }
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

/// The bytes that base64 stands for, without its line breaks; `nil` for anything else.
///
/// - Source: RFC 4648, section 4; RFC 2045, section 6.8 (line breaks).
func base64(_ text: [UInt8]) -> [UInt8]? {
    let digits = text.filter { $0 != 0x0D && $0 != 0x0A }
    let filled = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
    guard digits.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (index, digit) in digits.dropLast(filled).enumerated() {
        guard let value = base64Value(digit) else { return nil }
        bits = bits << 6 | UInt32(value)
        if index % 4 == 3 { bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) } }
    }
    // What is filled up has bits of no byte, which are 0.
    switch filled {
    case 1:
        bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        return bits & 0b11 == 0 ? bytes : nil
    case 2:
        bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        return bits & 0b1111 == 0 ? bytes : nil
    default: return bytes
    }
}

private func base64Value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}

/// One command of a profile, ready for use.
struct CompiledCommand: Sendable {
    let template: ByteTemplate
    let accepted: [ByteTemplate]
    /// Whole reply bodies that mean refusal, with their meaning; in order of the reply.
    let refused: [(reply: [UInt8], meaning: String)]
    /// Nanoseconds to wait for its reply, where it has a time of its own.
    let timeout: UInt64?

    init(_ command: DeviceProfile.Command) throws(ProfileFault) {
        template = try ByteTemplate(command.send)
        accepted = try byteTemplates(command.accepted)
        var refused: [(reply: [UInt8], meaning: String)] = []
        for (text, meaning) in command.refused.sorted(by: { $0.key < $1.key }) {
            refused.append((try ByteText.bytes(text), meaning))
        }
        self.refused = refused
        timeout = command.timeoutMilliseconds > 0 ? nanoseconds(command.timeoutMilliseconds) : nil
    }

    /// What a reply body says to this command.
    enum Outcome {
        case accepted([String: [UInt8]])
        case refused(String)
        case other
    }

    /// What a place of an accepted reply holds, as a number in digits.
    func number(_ bytes: [UInt8], of place: String) -> UInt64? {
        let capture = accepted.flatMap(\.places).first { $0.name == place }?.capture
        return capture.flatMap { $0.number(bytes) }
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

    /// Takes out the first that the test names.
    mutating func removeFirst(where test: (Element) -> Bool) -> Element? {
        guard let index = elements[head...].firstIndex(where: test) else { return nil }
        return elements.remove(at: index)
    }

    /// Takes out what the test names, in order.
    mutating func remove(where test: (Element) -> Bool) -> [Element] {
        let all = drain()
        elements = all.filter { !test($0) }
        return all.filter(test)
    }
}
