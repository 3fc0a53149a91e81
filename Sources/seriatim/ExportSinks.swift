import EPCIS
import GS1
import JSONText
import LineCore
import LineEvents
import Settings
import SystemIO

/// What an export needs beyond the journal.
struct ExportSettings {
    /// The configuration file; `nil` without one.
    let file: String?
    /// Whether it has the table `[epcis]`.
    let isGiven: Bool
    let events: EventSettings
    let zone: LineZone

    /// - Parameter path: As the caller gave it; else `line.toml` in the data directory, if it is there.
    init(_ path: String?, beside directory: String, line: String) throws {
        // A journal's own directory lies in the data directory.
        let isJournal = directory == "journal" || directory.hasSuffix("/journal")
        let standard = [directory] + (isJournal ? [directory + "/.."] : [])
        file = path ?? standard.map { $0 + "/line.toml" }.first(where: DurableFile.exists)
        guard let file else {
            isGiven = false
            events = EventSettings()
            zone = try Self.zone(events)
            return
        }
        let found = try Self.load(file)
        guard found.line == line else {
            let error = SettingsError(
                .contradiction, file: file, keyPath: "line.name",
                "the configuration is of line \(found.line), the journal of line \(line)",
                "Name the configuration of line \(line).")
            throw CommandFailure(error.description, status: 78)
        }
        isGiven = found.events != nil
        events = found.events ?? EventSettings()
        zone = try Self.zone(events)
    }

    private static func load(_ file: String) throws -> (line: String, events: EventSettings?) {
        do throws(SettingsErrors) {
            return try SettingsLoader.events(path: file)
        } catch {
            throw CommandFailure(error.description, status: 78)
        }
    }

    private static func zone(_ events: EventSettings) throws -> LineZone {
        guard let zone = LineZone(events.timeZone) else {
            throw CommandFailure("CLI-146 time_zone: it is not known on this machine.", status: 78)
        }
        return zone
    }

    func tellWhatIsMissing(for format: ExportFormat) {
        guard !isGiven else { return }
        let lacks = format == .csv ? "times are in UTC" : "events name no place, and times are in UTC"
        let why = file.map { "\($0) has no table [epcis]" } ?? "no configuration is given (--config)"
        Output.log("\(why): \(lacks).")
    }

    /// A key that EPCIS 1.2 cannot do without.
    func needed<Value>(_ key: String, _ value: Value?) throws -> Value {
        if let value { return value }
        throw CommandFailure(
            "CLI-147 \(file ?? "--config"): EPCIS 1.2 XML needs \(key). Add it to table [epcis] of the "
                + "line's configuration" + (file == nil ? ", and name that with --config." : "."), status: 78)
    }
}

/// Rows for people.
struct TableSink: ExportSink {
    private var table = RecordTable()

    mutating func begin() -> [UInt8] { RecordTable.header }

    mutating func take(_ record: LineRecord, at place: RecordPlace) throws -> [UInt8] {
        try table.take(record, at: place)
    }

    var end: [UInt8] { [] }
    var waiting: Int { 0 }
}

/// Events, one a line.
struct EventSink: ExportSink {
    private enum Form {
        case json(end: [UInt8])
        case xml(XML12Document)
    }

    private var fold: LineEventFold
    private var count = 0
    private let form: Form
    private let head: [UInt8]
    private static let newline: UInt8 = 0x0A

    /// EPCIS 2.0.
    init(_ journal: ExportedJournal, _ settings: ExportSettings) {
        fold = LineEventFold(journal: journal.signed.identity.id, settings: settings.events)
        let envelope = Document.envelope(creationDate: Self.now)
        head = envelope.begin
        form = .json(end: envelope.end)
    }

    /// EPCIS 1.2.
    ///
    /// The document's identifier is the journal's with its last line: the same content, the same identifier.
    init(xml journal: ExportedJournal, _ settings: ExportSettings) throws {
        let events = settings.events
        let prefixes = events.companyPrefixes.isEmpty ? nil : events.companyPrefixes
        fold = LineEventFold(journal: journal.signed.identity.id, settings: events)
        let document = XML12Document(
            header: XML12Document.Header(
                sender: try settings.needed("location or sender", events.sender).uri,
                receiver: try settings.needed("receiver", events.receiver).uri,
                instanceIdentifier: "\(journal.signed.identity.id)-\(journal.signed.end.line)"),
            creationDate: Self.now,
            prefixes: CompanyPrefixes(try settings.needed("company_prefixes", prefixes)))
        form = .xml(document)
        do throws(XML12Error) {
            head = try document.begin()
        } catch {
            throw CommandFailure(
                "CLI-147 \(settings.file ?? "") epcis.company_prefixes: none fits the GLN of sender or "
                    + "receiver. Add the prefixes of both.", status: 78)
        }
    }

    private static var now: EventTime {
        EventTime(milliseconds: Int64(clamping: WallClock.nowMilliseconds()), zone: .utc)
    }

    mutating func begin() -> [UInt8] { head + [Self.newline] }

    mutating func take(_ record: LineRecord, at place: RecordPlace) throws -> [UInt8] {
        let events = try fold.take(record, at: place)
        guard !events.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for event in events {
            switch form {
            case .json:
                if count > 0 { bytes += [UInt8(ascii: ","), Self.newline] }
                var writer = JSONWriter(appendingTo: bytes)
                event.append(to: &writer)
                bytes = writer.take()
            case .xml(let document): bytes += try document.encode(event, at: count) + [Self.newline]
            }
            count += 1
        }
        return bytes
    }

    var end: [UInt8] {
        switch form {
        case .json(let end): (count > 0 ? [Self.newline] : []) + end + [Self.newline]
        case .xml(let document): document.end
        }
    }

    var waiting: Int { fold.waitingUnits }
}
