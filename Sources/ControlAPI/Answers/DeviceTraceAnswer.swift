/// What was last said between the line and one device.
package struct DeviceTraceAnswer: ControlPayload {
    /// Profile of the device, as configured.
    package var profile = ""
    /// Where it is, as configured.
    package var address = ""
    /// Number of the entry to ask for next.
    package var next: UInt64 = 0
    /// Oldest first; numbers that are left out were no longer held.
    package var entries: [DeviceTraceEntry] = []

    /// Makes an empty answer to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("profile", &profile)
        try visitor.text("address", &address)
        try visitor.number("next", &next)
        try visitor.list("entries", &entries)
    }
}

/// One thing that happened at a device.
package struct DeviceTraceEntry: ControlPayload {
    /// From 1 since the start of the daemon, without a gap.
    package var number: UInt64 = 0
    /// Monotonic nanoseconds.
    package var at: UInt64 = 0
    /// `opened`, `closed`, `trouble`, `received`, `command`, `tick`, `sent` or `event`.
    package var kind = ""
    /// Bytes received or sent, in hexadecimal, two digits each.
    package var bytes = ""
    /// What was asked for, what the line was told, or what went wrong.
    package var words = ""

    /// Makes an empty entry to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.number("number", &number)
        try visitor.number("at", &at)
        try visitor.text("kind", &kind)
        try visitor.text("bytes", &bytes)
        try visitor.text("words", &words)
    }
}
