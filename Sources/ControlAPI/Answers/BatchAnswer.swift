/// A batch with its order and its live reconciliation.
package struct BatchAnswer: ControlPayload {
    /// The order.
    package var order: OrderMessage? = OrderMessage()
    /// Version of the product it was opened over; 0: none was on the line.
    package var productVersion = 0
    /// The product's label templates, as they were then.
    package var labels: [LabelUseAnswer] = []
    /// `waiting` for its release, `ready`, `running`, `held`, `suspended`, `completed` or `closed`.
    package var state = ""
    /// Who opened it.
    package var openedBy = ""
    /// Who released it, or empty.
    package var releasedBy = ""
    /// The feed has ended; the line empties.
    package var ending = false
    /// It leaves the line for another batch, not for good.
    package var suspends = false
    /// The line is set up for it: everything is rejected.
    package var setUp = false
    /// Serials of its first articles that were approved, one of each lane.
    package var firstArticles: [String] = []
    /// Challenges the line has withstood since the batch was put on it, with the lanes where there are
    /// several.
    package var withstood: [String] = []
    /// Jobs of the order's devices; whether they were read back is known while the batch is on the line.
    package var jobs: [JobAnswer] = []
    /// Items that lay in open containers when it was suspended, by station.
    package var parked: [CountAnswer] = []
    /// Serials allocated to it.
    package var issued = 0
    /// Its serials by state, states without serials left out.
    package var serials: [CountAnswer] = []
    /// Serials without a final state that closing will not give back: those a person must account for.
    package var remainder = 0
    /// Serials reserved and never sent: closing returns them.
    package var toReturn = 0
    /// Good units and cases that were in no container when it was closed.
    package var orphans = 0
    /// Units with a track number.
    package var tracked = 0
    /// Units seen behind the gate.
    package var passed = 0
    /// Units judged bad, or verified and then not passed.
    package var rejected = 0
    /// Units without disposition when the line stopped uncleanly.
    package var cleared = 0
    /// Tracked units whose end is not known.
    package var open = 0
    /// Rejects seen in the chute.
    package var confirmed = 0
    /// Rejects found in the bin and read there.
    package var recovered = 0
    /// Rejects without a readable code, as counted.
    package var counted = 0
    /// Rejects by reason.
    package var reasons: [CountAnswer] = []
    /// Why it was closed with a remainder, or empty.
    package var closeReason = ""
    /// Deviation that covers the remainder, or empty.
    package var deviation = ""

    /// Makes an empty batch to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.optional("order", &order)
        try visitor.number("productVersion", &productVersion)
        try visitor.list("labels", &labels)
        try visitor.text("state", &state)
        try visitor.text("openedBy", &openedBy)
        try visitor.text("releasedBy", &releasedBy)
        try visitor.flag("ending", &ending)
        try visitor.flag("suspends", &suspends)
        try visitor.flag("setUp", &setUp)
        try visitor.texts("firstArticles", &firstArticles)
        try visitor.texts("withstood", &withstood)
        try visitor.list("jobs", &jobs)
        try visitor.list("parked", &parked)
        try visitor.number("issued", &issued)
        try visitor.list("serials", &serials)
        try visitor.number("remainder", &remainder)
        try visitor.number("toReturn", &toReturn)
        try visitor.number("orphans", &orphans)
        try visitor.number("tracked", &tracked)
        try visitor.number("passed", &passed)
        try visitor.number("rejected", &rejected)
        try visitor.number("cleared", &cleared)
        try visitor.number("open", &open)
        try visitor.number("confirmed", &confirmed)
        try visitor.number("recovered", &recovered)
        try visitor.number("counted", &counted)
        try visitor.list("reasons", &reasons)
        try visitor.text("closeReason", &closeReason)
        try visitor.text("deviation", &deviation)
    }
}

/// The job of one device, and whether it was read back.
package struct JobAnswer: ControlPayload {
    /// As named in the configuration.
    package var device = ""
    /// The job the order wants.
    package var job = ""
    /// `loaded`: read back, and right; `asked`, `refused`, or `unknown`: the device is away or was not asked.
    package var state = ""
    /// Why it was refused, or empty.
    package var detail = ""

    /// Makes an empty job to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("device", &device)
        try visitor.text("job", &job)
        try visitor.text("state", &state)
        try visitor.text("detail", &detail)
    }
}

/// A name and how many.
package struct CountAnswer: ControlPayload {
    /// What is counted.
    package var name = ""
    /// How many.
    package var count = 0

    /// Makes an empty count to fill in.
    package init() {}

    /// Makes a count.
    package init(_ name: String, _ count: Int) {
        self.name = name
        self.count = count
    }

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.number("count", &count)
    }
}

/// The batches of the line.
package struct BatchesAnswer: ControlPayload {
    /// In the order they were opened; the oldest closed ones are left out beyond the limit.
    package var batches: [BatchAnswer] = []
    /// Batches left out.
    package var leftOut = 0

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("batches", &batches)
        try visitor.number("leftOut", &leftOut)
    }
}

/// A pool of numbers.
package struct PoolAnswer: ControlPayload {
    /// Name of the pool.
    package var name = ""
    /// `printed`, `preprinted` or `sscc`.
    package var kind = ""
    /// GTIN, or extension digit with company prefix.
    package var key = ""
    /// Numbers in it.
    package var count = 0
    /// Numbers nobody has taken.
    package var free = 0
    /// Name of the market its serials are for; empty for none.
    package var market = ""

    /// Makes an empty pool to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("kind", &kind)
        try visitor.text("key", &key)
        try visitor.number("count", &count)
        try visitor.number("free", &free)
        try visitor.text("market", &market)
    }
}

/// The pools of the line.
package struct PoolsAnswer: ControlPayload {
    /// Unit pools, then SSCC pools, each in the order they came.
    package var pools: [PoolAnswer] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("pools", &pools)
    }
}
