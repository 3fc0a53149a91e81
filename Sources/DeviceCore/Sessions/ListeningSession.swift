/// Says nothing and understands nothing: for looking at the bytes of a device whose profile is not known yet.
public struct ListeningSession: DeviceSession {
    /// A new session.
    public init() {}

    /// See ``DeviceSession``.
    public var nextDeadline: UInt64? { nil }
    /// See ``DeviceSession``.
    public mutating func connected(at now: UInt64) -> [DeviceStep] { [.event(.connected)] }
    /// See ``DeviceSession``.
    public mutating func disconnected(at now: UInt64) -> [DeviceStep] { [.event(.stale)] }
    /// See ``DeviceSession``.
    public mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep] { [] }
    /// See ``DeviceSession``.
    public mutating func tick(at now: UInt64) -> [DeviceStep] { [] }
    /// See ``DeviceSession``.
    public mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep] {
        [.event(.fault(DeviceFault(.unsupportedCommand, "looking on: nothing is sent")))]
    }
}
