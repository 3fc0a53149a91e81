/// Visits the fields of a record: one description serves writing, reading and printing in words.
protocol FieldVisitor {
    mutating func text(_ key: String, _ word: String, _ value: inout String) throws(RecordFault)
    mutating func texts(_ key: String, _ word: String, _ value: inout [String]) throws(RecordFault)
    mutating func number(_ key: String, _ word: String, _ value: inout UInt64) throws(RecordFault)
    mutating func numbers(_ key: String, _ word: String, _ value: inout [UInt64]) throws(RecordFault)
    mutating func flag(_ key: String, _ word: String, _ value: inout Bool) throws(RecordFault)
}

extension FieldVisitor {
    /// What becomes of unused numbers; that they go back is not written.
    mutating func unused(_ value: inout UnusedNumbers) throws(RecordFault) {
        var word = value == .return ? "" : value.rawValue
        try text("un", "unused", &word)
        guard let known = word.isEmpty ? .return : UnusedNumbers(rawValue: word) else {
            throw .badField("un")
        }
        value = known
    }

    /// The levels of packing; those there are not are not written.
    mutating func packing(_ plan: inout PackPlan) throws(RecordFault) {
        try count("nb", "itemsPerBundle", &plan[.bundle])
        try count("nc", "itemsPerCase", &plan[.case])
        try count("ns", "itemsPerShipper", &plan[.shipper])
        try count("np", "itemsPerPallet", &plan[.pallet])
    }

    /// A count or position: not negative.
    mutating func count(_ key: String, _ word: String, _ value: inout Int) throws(RecordFault) {
        var number = UInt64(clamping: value)
        try self.number(key, word, &number)
        guard let exact = Int(exactly: number) else { throw .outOfRange(key) }
        value = exact
    }
}

/// A payload that can tell its fields.
///
/// Fields that hold their empty value (`""`, 0, `false`, `[]`) are not written and read back as that value.
protocol RecordPayload {
    init()
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault)
}

/// Why a journal line is no record this version understands.
package enum RecordFault: Error, Equatable, Sendable {
    /// Not a JSON object.
    case notAnObject
    /// The kind is missing or made by a newer version.
    case unknownKind(String)
    /// A field is missing or has another type.
    case badField(String)
    /// A number does not fit.
    case outOfRange(String)
    /// A field this version does not know.
    case unknownField(String)
}

extension LineStarted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.flag("ok", "clean", &clean)
        try visitor.text("bt", "boot", &boot)
        try visitor.text("v", "version", &version)
        try visitor.text("cf", "configuration", &configuration)
    }
}

extension LineStopped: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("r", "reason", &reason)
    }
}

extension PoolAdded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("p", "pool", &pool)
        try visitor.text("ty", "type", &kind)
        try visitor.text("key", "key", &key)
        try visitor.text("sha", "file", &file)
        try visitor.text("px", "prefix", &prefix)
        try visitor.number("f", "first", &first)
        try visitor.count("n", "count", &count)
        try visitor.count("wd", "width", &width)
        try visitor.text("al", "alphabet", &alphabet)
        try visitor.text("mk", "market", &market)
        try visitor.text("o", "operator", &actor)
    }
}

extension BatchOpened: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &order.batch)
        try visitor.text("gt", "gtin", &order.gtin)
        try visitor.text("pr", "product", &order.product)
        try visitor.text("lot", "lot", &order.lot)
        try visitor.text("ex", "expiry", &order.expiry)
        try visitor.count("q", "quantity", &order.quantity)
        try visitor.packing(&order.packing)
        try visitor.text("up", "unitPool", &order.unitPool)
        try visitor.text("sp", "ssccPool", &order.ssccPool)
        try visitor.text("mk", "market", &order.market)
        try visitor.text("nn", "nationalNumber", &order.nationalNumber)
        try visitor.unused(&order.unused)
        try order.jobFields(&visitor)
        try visitor.text("o", "operator", &actor)
        try visitor.flag("wr", "awaitsRelease", &awaitsRelease)
        try visitor.count("pv", "productVersion", &productVersion)
        var uses = labels.map(\.text)
        try visitor.texts("la", "labels", &uses)
        labels = try uses.map { (text) throws(RecordFault) in
            guard let use = LabelUse(text: text) else { throw .badField("la") }
            return use
        }
        try visitor.weights(&weights)
    }
}

extension BatchStarted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("o", "operator", &actor)
        try visitor.flag("su", "setUp", &setUp)
    }
}

extension BatchHeld: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("r", "reason", &reason)
        try visitor.text("st", "station", &station)
        try visitor.text("d", "detail", &detail)
        try visitor.flag("im", "immediate", &immediate)
        try visitor.text("o", "operator", &actor)
    }
}

extension BatchResumed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
    }
}

extension BatchEnding: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("o", "operator", &actor)
        try visitor.flag("sp", "suspends", &suspends)
    }
}

extension BatchCompleted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
    }
}

extension BatchClosed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("o", "operator", &actor)
        try visitor.text("r", "reason", &reason)
        try visitor.text("dv", "deviation", &deviation)
        try visitor.texts("rm", "remainder", &remainder)
        try visitor.count("or", "orphans", &orphans)
        try visitor.texts("op", "open", &open)
    }
}

extension OrphansListed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.texts("s", "serials", &serials)
        try visitor.texts("i", "ssccs", &ssccs)
    }
}

extension RemainderListed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.texts("s", "serials", &serials)
    }
}

extension SerialRange: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("p", "pool", &pool)
        try visitor.count("f", "first", &first)
        try visitor.count("n", "count", &count)
    }
}

extension UnitSent: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.texts("s", "serials", &serials)
        try visitor.text("ln", "lane", &lane)
    }
}

extension UnitVerified: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.number("t", "track", &track)
        try visitor.text("s", "serial", &serial)
        try visitor.text("ln", "lane", &lane)
    }
}

extension UnitRejected: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.number("t", "track", &track)
        try visitor.text("r", "reason", &reason)
        try visitor.text("s", "serial", &serial)
        try visitor.text("ln", "lane", &lane)
    }
}

extension Tracks: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.numbers("t", "tracks", &tracks)
    }
}

extension InDoubtScrapped: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.texts("s", "serials", &serials)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension Collated: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("b", "batch", &batch)
        try visitor.text("st", "station", &station)
        try visitor.texts("ch", "children", &children)
        try visitor.text("o", "operator", &actor)
        try visitor.text("pb", "packedBy", &packer)
    }
}

extension UnitLinked: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("s", "serial", &serial)
        try visitor.text("he", "helper", &helper)
    }
}

extension ContainerOpened: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        var word = level.rawValue
        try visitor.text("lv", "level", &word)
        guard let known = PackLevel(rawValue: word) else { throw .badField("lv") }
        level = known
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("b", "batch", &batch)
        try visitor.text("st", "station", &station)
    }
}

extension LabelSent: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.count("cy", "copy", &copy)
        try visitor.count("n", "count", &count)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
        try visitor.text("ol", "oldLabel", &old)
        try visitor.count("pp", "pieces", &pieces)
    }
}

extension LabelsDoubted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.texts("is", "ssccs", &ssccs)
        try visitor.flag("dv", "diverted", &diverted)
    }
}

extension ContainerClosed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.flag("pv", "proved", &proved)
        try visitor.count("mg", "milligrams", &milligrams)
    }
}

extension ContentReset: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.texts("ch", "children", &children)
        try visitor.text("o", "operator", &actor)
    }
}

extension ItemRemoved: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("i", "sscc", &sscc)
        try visitor.text("it", "item", &item)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
    }
}

extension AlarmRaised: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("a", "alarm", &alarm)
        try visitor.text("st", "station", &station)
        try visitor.text("d", "detail", &detail)
    }
}

extension AlarmNamed: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("a", "alarm", &alarm)
        try visitor.text("st", "station", &station)
        try visitor.text("o", "operator", &actor)
    }
}

extension JournalAccepted: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.number("a", "after", &after)
        try visitor.number("n", "lines", &lines)
        try visitor.text("h", "head", &head)
        try visitor.text("r", "reason", &reason)
        try visitor.text("o", "operator", &actor)
        try visitor.text("ac", "account", &account)
    }
}

extension SnapshotWritten: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.number("n", "line", &line)
        try visitor.text("h", "head", &head)
        try visitor.text("sha", "file", &sha256)
    }
}
