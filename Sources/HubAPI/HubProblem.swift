import JSONText

/// Why a hub did not do what it was asked: a problem document with a stable code and one remedy.
///
/// - Source: RFC 7807.
package struct HubProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Media type under which it is sent.
    package static let mediaType = "application/problem+json"

    /// HTTP status.
    package var status: Int
    /// Stable across releases, for example `HUB-201`; the journal's and the numbers' refusals keep theirs.
    package var code: String
    /// Measured facts. Never a serial number or a secret.
    package var detail: String
    /// One step the reader can take now.
    package var remedy: String
    /// Where two journals differ, with `JRN-219`.
    package var difference: Difference?

    /// A place in a journal where two copies of it have different lines.
    package struct Difference: Equatable, Sendable {
        /// Bytes of the journal before the line.
        package var bytes: UInt64
        /// Number of the line, from 1.
        package var line: UInt64
        /// Whether it is the first that differs; otherwise the two part at it or before.
        package var isFirst: Bool

        /// Makes a difference from its parts.
        package init(bytes: UInt64, line: UInt64, isFirst: Bool) {
            self.bytes = bytes
            self.line = line
            self.isFirst = isFirst
        }
    }

    /// Makes a problem from its parts.
    package init(_ status: Int, _ code: String, _ detail: String, _ remedy: String) {
        self.status = status
        self.code = code
        self.detail = detail
        self.remedy = remedy
    }

    package var description: String { "\(code) \(detail). \(remedy)" }

    /// The document.
    package var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "urn:seriatim:problem:\(code)")
        writer.member("title", detail)
        writer.member("status", status)
        writer.member("code", code)
        writer.member("detail", detail)
        writer.member("remedy", remedy)
        if let difference {
            writer.beginObject("difference")
            writer.member("bytes", difference.bytes)
            writer.member("line", difference.line)
            writer.member("first", difference.isFirst)
            writer.endObject()
        }
        writer.endObject()
        return writer.take()
    }

    /// Reads a document.
    ///
    /// - Returns: `nil` when the bytes are none of a hub.
    package init?(_ bytes: [UInt8], status: Int) {
        guard let json = try? JSONValue.parse(bytes, limits: JSONLimits(maxBytes: 1 << 16, maxDepth: 4)),
            let code = json["code"]?.string, let detail = json["detail"]?.string
        else { return nil }
        self.init(status, code, detail, json["remedy"]?.string ?? "")
        if let place = json["difference"], let bytes = place["bytes"]?.uint64,
            let line = place["line"]?.uint64, let isFirst = place["first"]?.bool
        {
            difference = Difference(bytes: bytes, line: line, isFirst: isFirst)
        }
    }
}

extension HubProblem {
    /// Nothing is served under this path.
    package static func unknownPath(_ path: String) -> HubProblem {
        HubProblem(404, "HUB-201", "there is no \(path.prefix(200))", "docs/hub.md lists the paths.")
    }

    /// The path is served, with other methods.
    package static func wrongMethod(_ method: String, allowed: String) -> HubProblem {
        HubProblem(405, "HUB-202", "\(method.prefix(20)) is not possible here", "Use \(allowed).")
    }

    /// A parameter of the request is missing or wrong.
    package static func badParameter(_ name: String, _ wanted: String) -> HubProblem {
        HubProblem(400, "HUB-203", "parameter \(name): \(wanted)", "Correct the request.")
    }

    /// The body is longer than any may be.
    package static func tooLarge(limitBytes: Int) -> HubProblem {
        HubProblem(
            413, "HUB-204", "the body is longer than \(limitBytes) bytes", "Send less with each request.")
    }

    /// The body could not be unpacked.
    package static func notUnpacked(limitBytes: Int) -> HubProblem {
        HubProblem(
            400, "HUB-205", "the body is not whole, or more than \(limitBytes) bytes unpacked",
            "Send it again; if it stays, send less with each request.")
    }

    /// The body is packed in a way nobody here unpacks.
    package static func badCoding(_ name: String) -> HubProblem {
        HubProblem(
            415, "HUB-206", "content coding \(name.prefix(40)) is not known", "Use deflate, or none.")
    }

    /// More requests wait than are taken.
    package static let busy = HubProblem(
        503, "HUB-207", "more requests wait than the hub takes", "Try again in some seconds.")
}
