/// A body without members.
package struct EmptyMessage: ControlPayload {
    /// Makes one.
    package init() {}
    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {}
}

/// A production order. In a request, a text that is empty, or packing without any level, is left to the
/// product on the line; in an answer it is the order the batch is made by.
package struct OrderMessage: ControlPayload {
    /// Identifier of the batch, at most 20 characters.
    package var batch = ""
    /// 14 digits.
    package var gtin = ""
    /// Name of the product, for people.
    package var product = ""
    /// Lot, AI (10).
    package var lot = ""
    /// Expiry YYMMDD, AI (17).
    package var expiry = ""
    /// Units wanted.
    package var quantity = 0
    /// Units in a bundle; 0, as for the three after it, where the product has no such level.
    package var itemsPerBundle = 0
    /// Items of the level below in a case.
    package var itemsPerCase = 0
    /// Items of the level below in an outer case.
    package var itemsPerShipper = 0
    /// Items of the level below on a pallet.
    package var itemsPerPallet = 0
    /// Name of the pool of unit serials.
    package var unitPool = ""
    /// Name of the pool of SSCCs.
    package var ssccPool = ""
    /// Name of the market whose rules the code follows; empty for none.
    package var market = ""
    /// National number with its identifier, `(713)1234567890123`; empty for none.
    package var nationalNumber = ""
    /// What becomes of numbers that were reserved and never printed: `return` or `kill`.
    package var unused = ""
    /// Jobs that devices load for the product, one for a device.
    package var jobs: [JobMessage] = []

    /// Makes an empty order to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("batch", &batch)
        try visitor.text("gtin", &gtin)
        try visitor.text("product", &product)
        try visitor.text("lot", &lot)
        try visitor.text("expiry", &expiry)
        try visitor.number("quantity", &quantity)
        try visitor.number("itemsPerBundle", &itemsPerBundle)
        try visitor.number("itemsPerCase", &itemsPerCase)
        try visitor.number("itemsPerShipper", &itemsPerShipper)
        try visitor.number("itemsPerPallet", &itemsPerPallet)
        try visitor.text("unitPool", &unitPool)
        try visitor.text("ssccPool", &ssccPool)
        try visitor.text("market", &market)
        try visitor.text("nationalNumber", &nationalNumber)
        try visitor.text("unused", &unused)
        try visitor.list("jobs", &jobs)
    }
}

/// The job a device loads for a product.
package struct JobMessage: ControlPayload {
    /// As named in the configuration.
    package var device = ""
    /// Name of the job at the device.
    package var job = ""

    /// Makes an empty job to fill in.
    package init() {}

    /// Names a device's job.
    package init(device: String, job: String) {
        self.device = device
        self.job = job
    }

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("device", &device)
        try visitor.text("job", &job)
    }
}

/// How and why a batch is held.
package struct HoldMessage: ControlPayload {
    /// Stop the belt, not only the feed.
    package var immediate = false
    /// For the record.
    package var reason = ""

    /// Makes a hold of the feed without a reason.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.flag("immediate", &immediate)
        try visitor.text("reason", &reason)
    }
}

/// How a batch is closed.
package struct CloseMessage: ControlPayload {
    /// Why it is closed although serials have no final state; else empty.
    package var reason = ""
    /// Number of the deviation that covers them; else empty.
    package var deviation = ""

    /// Makes a close without remainder.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reason", &reason)
        try visitor.text("deviation", &deviation)
    }
}

/// Why something is done.
package struct ReasonMessage: ControlPayload {
    /// For the record.
    package var reason = ""

    /// Makes an empty reason to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reason", &reason)
    }
}

/// Where something is done.
package struct StationMessage: ControlPayload {
    /// Station name, as configured.
    package var station = ""

    /// Makes an empty place to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("station", &station)
    }
}

/// How many there are.
package struct CountMessage: ControlPayload {
    /// How many more; less than 0 takes back so much of a wrong count.
    package var count = 0
    /// Why; may be empty for what was thrown out.
    package var reason = ""

    /// Makes an empty count to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("count", &count)
        try visitor.text("reason", &reason)
    }
}

/// Whose alarm was seen.
package struct AcknowledgeMessage: ControlPayload {
    /// Station or device; empty for every one that has the alarm.
    package var station = ""

    /// Makes one for every station.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("station", &station)
    }
}

/// Begin or end of reading a container again.
package struct RereadMessage: ControlPayload {
    /// Everything in it was read.
    package var done = false

    /// Makes a begin.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.flag("done", &done)
    }
}

/// Numbers offered to the line: a file the daemon can read, serials in the request, a range, or serials to be
/// drawn at random.
package struct PoolMessage: ControlPayload {
    /// Name of the pool.
    package var name = ""
    /// `printed`, `preprinted` or `sscc`.
    package var kind = ""
    /// GTIN of 14 digits, or extension digit with company prefix.
    package var key = ""
    /// Absolute path of a serial file on the line PC; else empty.
    package var path = ""
    /// The text of a serial file; else empty.
    package var serials = ""
    /// Text before each number of a range.
    package var prefix = ""
    /// First number of a range.
    package var first: UInt64 = 0
    /// Numbers in a range, or to be drawn; 0 where the serials come as file or text.
    package var count = 0
    /// Digits of a number in a range; 0: as many as the last number has.
    package var width = 0
    /// Characters to draw serials of, or the name of an alphabet; empty where they are not drawn.
    package var alphabet = ""
    /// Characters of each serial to be drawn; else 0.
    package var length = 0
    /// Name of the market the serials are for; empty for none.
    package var market = ""

    /// The serials are to be drawn at random.
    package var isRandom: Bool { length != 0 || !alphabet.isEmpty }

    /// Makes an empty offer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("kind", &kind)
        try visitor.text("key", &key)
        try visitor.text("path", &path)
        try visitor.lines("serials", &serials)
        try visitor.text("prefix", &prefix)
        try visitor.number("first", &first)
        try visitor.number("count", &count)
        try visitor.number("width", &width)
        try visitor.text("alphabet", &alphabet)
        try visitor.number("length", &length)
        try visitor.text("market", &market)
    }
}
