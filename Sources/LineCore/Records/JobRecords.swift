/// A device named the job that the order wants of it.
package struct JobLoaded: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Device, as named in the configuration.
    package var device = ""
    /// Name of the job, as the device read it back.
    package var job = ""
}

/// A device has another job than the order wants of it, or did not name it.
package struct JobRefused: Equatable, Sendable {
    /// Batch identifier.
    package var batch = ""
    /// Device, as named in the configuration.
    package var device = ""
    /// Name of the job wanted.
    package var job = ""
    /// Name the device gave; empty where it gave none.
    package var found = ""
    /// Why it gave none.
    package var reason = ""
}

extension JobLoaded: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("dv", "device", &device)
        try visitor.text("jb", "job", &job)
    }
}

extension JobRefused: RecordPayload {
    mutating func fields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        try visitor.text("b", "batch", &batch)
        try visitor.text("dv", "device", &device)
        try visitor.text("jb", "job", &job)
        try visitor.text("fd", "found", &found)
        try visitor.text("r", "reason", &reason)
    }
}

extension Order {
    /// The jobs as two lists of one length.
    mutating func jobFields<V: FieldVisitor>(_ visitor: inout V) throws(RecordFault) {
        var (devices, names) = (jobs.map(\.device), jobs.map(\.job))
        try visitor.texts("jd", "jobDevices", &devices)
        try visitor.texts("jb", "jobs", &names)
        guard devices.count == names.count else { throw .badField("jb") }
        jobs = zip(devices, names).map { DeviceJob(device: $0, job: $1) }
    }
}
