/// The job that each device of a line has loaded: a coder's message, a camera's program, by name.
package struct JobMemory: Equatable, Sendable {
    /// What a device has loaded when it comes up.
    package static let standard = "DEFAULT"
    /// What it has while it loads another.
    static let none = "LOADING"

    private var loaded: [String: String] = [:]

    /// The job in force at a device.
    package subscript(device: String) -> String {
        get { loaded[device] ?? Self.standard }
        set { loaded[device] = newValue }
    }
}

extension World {
    /// The coder loads a job: records made for another are not printed.
    mutating func loadCoderJob(_ job: String, device: String, lane: Int) {
        jobs[device] = job
        clearCoder(lane: lane)
    }

    /// A device loses its power and comes up again.
    ///
    /// - Parameter lane: The lane of a coder; `nil` for another device.
    mutating func powerCycle(_ device: String, coderOf lane: Int?) {
        jobs[device] = JobMemory.standard
        if let lane { lanes[lane].coder.powerCycle(memorySurvives: false) }
    }
}
