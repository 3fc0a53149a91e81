import ArgumentParser
import GS1
import JSONText
import SystemIO

/// `seriatim gs1 parse`: JSON lines in, JSON lines out, for programs.
struct GS1ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Judge codes: JSON lines in, JSON lines out.",
        discussion: """
            Each line of standard input is one JSON object; each gets one line of answer, in order.

            {"id": 7, "form": "scan", "input": "]d20109506000134352"}

            id     any JSON value; comes back as it is
            form   scan: symbology identifier in front, separators as \\u001d
                   raw: FNC1 as ^, in front and as separator
                   bracketed: (01)09506000134352(21)A1, with \\( for ( in a value
                   uri: GS1 Digital Link URI
            input  the code, at most \(ElementString.maxBytes) bytes and \(ElementString.maxElements) elements

            {"id":7,"accept":true,"ai":[["01","09506000134352"]],
            "uri":"https://id.gs1.org/01/09506000134352","error":null}

            accept whether every rule of the GS1 dictionary holds
            ai     identifiers and values in order; empty unless accepted
            uri    canonical Digital Link; null if not accepted or if there is none
            error  code, place, rule and remedy; null if accepted

            A line that is no such object is answered too, with accept false and in error: JSON-0xx, no \
            JSON; CLI-130, more than 65536 bytes; CLI-131, a key is missing or of the wrong type; CLI-132, \
            another form. Exit status 0: every line was answered. 74: reading or writing failed.
            """)

    func run() throws {
        var reader = LineReader(maxLineBytes: ParseAnswers.maxLineBytes)
        var answers = ParseAnswers(rules: GS1Command.rules)
        do throws(SystemError) {
            while let lines = try reader.next() {
                for line in lines { answers.append(line) }
                // What has arrived is answered before waiting for more: a program may wait for it.
                try StandardOutput.write(answers.take())
            }
        } catch {
            throw CommandFailure(
                "CLI-133 \(error). Lines behind the last answer were not judged; give them again.", status: 74
            )
        }
    }
}

/// Answers to lines of requests.
private struct ParseAnswers {
    static let maxLineBytes = 1 << 16

    /// Forms that requests may have.
    private static let forms: [String: CodeForm] = [
        "scan": .scan, "raw": .raw, "bracketed": .bracketed, "uri": .uri,
    ]

    private let rules: ElementString.Rules
    private var writer = JSONWriter()
    private var text: [UInt8] = []

    init(rules: ElementString.Rules) { self.rules = rules }

    /// The answers since the last call, a line each.
    mutating func take() -> [UInt8] {
        defer { text.removeAll(keepingCapacity: true) }
        return text
    }

    mutating func append(_ line: LineReader.Line) {
        switch line {
        case .bytes(let bytes): append(bytes)
        case .tooLong(let count):
            refuse(
                id: .null,
                "CLI-130: the line has \(count) bytes, at most \(Self.maxLineBytes) are read. "
                    + "Send one code a line.")
        }
    }

    private mutating func append(_ line: [UInt8]) {
        let request: JSONValue
        do {
            request = try JSONValue.parse(line)
        } catch {
            return refuse(id: .null, "\(error)")
        }
        let id = request["id"] ?? .null
        guard request["id"] != nil else { return refuse(id: id, Self.lacks("id, any value")) }
        guard let form = request["form"]?.string else { return refuse(id: id, Self.lacks("form, a text")) }
        guard let input = request["input"]?.string else { return refuse(id: id, Self.lacks("input, a text")) }
        guard let form = Self.forms[form] else {
            return refuse(
                id: id, "CLI-132: there is no such form. Send scan, raw, bracketed or uri.")
        }
        do {
            accept(id: id, try ElementString.parse(Array(input.utf8), as: form, rules: rules))
        } catch {
            refuse(id: id, error.withRemedy(for: form))
        }
    }

    private static func lacks(_ what: String) -> String {
        "CLI-131: the line is no object with \(what). "
            + "Send {\"id\": 1, \"form\": \"scan\", \"input\": \"]d2...\"}."
    }

    private mutating func accept(id: JSONValue, _ elements: ElementString) {
        begin(id: id, isAccepted: true)
        for element in elements.elements {
            writer.beginArray()
            writer.element(element.ai.description)
            writer.element(utf8: element.value)
            writer.endArray()
        }
        writer.endArray()
        if let uri = try? elements.digitalLink() {
            writer.member("uri", uri)
        } else {
            writer.nullMember("uri")
        }
        writer.nullMember("error")
        end()
    }

    private mutating func refuse(id: JSONValue, _ error: String) {
        begin(id: id, isAccepted: false)
        writer.endArray()
        writer.nullMember("uri")
        writer.member("error", error)
        end()
    }

    private mutating func begin(id: JSONValue, isAccepted: Bool) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("accept", isAccepted)
        writer.beginArray("ai")
    }

    private mutating func end() {
        writer.endObject()
        text += writer.bytes
        text.append(0x0A)
        writer.removeAll()
    }
}
