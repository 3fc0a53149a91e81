/// Badge and secret of somebody who signs on.
package struct SignOnMessage: ControlPayload {
    /// What the badge's barcode says.
    package var badge = Secret()
    /// PIN or password.
    package var secret = Secret()
    /// A new one to change it to; else empty.
    package var newSecret = Secret()
    /// Where, as a name of the caller's own; may be empty.
    package var terminal = ""

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("badge", &badge.text)
        try visitor.text("secret", &secret.text)
        try visitor.text("newSecret", &newSecret.text)
        try visitor.text("terminal", &terminal)
    }
}

/// What one shift tells the next.
package struct NoteMessage: ControlPayload {
    /// For the record.
    package var note = ""

    /// Makes an empty note.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("note", &note)
    }
}

/// Somebody who may sign on from now on.
package struct OperatorMessage: ControlPayload {
    /// Name, as it will stand in every record.
    package var name = ""
    /// `operator`, `supervisor`, `quality` or `admin`.
    package var role = ""
    /// Last day of it, YYYY-MM-DD; empty without end.
    package var until = ""
    /// What the badge's barcode says.
    package var badge = Secret()
    /// First secret; to be changed at the first sign-on.
    package var secret = Secret()

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("name", &name)
        try visitor.text("role", &role)
        try visitor.text("until", &until)
        try visitor.text("badge", &badge.text)
        try visitor.text("secret", &secret.text)
    }
}

/// Why an operator is changed, with what is new.
package struct OperatorChangeMessage: ControlPayload {
    /// For the record.
    package var reason = ""
    /// The new first secret of a reset; else empty.
    package var secret = Secret()
    /// A new badge of a reset; empty: the old one stays.
    package var badge = Secret()

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reason", &reason)
        try visitor.text("secret", &secret.text)
        try visitor.text("badge", &badge.text)
    }
}
