/// A fault of a device or its connection, with a stable code. Holds no serial number and no device data.
public struct DeviceFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable across releases: manuals, alarms and support calls refer to it.
    public enum Code: String, Sendable, CaseIterable {
        /// A frame is longer than the profile's `maxFrameBytes`.
        case frameTooLong = "DEV-101"
        /// A frame was cut: a new start inside it, or silence before its end.
        case frameBroken = "DEV-102"
        /// A header that the protocol does not allow.
        case frameHeader = "DEV-103"
        /// The check value of a frame does not fit its bytes.
        case checksumWrong = "DEV-104"
        /// No reply within the profile's time.
        case replyTimeout = "DEV-110"
        /// The device refused a command.
        case refused = "DEV-111"
        /// A reply that does not belong to what was asked.
        case unexpectedReply = "DEV-112"
        /// The profile or this kind of device has no such command.
        case unsupportedCommand = "DEV-113"
        /// A value with bytes the device cannot take.
        case unsafeValue = "DEV-114"
        /// More commands are waiting than the limit allows.
        case queueFull = "DEV-115"
        /// The device refused, or did not answer, a step of the profile's start: it is set otherwise.
        case notSet = "DEV-116"
        /// The printer names an index that was never sent to it.
        case unexpectedIndex = "DEV-120"
        /// The printer lost records that it held, or does not take them.
        case bufferLost = "DEV-121"
        /// The printer printed one value more than once, or without being given one.
        case printedTwice = "DEV-122"
        /// A Modbus exception.
        case modbusException = "DEV-130"
        /// The controller speaks another version of the line I/O contract.
        case contractVersion = "DEV-131"
        /// A read without the symbology identifier that the profile expects: the reader is misconfigured.
        case symbologyIdentifierMissing = "DEV-140"
        /// The port or address could not be opened.
        case openFailed = "DEV-150"
        /// The device hung up, or the cable or network failed.
        case hungUp = "DEV-151"
        /// More bytes are waiting to be written than the limit allows: the device stopped reading.
        case writeBufferFull = "DEV-152"
        /// More events in one second than the limit allows: a device that floods the line.
        case flood = "DEV-153"
    }

    /// Which fault.
    public var code: Code
    /// Measured facts with units, one line, ASCII.
    public var detail: String

    /// - Parameters:
    ///   - code: Which fault.
    ///   - detail: Measured facts with units; never a serial number or a secret.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Code and detail on one line.
    public var description: String { "\(code.rawValue): \(detail)" }
}
