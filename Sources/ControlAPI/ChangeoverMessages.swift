/// How a batch is put on the line.
package struct StartMessage: ControlPayload {
    /// To adjust the line: dummy codes, everything is rejected.
    package var setUp = false

    /// Makes a start of production.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.flag("setUp", &setUp)
    }
}

/// What people say of a first article.
package struct FirstArticleMessage: ControlPayload {
    /// Whole scan of the unit; may be empty where it is refused.
    package var code = ""
    /// It is not as it should be.
    package var refuse = false
    /// Why it is refused; else empty.
    package var reason = ""

    /// Makes an empty verdict to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.scan("code", &code)
        try visitor.flag("refuse", &refuse)
        try visitor.text("reason", &reason)
    }
}

/// A pack known to be bad.
package struct ChallengeMessage: ControlPayload {
    /// `unreadable`, `wrong` or `duplicate`.
    package var challenge = ""

    /// Makes an empty challenge to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("challenge", &challenge)
    }
}

/// What two people have looked at.
package struct ClearanceMessage: ControlPayload {
    /// Points of the line's checklist.
    package var checked: [String] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.texts("checked", &checked)
    }
}

/// Who packs at a station: people, or its own readers again.
package struct ByHandMessage: ControlPayload {
    /// Packing station.
    package var station = ""
    /// Its readers read again.
    package var end = false
    /// Why people pack; empty at the end.
    package var reason = ""

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("station", &station)
        try visitor.flag("end", &end)
        try visitor.text("reason", &reason)
    }
}

/// What becomes of good units in no container.
package struct OrphansMessage: ControlPayload {
    /// `inactive`, `destroyed` or `sampled`.
    package var end = ""
    /// For the record.
    package var reason = ""

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("end", &end)
        try visitor.text("reason", &reason)
    }
}

/// What somebody has counted by hand.
package struct HandCountMessage: ControlPayload {
    /// `good`, `cases`, `pallets` or `rejects`.
    package var what = ""
    /// How many there are.
    package var count = 0

    /// Makes an empty count to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("what", &what)
        try visitor.number("count", &count)
    }
}
