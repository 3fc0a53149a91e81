import JSONText

/// One thing `seriatim bench` measures. A new figure is a file with a type like this and its line in
/// ``BenchCommand/figures``.
protocol BenchFigure: SendableMetatype {
    /// Its fixed name; further results of the same run have names that begin with it.
    static var name: String { get }
    /// It runs a daemon, which reads device profiles.
    static var runsDaemon: Bool { get }

    /// Measures it.
    ///
    /// - Throws: What kept it from being measured; a target that is missed is no error.
    static func measure(_ run: BenchRun) async throws -> [BenchResult]
}

extension BenchFigure {
    static var runsDaemon: Bool { false }
}

/// What all figures of one run share.
struct BenchRun: Sendable {
    /// Small sizes: the whole run ends within two minutes on two busy cores.
    let isQuick: Bool
    let scratch: BenchScratch
    /// Says what is going on, for people who wait.
    let say: @Sendable (String) -> Void

    /// The full size, or the one of a quick run.
    func size(_ full: Int, quick: Int) -> Int { isQuick ? quick : full }
}

/// One figure as it was measured.
struct BenchResult {
    /// A number by its name, in the order it is printed.
    struct Member {
        let name: String
        let value: Double
    }

    let name: String
    let value: Double
    let unit: String
    /// Further numbers of the figure itself, for example other percentiles.
    var details: [Member] = []
    /// What it is compared with, measured in the same run, interleaved where that matters; empty for a size
    /// or a share, which no faster machine changes.
    var baseline: [Member] = []
    /// The baseline in words, for people.
    var baselineText = ""
    var target: Target?
    /// Sizes and circumstances in words.
    var note = ""

    /// What design and customers ask for.
    struct Target {
        let text: String
        let isHeld: Bool
    }

    /// One JSON object on one line.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", name)
        Self.write(value, "value", to: &writer)
        writer.member("unit", unit)
        for member in details { Self.write(member.value, member.name, to: &writer) }
        writer.beginObject("baseline")
        for member in baseline { Self.write(member.value, member.name, to: &writer) }
        writer.endObject()
        if let target {
            writer.member("target", target.text)
            writer.member("held", target.isHeld)
        }
        if !note.isEmpty { writer.member("note", note) }
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    private static func write(_ value: Double, _ name: String, to writer: inout JSONWriter) {
        guard let number = JSONNumber(text: BenchNumber.text(value)) else { return }
        writer.member(name, JSONValue.number(number))
    }
}
