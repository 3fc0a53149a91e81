import Crypto
import JournalCore
import JSONText
import LineCore

/// The records of a plausible line, as many as wanted, without the rules that would have made them and
/// without the code that would have written them.
///
/// One batch after another runs to its end and is closed, the last one stays open. Every decision is the one
/// the rules make: blocks of serials reserved, serials sent four at a time, one record a verified unit,
/// passes grouped, a reject in a hundred, cases and pallets collated, labelled and read back.
/// The same plan gives the same records.
package struct LineHistory {
    /// How much of what.
    package struct Plan: Sendable {
        /// Serials of the last batch that are commissioned; it is not closed.
        package var openUnits = 1_000_000
        /// Units of each batch before it.
        package var closedUnits = 500_000
        /// Records before the last batch opens: batches are run until there are so many.
        package var recordsBefore = 8_300_000
        /// Units in a case.
        package var unitsPerCase = 10
        /// Cases on a pallet.
        package var casesPerPallet = 40
        /// Serials come from files, 12 random characters each; otherwise from number ranges.
        package var isImported = true
        /// With each imported serial comes a payload.
        package var hasPayload = false
        /// Cases of which an item is taken out after closing, or which are read again, in a thousand.
        package var reworksPerThousand = 0
        /// Chooses serials, rejects and reworked cases.
        package var seed: UInt64 = 1

        /// A journal of 10 million records with a million open units.
        package init() {}
    }

    /// GTIN of everything made.
    package static let gtin = "09506000134352"
    private static let ssccKey = "39506000"

    private let plan: Plan
    private var random: DiskRandom
    private var batch = 0
    private var track: UInt64 = 0
    private var waiting: [[[UInt8]]] = []
    private var file: ImportedFile?
    private var opensPool = false
    private var made = 0
    private var isLast = false
    private var stage = Stage.beginning
    private var pool = SerialTable()
    private var unit = 0
    private var units = 0
    private var ssccs = 0
    private var ssccsReserved = 0
    private var passing: [UInt64] = []
    private var inCase: [String] = []
    private var onPallet: [String] = []
    private var doubtful: [String] = []

    /// Records given so far.
    package private(set) var records = 0
    /// The file that the decision given last names.
    package private(set) var newFile: ImportedFile?

    /// A file of serials, one a line.
    package struct ImportedFile: Sendable {
        /// Hexadecimal SHA-256 of the bytes.
        package let sha256: String
        /// The file.
        package let bytes: [UInt8]
        /// The serials in it.
        package let table: SerialTable
    }

    private enum Stage { case beginning, opening, running, ending, over }

    /// Begins a history.
    package init(_ plan: Plan) {
        self.plan = plan
        random = DiskRandom(seed: plan.seed)
    }

    /// The records of the next decision, as the journal takes them; `nil` at the end.
    package mutating func next() -> [[UInt8]]? {
        newFile = nil
        while waiting.isEmpty {
            switch stage {
            case .beginning: begin()
            case .opening: open()
            case .running: run()
            case .ending: end()
            case .over: return nil
            }
        }
        let decision = waiting.removeFirst()
        if opensPool {
            newFile = file
            (file, opensPool) = (nil, false)
        }
        records += decision.count
        return decision
    }

    private var name: String { "B\(batch)" }

    /// One record: kind, wall clock, fields by short key.
    private mutating func record(_ kind: String, _ fields: (inout JSONWriter) -> Void) -> [UInt8] {
        made += 1
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("k", kind)
        writer.member("w", 1_790_000_000_000 + Int64(made))
        fields(&writer)
        writer.endObject()
        return writer.take()
    }

    private mutating func decide(_ kind: String, _ fields: (inout JSONWriter) -> Void) {
        let record = record(kind, fields)
        waiting.append([record])
    }

    private mutating func begin() {
        decide("ls") {
            $0.member("bt", "boot")
            $0.member("v", "1")
            $0.member("cf", "c")
        }
        decide("pa") {
            $0.member("p", "boxes")
            $0.member("ty", "sscc")
            $0.member("key", Self.ssccKey)
            $0.member("n", UInt64(10_000_000))
        }
        stage = .opening
    }

    private mutating func open() {
        batch += 1
        isLast = records >= plan.recordsBefore
        units = isLast ? plan.openUnits : plan.closedUnits
        unit = 0
        let (name, pool, units, plan) = (name, poolName, UInt64(units), plan)
        addPool()
        decide("bo") {
            $0.member("b", name)
            $0.member("gt", Self.gtin)
            $0.member("pr", "Testol 20 mg")
            $0.member("lot", "LOT-\(name)")
            $0.member("ex", "290331")
            $0.member("q", units)
            $0.member("nc", UInt64(plan.unitsPerCase))
            $0.member("np", UInt64(plan.casesPerPallet))
            $0.member("up", pool)
            $0.member("sp", "boxes")
            $0.member("o", "planner")
        }
        decide("bs") {
            $0.member("b", name)
            $0.member("o", "operator")
        }
        stage = .running
    }

    private var poolName: String { "units-\(batch)" }

    private mutating func addPool() {
        pool = SerialTable(reserving: units)
        var sha256 = ""
        if plan.isImported {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(units * 13)
            while pool.count < units {
                let serial = Self.serial(&random)
                let payload = plan.hasPayload ? Self.payload(&random) : nil
                guard append(serial, payload) else { continue }
                if plan.hasPayload { bytes += Array("01\(Self.gtin)21".utf8) }
                bytes += serial
                if let payload { bytes += [0x1D] + Array("91K123\u{1D}92".utf8) + payload }
                bytes.append(0x0A)
            }
            sha256 = SHA256.hash(data: bytes).hexadecimal
            file = ImportedFile(sha256: sha256, bytes: bytes, table: pool)
        }
        opensPool = true
        let (name, units, first) = (poolName, UInt64(units), UInt64(batch) * 100_000_000)
        decide("pa") {
            $0.member("p", name)
            $0.member("ty", "printed")
            $0.member("key", Self.gtin)
            if !sha256.isEmpty { $0.member("sha", sha256) }
            if sha256.isEmpty { $0.member("f", first) }
            $0.member("n", units)
            if sha256.isEmpty { $0.member("wd", UInt64(12)) }
            $0.member("o", "planner")
        }
    }

    private static func payload(_ random: inout DiskRandom) -> [UInt8] {
        (0..<3).flatMap { _ in serial(&random) } + Array("+/==".utf8)
    }

    private mutating func append(_ serial: [UInt8], _ payload: [UInt8]?) -> Bool {
        guard let payload else { return pool.append(serial) }
        guard let tail = try? SerialPayload(bracketed: Array("(91)K123(92)".utf8) + payload) else {
            return false
        }
        if pool.count == 0 { pool = SerialTable(payload: tail.identifiers) }
        return pool.append(serial, with: tail)
    }

    private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    private static func serial(_ random: inout DiskRandom) -> [UInt8] {
        let number = random.next()
        return (0..<12).map { letters[Int(number >> UInt64($0 * 5) & 31)] }
    }

    private func serial(_ position: Int) -> String {
        if plan.isImported { return pool[position] ?? "" }
        let digits = String(batch * 100_000_000 + position)
        return String(repeating: "0", count: 12 - digits.utf8.count) + digits
    }

    // MARK: - Running

    private static let blockUnits = 1_000
    private static let blockSSCCs = 100
    private static let sent = 4
    private static let passed = 10

    private mutating func run() {
        let count = min(Self.sent, units - unit)
        guard count > 0 else {
            pass()
            if !inCase.isEmpty { collateCase() }
            if !onPallet.isEmpty { collatePallet() }
            stage = isLast ? .over : .ending
            return
        }
        if unit % Self.blockUnits == 0 {
            reserve(poolName, first: unit, count: min(Self.blockUnits, units - unit))
        }
        let serials = (unit..<unit + count).map(serial)
        decide("us") { $0.texts("s", serials) }
        unit += count
        for serial in serials { judge(serial) }
    }

    private mutating func judge(_ serial: String) {
        track += 1
        guard random.below(100) > 0 else {
            let track = track
            decide("ur") {
                $0.member("t", track)
                $0.member("r", "grade")
                $0.member("s", serial)
            }
            decide("rc") { $0.numbers("t", [track]) }
            doubtful.append(serial)
            return
        }
        let track = track
        decide("uv") {
            $0.member("t", track)
            $0.member("s", serial)
        }
        passing.append(track)
        inCase.append(serial)
        if passing.count == Self.passed || inCase.count == plan.unitsPerCase { pass() }
        if inCase.count == plan.unitsPerCase { collateCase() }
        if onPallet.count == plan.casesPerPallet { collatePallet() }
    }

    private mutating func pass() {
        let tracks = passing
        passing = []
        if !tracks.isEmpty { decide("up") { $0.numbers("t", tracks) } }
    }

    private mutating func collateCase() {
        let sscc = collate("cc", "cl", "pack-case", inCase)
        if plan.reworksPerThousand > 0, random.below(1_000) < plan.reworksPerThousand { rework(sscc) }
        onPallet.append(sscc)
        inCase = []
    }

    /// The last item leaves the case: it is taken out, or not there when the case is read again.
    private mutating func rework(_ sscc: String) {
        let (item, rest) = (inCase.last ?? "", Array(inCase.dropLast()))
        if random.below(2) == 0 {
            decide("ir") {
                $0.member("i", sscc)
                $0.member("it", item)
                $0.member("r", "damaged")
                $0.member("o", "operator")
            }
        } else {
            decide("cr") {
                $0.member("i", sscc)
                if !rest.isEmpty { $0.texts("ch", rest) }
                $0.member("o", "operator")
            }
        }
        decide("lb") {
            $0.member("i", sscc)
            $0.member("cy", UInt64(2))
            if !rest.isEmpty { $0.member("n", UInt64(rest.count)) }
            $0.member("r", "content changed")
            $0.member("o", "operator")
        }
        decide("cl") { $0.member("i", sscc) }
    }

    private mutating func collatePallet() {
        _ = collate("pc", "pl", "pack-pallet", onPallet)
        onPallet = []
    }

    private mutating func collate(
        _ collated: String, _ closed: String, _ station: String, _ children: [String]
    ) -> String {
        if ssccs == ssccsReserved {
            reserve("boxes", first: ssccs, count: Self.blockSSCCs)
            ssccsReserved += Self.blockSSCCs
        }
        let sscc = Self.sscc(ssccs)
        let name = name
        ssccs += 1
        let content = record(collated) {
            $0.member("i", sscc)
            $0.member("b", name)
            $0.member("st", station)
            $0.texts("ch", children)
        }
        let label = record("lb") {
            $0.member("i", sscc)
            $0.member("cy", UInt64(1))
            $0.member("n", UInt64(children.count))
        }
        waiting.append([content, label])
        decide(closed) { $0.member("i", sscc) }
        return sscc
    }

    private mutating func reserve(_ pool: String, first: Int, count: Int) {
        decide("sr") {
            $0.member("p", pool)
            if first > 0 { $0.member("f", UInt64(first)) }
            $0.member("n", UInt64(count))
        }
    }

    /// Extension digit, company prefix, serial reference, check digit.
    private static func sscc(_ reference: Int) -> String {
        let digits = String(reference)
        let body = ssccKey + String(repeating: "0", count: 9 - digits.utf8.count) + digits
        var sum = 0
        for (place, digit) in body.utf8.reversed().enumerated() {
            sum += Int(digit - 48) * (place.isMultiple(of: 2) ? 3 : 1)
        }
        return body + String((10 - sum % 10) % 10)
    }

    // MARK: - Ending

    private mutating func end() {
        let (name, doubtful) = (name, doubtful)
        self.doubtful = []
        decide("be") { $0.member("o", "operator") }
        decide("bc") { $0.member("b", name) }
        for start in stride(from: 0, to: doubtful.count, by: 100) {
            decide("sx") {
                $0.member("b", name)
                $0.texts("s", Array(doubtful[start..<min(start + 100, doubtful.count)]))
                $0.member("r", "rejected")
                $0.member("o", "quality")
            }
        }
        decide("bx") {
            $0.member("b", name)
            $0.member("o", "quality")
        }
        stage = .opening
    }
}

extension LineHistory {
    /// Writes the history into a journal, many decisions a commit, as fast as it goes.
    ///
    /// - Parameters:
    ///   - records: Ends after the decision that reaches this count of records given.
    ///   - keep: Gets each imported file before the record that names it is written.
    package mutating func write(
        to journal: inout Journal, until records: Int = .max,
        keep: (ImportedFile) throws -> Void
    ) throws {
        while self.records < records, let decision = next() {
            if let newFile { try keep(newFile) }
            try journal.append(decision)
            if journal.pendingRecords >= Self.commitRecords { try journal.commit(at: 0) }
            if journal.needsPreparation { try journal.prepareAhead() }
        }
        try journal.commit(at: 0)
    }

    private static let commitRecords = 2_000
}

extension JSONWriter {
    fileprivate mutating func texts(_ key: String, _ values: [String]) {
        beginArray(key)
        for value in values { element(value) }
        endArray()
    }

    fileprivate mutating func numbers(_ key: String, _ values: [UInt64]) {
        beginArray(key)
        for value in values { element(value) }
        endArray()
    }
}
