/// Why a request got no answer: a stable code, what is wrong and one remedy. Crosses the socket as JSON.
package struct ControlFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases, for example `CTL-101`; a refusal of the rules keeps the code of its rule.
    package var code: String
    /// What is wrong, in one sentence without a full stop.
    package var text: String
    /// One step the reader can take now.
    package var remedy: String
    /// HTTP status under which it is sent.
    package var status: Int

    /// Makes a fault from its parts.
    ///
    /// - Parameter text: A full stop at its end is dropped: what another error says may be a sentence.
    package init(_ code: String, _ text: String, _ remedy: String, status: Int) {
        self.code = code
        self.text = text.phrase
        self.remedy = remedy
        self.status = status
    }

    package var description: String { "\(code): \(text). \(remedy)" }

    /// The bytes are not the JSON object that was asked for.
    static func notJSON(_ detail: String) -> ControlFault {
        ControlFault(
            "CTL-101", "the body is not a JSON object: \(detail)", "Send one JSON object.", status: 400)
    }

    /// A member has another type than the one asked for, or is not known at all.
    static func badField(_ path: String, _ wanted: String) -> ControlFault {
        ControlFault("CTL-102", "\(path): \(wanted)", "Correct this member of the request.", status: 400)
    }

    /// The body is longer than its limit.
    package static func tooLarge(limitBytes: Int) -> ControlFault {
        ControlFault(
            "CTL-103", "the body is longer than \(limitBytes) bytes",
            "Send less; a large serial file goes by its path.", status: 413)
    }

    /// The bytes are no request of HTTP/1.1, or its head is too long.
    package static let notHTTP = ControlFault(
        "CTL-109", "this is no HTTP/1.1 request, or its head is longer than 80 KiB",
        "Send what docs/operating.md shows.", status: 400)

    /// What the request is about is empty.
    static let noCode = ControlFault(
        "CTL-115", "the code, or the name, is empty", "Scan it or type it.", status: 422)

    /// No device of the line has this name.
    package static func noDevice(_ name: String) -> ControlFault {
        ControlFault(
            "CTL-117", "there is no device \(name.prefix(200))", "seriatim devices list names them.",
            status: 404)
    }

    /// No request has this path.
    static func unknownPath(_ path: String) -> ControlFault {
        ControlFault(
            "CTL-104", "there is no \(path.prefix(200))", "docs/operating.md lists the paths.",
            status: 404)
    }

    /// The path has other methods.
    static func wrongMethod(_ method: String, allowed: String) -> ControlFault {
        ControlFault("CTL-105", "\(method.prefix(20)) is not possible here", "Use \(allowed).", status: 405)
    }

    /// More commands wait than the line takes at once.
    package static let busy = ControlFault(
        "CTL-106", "too many commands are waiting", "Try again in a second.", status: 503)

    /// The daemon ends, or has not begun.
    package static let stopping = ControlFault(
        "CTL-107", "the line is stopping", "Wait for its start, then ask seriatim status.", status: 503)

    /// The kernel did not say who is calling.
    package static let nobody = ControlFault(
        "CTL-108", "the caller's Unix account is not known", "Use the control socket itself.", status: 403)
}

extension ControlFault: ControlPayload {
    /// An empty fault to read into.
    package init() { self.init("", "", "", status: 500) }

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("code", &code)
        try visitor.text("text", &text)
        try visitor.text("remedy", &remedy)
    }
}
