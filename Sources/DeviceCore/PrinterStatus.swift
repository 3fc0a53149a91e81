/// What a printer or coder last said of itself.
public struct PrinterStatus: Equatable, Sendable {
    /// Conditions a printer can report; several at once.
    public struct Conditions: OptionSet, Sendable, Hashable {
        /// One bit a condition.
        public let rawValue: UInt32
        /// Makes a set from its bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// No media.
        public static let paperOut = Self(rawValue: 1 << 0)
        /// No ribbon.
        public static let ribbonOut = Self(rawValue: 1 << 1)
        /// Print head is open.
        public static let headUp = Self(rawValue: 1 << 2)
        /// Paused at the printer or by command.
        public static let paused = Self(rawValue: 1 << 3)
        /// The receive buffer is full.
        public static let bufferFull = Self(rawValue: 1 << 4)
        /// A format began and has not ended.
        public static let partialFormat = Self(rawValue: 1 << 5)
        /// The printer lost its memory.
        public static let corruptMemory = Self(rawValue: 1 << 6)
        /// Print head too cold.
        public static let underTemperature = Self(rawValue: 1 << 7)
        /// Print head too hot.
        public static let overTemperature = Self(rawValue: 1 << 8)
        /// A printed label waits to be taken.
        public static let labelWaiting = Self(rawValue: 1 << 9)
        /// Not in its running state.
        public static let offline = Self(rawValue: 1 << 10)
        /// The printer reports a warning.
        public static let warning = Self(rawValue: 1 << 11)
        /// The printer reports a fault, or one this program has no word for.
        public static let fault = Self(rawValue: 1 << 12)
        /// At work on something that was sent.
        public static let busy = Self(rawValue: 1 << 13)

        /// Conditions with which nothing is printed.
        public static let blocking: Self = [
            .paperOut, .ribbonOut, .headUp, .paused, .bufferFull, .partialFormat, .corruptMemory,
            .underTemperature, .overTemperature, .offline, .fault,
        ]
    }

    /// False while the printer does not answer: nothing else here may then be relied on.
    public var isKnown: Bool
    /// What the printer reports.
    public var conditions: Conditions
    /// Formats waiting in the receive buffer (label printers), else 0.
    public var formatsInBuffer: Int
    /// Labels left of the present batch (label printers), else 0.
    public var labelsRemaining: Int

    /// Makes a status; the defaults are those of a healthy, idle printer.
    public init(
        isKnown: Bool = true, conditions: Conditions = [], formatsInBuffer: Int = 0, labelsRemaining: Int = 0
    ) {
        self.isKnown = isKnown
        self.conditions = conditions
        self.formatsInBuffer = formatsInBuffer
        self.labelsRemaining = labelsRemaining
    }

    /// The printer does not answer. Silence is neither health nor a fault.
    public static let unknown = PrinterStatus(isKnown: false)

    /// True when the printer answers and nothing blocks it.
    public var isReady: Bool { isKnown && conditions.isDisjoint(with: .blocking) }
}

/// What a printer or coder is up to, in one word: the strongest of what it reports.
public enum PrinterState: String, Sendable, CaseIterable {
    /// It answers, nothing hinders it and nothing waits in it.
    case ready
    /// At work, or it holds something that is not printed yet.
    case busy
    /// Paused, at the printer or by command.
    case paused
    /// Not in its running state.
    case offline
    /// Somebody must do something at it: media, ribbon, head, temperature, memory, or a fault of its own.
    case fault
    /// It does not answer, or with something its profile does not name. Neither health nor a fault.
    case unknown
}

extension PrinterStatus {
    /// Conditions that somebody must mend.
    private static let faults: Conditions = [
        .paperOut, .ribbonOut, .headUp, .corruptMemory, .underTemperature, .overTemperature, .fault,
    ]
    private static let work: Conditions = [.busy, .bufferFull, .partialFormat]

    /// The status in one word: `unknown`, then `fault`, `offline`, `paused`, `busy`, `ready`, the first that
    /// holds. A warning and a label that waits to be taken change nothing.
    public var state: PrinterState {
        if !isKnown { return .unknown }
        if !conditions.isDisjoint(with: Self.faults) { return .fault }
        if conditions.contains(.offline) { return .offline }
        if conditions.contains(.paused) { return .paused }
        return isHolding || !conditions.isDisjoint(with: Self.work) ? .busy : .ready
    }

    /// Something that was sent is not printed yet.
    var isHolding: Bool { formatsInBuffer > 0 || labelsRemaining > 0 }
}
