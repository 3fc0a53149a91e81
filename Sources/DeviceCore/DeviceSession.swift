/// One device's dialogue as a pure state machine: bytes, commands and time in, bytes and events out.
///
/// The owner (a link on an event loop, or a simulator) performs the returned steps in order and calls
/// ``tick(at:)`` no later than ``nextDeadline``. Times are monotonic nanoseconds of one clock and never go
/// back. A session keeps no more memory than its profile's limits allow, whatever bytes arrive.
///
/// Life: `connected`, then any mix of `receive`, `perform` and `tick`, then `disconnected`; again from
/// `connected`. A command given while disconnected is answered at once by the event that says it was not
/// sent, where its kind has one.
public protocol DeviceSession: Sendable {
    /// The transport is open; the device's own state is not known yet.
    mutating func connected(at now: UInt64) -> [DeviceStep]
    /// The transport is gone. What was sent and not answered is in doubt; what was not sent is reported.
    mutating func disconnected(at now: UInt64) -> [DeviceStep]
    /// Takes the next bytes of the stream. However they are split, the events are the same.
    mutating func receive(_ bytes: ArraySlice<UInt8>, at now: UInt64) -> [DeviceStep]
    /// Starts one command. Its outcome arrives as an event.
    mutating func perform(_ command: DeviceCommand, at now: UInt64) -> [DeviceStep]
    /// Does what is due at `now`: polls, timeouts, expiries. Harmless when nothing is due.
    mutating func tick(at now: UInt64) -> [DeviceStep]
    /// Monotonic nanoseconds at which ``tick(at:)`` has work, or `nil` while only bytes or commands can
    /// matter.
    var nextDeadline: UInt64? { get }
}

extension DeviceSession {
    /// Takes the next bytes of the stream.
    public mutating func receive(_ bytes: [UInt8], at now: UInt64) -> [DeviceStep] {
        receive(bytes[...], at: now)
    }
}

/// What a session asks of its owner, to be done in order.
public enum DeviceStep: Equatable, Sendable {
    /// Put these bytes on the wire now.
    case write([UInt8])
    /// Tell the line.
    case event(DeviceEvent)
    /// The stream can no longer be trusted: report the fault as ``DeviceEvent/fault(_:)``, close the
    /// transport, then call `disconnected` and reconnect as the policy says. Later steps are void.
    case close(DeviceFault)
}

/// What a device tells the line. One enum for all kinds, so that one queue carries them.
public enum DeviceEvent: Equatable, Sendable {
    /// The transport is open and the dialogue has begun.
    case connected
    /// The device is gone or silent; what was last known of it is old. A later `connected` ends this.
    case stale
    /// Something is wrong that did not end the connection (or, from the link, what ended it).
    case fault(DeviceFault)
    /// Bytes that were not a frame, or a frame that broke a limit. The stream goes on behind it.
    case frameFault(DeviceFault)
    /// A whole frame, or bytes between frames, that the dialogue has no place for. At most one frame long.
    case noise([UInt8])

    /// The device says who it is.
    case identified(DeviceIdentity)
    /// Reader: one symbol, exactly as received without the framing: symbology identifier (where the profile
    /// expects one), then the data, separators as 0x1D.
    case read([UInt8])
    /// Reader: the device says that it looked and found nothing readable.
    case noRead

    /// Coder: buffer cleared, header set, last index known. Records may be sent.
    case coderReady
    /// Coder: the record with this index is in the printer's buffer.
    case recordAccepted(index: UInt64)
    /// Coder: the record with this index is certainly not in the buffer; the text says why.
    case recordRefused(index: UInt64, text: String)
    /// Coder: every record sent since `coderReady` up to and including this index has been printed or
    /// skipped.
    case printed(through: UInt64)
    /// Coder: the printer confirms that its buffer is empty.
    case bufferCleared

    /// Label printer: this job's label is printed, by the proof of the printer's profile.
    case labelPrinted(job: UInt64)
    /// Label printer: nothing of this job was sent, or the printer did not take it; the text says why.
    case labelRefused(job: UInt64, text: String)
    /// Label printer: the job was sent and may have been printed or not: the connection ended, or the printer
    /// is ready and empty without the proof of its profile.
    case labelInDoubt(job: UInt64)
    /// Printer or coder: its reported state changed, or fell to unknown.
    case printerStatus(PrinterStatus)

    /// Reader, coder: the device names its job: as it stands now, or behind a selection.
    case jobRead(String)
    /// Reader, coder: the job was not selected, or not read back; the text says why.
    case jobFailed(String)

    /// Scale: what stands on it, at rest; more than 0.
    case weight(milligrams: Int)
    /// Scale: there is no weight; the text says why.
    case notWeighed(String)

    /// Line I/O: what the controller's inputs hold. Sent at each change, and at least every 50 ms while
    /// polled.
    case inputs(LineIOInputs)
    /// Line I/O: the gate command was written and the write acknowledged.
    case gateCommandWritten(sequence: UInt16)
    /// Line I/O: the gate command was not written, or the device refused the write: too late, no connection.
    case gateCommandExpired(sequence: UInt16)
    /// Line I/O: the verdict for this track was written and the write acknowledged.
    case verdictWritten(track: UInt16)
    /// Line I/O: the verdict was not written, or the device refused the write: too late, no connection.
    case verdictExpired(track: UInt16)
    /// Line I/O: the newest outputs were written and the write acknowledged.
    case outputsWritten
}

/// What the line asks of a device.
public enum DeviceCommand: Equatable, Sendable {
    /// Coder: clear the buffer and set the header to these field names (in the order of the values to come).
    /// Answered by `bufferCleared`, then `coderReady`; by `fault` when the printer refuses.
    case prepareCoder(fields: [String])
    /// Coder: add one record under the line's own index, from 1 and growing for the life of the journal, so
    /// that an index of an earlier buffer is never taken for one of this.
    case sendRecord(index: UInt64, values: [String])
    /// Coder: clear the buffer. Answered by `bufferCleared`.
    case clearCoder
    /// Label printer: print this complete format once. Jobs are done one after another, in order.
    case printLabel(job: UInt64, data: [UInt8])
    /// Reader, coder: select a job by name, then read its name back. Answered by `jobRead`, `jobFailed` or
    /// `stale`. A coder's buffer is empty behind it: it must be prepared again.
    case selectJob(String)
    /// Reader, coder: read the name of the job in force. Answered as `selectJob`.
    case readJob
    /// Scale: weigh what stands on it. Answered by `weight` or `notWeighed`, one for each; another one before
    /// that is not carried out.
    case weigh
    /// Line I/O: set all outputs and renew the heartbeat. Only the newest of several waiting is written.
    case setOutputs(LineIOOutputs)
    /// Line I/O: pass or eject one unit at a belt position.
    case gateCommand(LineIOGateCommand)
    /// Line I/O, gate mode `plc`: the verdict for one track; void at `expiresAt` (monotonic nanoseconds).
    case verdict(track: UInt16, pass: Bool, expiresAt: UInt64)
    /// Reader: start (`true`) or end (`false`) a read, where the profile has the command.
    case trigger(Bool)
    /// Reader: good or bad signal at the device, where the profile has the command.
    case feedback(good: Bool)
}
