/// A unit, case or pallet as the index knows it.
package struct ItemAnswer: ControlPayload {
    /// `unit`, `case` or `pallet`.
    package var kind = ""
    /// 14 digits; of a container, the trade item of its batch.
    package var gtin = ""
    /// Serial of a unit, or empty.
    package var serial = ""
    /// SSCC of a container, or empty.
    package var sscc = ""
    /// Word of its state.
    package var state = ""
    /// Pool of a unit that never left the line; otherwise empty.
    package var pool = ""
    /// Batch identifier.
    package var batch = ""
    /// Lot of the batch.
    package var lot = ""
    /// Expiry of the batch, YYMMDD.
    package var expiry = ""
    /// Last track number of a unit; 0 before the first.
    package var track: UInt64 = 0
    /// SSCC of the container that holds it, or empty.
    package var parent = ""
    /// Items in a container.
    package var count = 0
    /// Labels printed for a container.
    package var labels = 0
    /// What happened to it, oldest first.
    package var history: [HistoryAnswer] = []
    /// How far the index is.
    package var index: IndexAnswer?

    /// Makes an empty item to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("kind", &kind)
        try visitor.text("gtin", &gtin)
        try visitor.text("serial", &serial)
        try visitor.text("sscc", &sscc)
        try visitor.text("state", &state)
        try visitor.text("pool", &pool)
        try visitor.text("batch", &batch)
        try visitor.text("lot", &lot)
        try visitor.text("expiry", &expiry)
        try visitor.number("track", &track)
        try visitor.text("parent", &parent)
        try visitor.number("count", &count)
        try visitor.number("labels", &labels)
        try visitor.list("history", &history)
        try visitor.optional("index", &index)
    }
}

/// One fact about an item.
package struct HistoryAnswer: ControlPayload {
    /// Line of the record in the journal.
    package var position: UInt64 = 0
    /// RFC 3339.
    package var at = ""
    /// Kind of the record, for example `unit.verified`.
    package var kind = ""
    /// What else there is to say, or empty.
    package var detail = ""

    /// Makes an empty fact to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("position", &position)
        try visitor.text("at", &at)
        try visitor.text("kind", &kind)
        try visitor.text("detail", &detail)
    }
}

/// How far the index follows the journal.
package struct IndexAnswer: ControlPayload {
    /// Journal lines the index holds.
    package var line: UInt64 = 0
    /// Journal lines that are durable.
    package var durable: UInt64 = 0
    /// Why it does not go on at present, or empty.
    package var trouble = ""

    /// Makes an empty place to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("line", &line)
        try visitor.number("durable", &durable)
        try visitor.text("trouble", &trouble)
    }
}

/// An item with all that holds it and all it holds.
package struct TraceAnswer: ControlPayload {
    /// The item.
    package var item: ItemAnswer?
    /// What holds it, nearest first.
    package var parents: [TraceNodeAnswer] = []
    /// What it holds: each container before its content.
    package var children: [TraceNodeAnswer] = []
    /// Children beyond the limit were left out.
    package var truncated = false

    /// Makes an empty trace to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.optional("item", &item)
        try visitor.list("parents", &parents)
        try visitor.list("children", &children)
        try visitor.flag("truncated", &truncated)
    }
}

/// An item in a trace.
package struct TraceNodeAnswer: ControlPayload {
    /// `unit`, `case` or `pallet`.
    package var kind = ""
    /// Serial or SSCC.
    package var code = ""
    /// Word of its state.
    package var state = ""
    /// Levels below the traced item: 1 for its children.
    package var depth = 0

    /// Makes an empty item to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("kind", &kind)
        try visitor.text("code", &code)
        try visitor.text("state", &state)
        try visitor.number("depth", &depth)
    }
}
