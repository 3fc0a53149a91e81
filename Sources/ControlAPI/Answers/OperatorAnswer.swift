/// Somebody is signed on, and the proof of it for the requests that follow.
package struct SignOnAnswer: ControlPayload {
    /// To be sent with every request, and shown to nobody.
    package var token = Secret()
    /// Who.
    package var name = ""
    /// What they are.
    package var role = ""
    /// Where, as records say it.
    package var terminal = ""
    /// Minutes without a command after which the session ends.
    package var idleMinutes = 0
    /// For people.
    package var text = ""

    /// Makes an empty answer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("token", &token.text)
        try visitor.text("name", &name)
        try visitor.text("role", &role)
        try visitor.text("terminal", &terminal)
        try visitor.number("idleMinutes", &idleMinutes)
        try visitor.text("text", &text)
    }
}

/// Somebody who is signed on.
package struct SignedOnAnswer: ControlPayload {
    /// Who.
    package var name = ""
    /// What they are.
    package var role = ""
    /// Where.
    package var terminal = ""

    /// Makes an empty answer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("role", &role)
        try visitor.text("terminal", &terminal)
    }
}

/// Somebody who may sign on, or might.
package struct OperatorAnswer: ControlPayload {
    /// Name.
    package var name = ""
    /// What they are.
    package var role = ""
    /// Last day, YYYY-MM-DD; empty without end.
    package var until = ""
    /// `active`, `disabled`, `expired` or `locked`.
    package var state = ""
    /// The secret is to be changed at the next sign-on.
    package var mustChange = false
    /// Wrong secrets since the last right one.
    package var failed = 0

    /// Makes an empty answer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("role", &role)
        try visitor.text("until", &until)
        try visitor.text("state", &state)
        try visitor.flag("mustChange", &mustChange)
        try visitor.number("failed", &failed)
    }
}

/// Everybody who may sign on.
package struct OperatorsAnswer: ControlPayload {
    /// By name.
    package var operators: [OperatorAnswer] = []

    /// Makes an empty list to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.list("operators", &operators)
    }
}
