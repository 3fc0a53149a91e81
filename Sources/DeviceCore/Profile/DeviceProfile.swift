/// How one device model speaks, as data: one file `devices/<vendor>/<model>.toml`.
///
/// A profile holds nothing about this site's unit: no address, no station. Each property names its TOML
/// key; *byte text* is the notation of ``ByteText``. Keys not named here are errors.
public struct DeviceProfile: Equatable, Sendable {
    /// What the device is to the line.
    public enum Kind: String, Sendable, CaseIterable {
        /// Reads codes: scanner or camera.
        case reader
        /// Prints unit codes from a buffer of records.
        case coder
        /// Prints whole labels.
        case labelPrinter = "label-printer"
        /// Sensors, gate and conveyor behind a controller.
        case lineIO = "line-io"
        /// Shows the line's lamps: a signal tower.
        case beacon
        /// Weighs a container.
        case scale
    }

    /// Dialogue built into this program; a profile only parameterises it.
    public enum Dialogue: String, Sendable, CaseIterable {
        /// ``ReaderSession``: frames are reads.
        case reader
        /// ``ReaderSession``: frames are packets of the Simple Serial Interface, each acknowledged.
        case ssi
        /// ``ZipherCoderSession``: Zipher text protocol with its serialization buffer.
        case zipher
        /// ``LeibingerCoderSession``: JET protocol with its mailing buffer.
        case leibinger
        /// ``ValueCoderSession``: a coder that holds one value, as the profile describes it.
        case valueCoder = "value-coder"
        /// ``LabelPrinterSession``: ZPL formats, `~HS` status.
        case zpl
        /// ``LabelPrinterSession``: labels in the printer's own language, status by `[[status]]`.
        case label
        /// ``ModbusLineIOSession``: the line I/O contract over Modbus TCP or RTU.
        case modbusLineIO = "modbus-line-io"
        /// A Modbus I/O module without a program of its own.
        case modbusModule = "modbus-module"
        /// ``BeaconSession``: lamps alone, by the command `set` or one for each.
        case beacon
        /// ``ScaleSession``: a weight at rest, asked by the command `weigh`.
        case scale
    }

    /// Strongest proof that this profile is right; shown wherever the device is shown.
    public enum Evidence: String, Sendable, CaseIterable {
        /// Written from documents or public code; never seen hardware.
        case manual
        /// A transcript recorded from a real device is replayed by the tests.
        case transcript
        /// Ran against the hardware.
        case hardware
    }

    /// One command of the device.
    public struct Command: Equatable, Sendable {
        /// `send`: byte text without terminator; `{name}` is filled with an argument.
        public var send: String
        /// `accepted`: list of reply bodies that mean success, tried in order; `{name}` captures one or more
        /// bytes up to the next literal. Empty (the default): no reply is expected.
        public var accepted: [String]
        /// `refused`: table of reply body (whole, exact) to its meaning in the manual's words. Default empty.
        public var refused: [String: String]
        /// `source`: document, revision, section. Required.
        public var source: String
        /// `timeoutMilliseconds`: longest wait for this command's reply, where it comes late (when the work
        /// is done); 0, the default: that of `[timing]`. 0 to 60000.
        public var timeoutMilliseconds: Int
        /// `evidence`: of this command alone, where it is weaker or stronger than the profile's. Default: the
        /// profile's.
        public var evidence: Evidence?

        /// Makes a command; see the properties.
        public init(
            send: String, accepted: [String] = [], refused: [String: String] = [:], source: String,
            timeoutMilliseconds: Int = 0, evidence: Evidence? = nil
        ) {
            self.send = send
            self.accepted = accepted
            self.refused = refused
            self.source = source
            self.timeoutMilliseconds = timeoutMilliseconds
            self.evidence = evidence
        }
    }

    /// One step behind each connection, table of the list `[[start]]`: the keys of a command and these.
    ///
    /// A setting is one step, the question whether it is in force another. `{model}`, `{version}` and
    /// `{serial}` in its `accepted` replies are what the device says of itself.
    public struct Start: Equatable, Sendable {
        /// What is sent, and the replies.
        public var command: Command
        /// `optional`: the device counts as connected without it too. Default false.
        public var isOptional: Bool
        /// `retrySafe`: sent twice it does no harm, and is, when no reply comes. Default false.
        public var isRetrySafe: Bool

        /// Makes a step; see the properties.
        public init(_ command: Command, isOptional: Bool = false, isRetrySafe: Bool = false) {
            self.command = command
            self.isOptional = isOptional
            self.isRetrySafe = isRetrySafe
        }
    }

    /// Time limits and paces, table `[timing]`, all in milliseconds.
    public struct Timing: Equatable, Sendable {
        /// `replyTimeoutMilliseconds`: longest wait for a reply. 1 to 60000.
        public var replyTimeoutMilliseconds: Int
        /// `pollIntervalMilliseconds`: pace of polls while something is awaited; of a beacon, the pause
        /// behind a command without a reply. 1 to 60000.
        public var pollIntervalMilliseconds: Int
        /// `idlePollIntervalMilliseconds`: pace of status polls otherwise; of a beacon, how often it is told
        /// its lamps again, at most 1000. 1 to 60000.
        public var idlePollIntervalMilliseconds: Int
        /// `settleMilliseconds`: after connecting, what arrives this long is not taken for a reply. 0 to
        /// 60000.
        public var settleMilliseconds: Int

        /// Makes the times; the defaults are those of a file that leaves the key out.
        public init(
            replyTimeoutMilliseconds: Int = 1000, pollIntervalMilliseconds: Int = 100,
            idlePollIntervalMilliseconds: Int = 1000, settleMilliseconds: Int = 0
        ) {
            self.replyTimeoutMilliseconds = replyTimeoutMilliseconds
            self.pollIntervalMilliseconds = pollIntervalMilliseconds
            self.idlePollIntervalMilliseconds = idlePollIntervalMilliseconds
            self.settleMilliseconds = settleMilliseconds
        }
    }

    /// What a reader sends, table `[reader]`.
    public struct Reader: Equatable, Sendable {
        /// `noRead`: byte text of the frame that means "nothing readable"; absent: the device sends none.
        public var noRead: String?
        /// `symbologyIdentifier`: true when each read must begin with `]` and two characters.
        public var symbologyIdentifier: Bool
        /// `ignoredPrefixes`: frames with these beginnings (byte text) are answers to settings, not reads.
        public var ignoredPrefixes: [String]
        /// How the data of a read is written.
        public enum Encoding: String, Sendable, CaseIterable {
            /// As it is.
            case plain
            /// In base64 (RFC 4648 section 4); line breaks in it count for nothing.
            case base64
        }
        /// `readPrefix`: byte text with which the frame of a read begins, no part of its data; a frame
        /// without it is none. Absent: every frame that is nothing else is a read.
        public var readPrefix: String?
        /// `encoding`: `plain` (default) or `base64`.
        public var encoding: Encoding
        /// `complaints`: table of beginnings of frames (byte text) by which the reader says that it could not
        /// do something, to their meaning; the answer to a command that waits for one. Default empty.
        public var complaints: [String: String]

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(
            noRead: String? = nil, symbologyIdentifier: Bool = true, ignoredPrefixes: [String] = [],
            readPrefix: String? = nil, encoding: Encoding = .plain, complaints: [String: String] = [:]
        ) {
            self.noRead = noRead
            self.symbologyIdentifier = symbologyIdentifier
            self.ignoredPrefixes = ignoredPrefixes
            self.readPrefix = readPrefix
            self.encoding = encoding
            self.complaints = complaints
        }
    }

    /// How a printer or coder queues and proves, table `[printer]`.
    public struct Printer: Equatable, Sendable {
        /// Where waiting prints are held.
        public enum Queue: String, Sendable, CaseIterable {
            /// Nothing waits: one value stays until replaced.
            case none
            /// One print waits.
            case single
            /// Records wait in order, numbered by the host.
            case records
            /// Formats wait in order, unnumbered.
            case formats
        }
        /// What shows that a print happened, best the device has.
        public enum Proof: String, Sendable, CaseIterable {
            /// Last printed index can be asked.
            case index
            /// Status shows an empty buffer and no trouble.
            case status
            /// The printer's count of prints has grown.
            case counter
            /// A frame tells of each print.
            case event
            /// The printer refuses another value until this one is printed.
            case ready
            /// Nothing: only a camera proves it.
            case none
        }

        /// What becomes of waiting prints when the printer is stopped or loses its power.
        public enum AfterStop: String, Sendable, CaseIterable {
            /// They are printed when it goes on.
            case kept
            /// They are gone.
            case cleared
            /// No document says it.
            case unknown
        }

        /// `queue`: `none`, `single`, `records` or `formats`.
        public var queue: Queue
        /// `depth`: prints the device holds at least; 0 = not stated.
        public var depth: Int
        /// `proof`: `index`, `status`, `counter`, `event`, `ready` or `none`. A label printer has `status` or
        /// `counter`, a coder of one value `counter`, `event` or `ready`.
        public var proof: Proof
        /// `valueSeparator`: byte text between values and names of one command. Zipher: `|`.
        public var valueSeparator: String
        /// `forbidden`: byte text of printable bytes that may not occur in a value (controls never may).
        public var forbidden: String
        /// `maxValueBytes`: longest single value. 1 to 4096.
        public var maxValueBytes: Int
        /// `window`: commands sent and not yet answered, at most. 1 to 64.
        public var window: Int
        /// `notifications`: beginnings of frames the device sends unasked (byte text).
        public var notifications: [String]
        /// `afterStop`: `kept`, `cleared` or `unknown` (default).
        public var afterStop = AfterStop.unknown
        /// `blind`: true where what waits in a label printer can be neither cleared nor asked, and only
        /// there. Default false.
        public var blind = false
        /// `each`: byte text of one value with `{value}`, `{field}` (its field's name) and `{number:1}` (from
        /// 1); default `{value}` (`value-coder` only).
        public var each = "{value}"
        /// `maxFields`: values of one record, at most. 1 (default) to 20 (`value-coder` only).
        public var maxFields = 1
        /// `printedFrames`: byte texts of the whole frames that tell of a print (proof `event`).
        public var printedFrames: [String] = []
        /// `language`: name of the language of a label printer other than ZPL, which its templates name too.
        public var language = ""
        /// `lineEnd`: byte text of the end of each line of a label (dialogue `label`). Default `<CR><LF>`.
        public var lineEnd = "<CR><LF>"
        /// `controls`: byte text of the bytes outside 20 to 7E that a template may hold (dialogue `label`).
        public var controls = ""
        /// `escape`: table of a byte of a value to how it is written (dialogue `label`). A byte that is in
        /// neither `forbidden` nor here stands for itself; none outside 20 to 7E does.
        public var escape: [String: String] = [:]

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(
            queue: Queue, depth: Int = 0, proof: Proof, valueSeparator: String = "|", forbidden: String = "",
            maxValueBytes: Int = 256, window: Int = 1, notifications: [String] = []
        ) {
            self.queue = queue
            self.depth = depth
            self.proof = proof
            self.valueSeparator = valueSeparator
            self.forbidden = forbidden
            self.maxValueBytes = maxValueBytes
            self.window = window
            self.notifications = notifications
        }
    }

    /// How jobs are named, table `[job]`; with it come the commands `selectJob` and `currentJob`.
    ///
    /// A reply in `accepted` of `currentJob` without `{job}` means that no job is in force.
    public struct Job: Equatable, Sendable {
        /// `forbidden`: byte text of printable bytes that may not occur in a name (controls never may).
        public var forbidden: String
        /// `maxNameBytes`: longest name. 1 to 64.
        public var maxNameBytes: Int
        /// `timeoutMilliseconds`: longest wait for the reply to a selection, and for that to a reading. 1 to
        /// 20000.
        public var timeoutMilliseconds: Int

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(forbidden: String = "", maxNameBytes: Int = 64, timeoutMilliseconds: Int = 5000) {
            self.forbidden = forbidden
            self.maxNameBytes = maxNameBytes
            self.timeoutMilliseconds = timeoutMilliseconds
        }
    }

    /// `schema`: version of this format; 1.
    public var schema: Int
    /// `vendor`: maker, or `Generic`.
    public var vendor: String
    /// `model`: model or protocol family as the maker writes it.
    public var model: String
    /// `kind`: `reader`, `coder`, `label-printer`, `line-io`, `beacon` or `scale`.
    public var kind: Kind
    /// `dialogue`: `reader`, `ssi`, `zipher`, `leibinger`, `value-coder`, `zpl`, `label`, `modbus-line-io`,
    /// `modbus-module`, `beacon` or `scale`.
    public var dialogue: Dialogue
    /// `evidence`: `manual`, `transcript` or `hardware`.
    public var evidence: Evidence
    /// `firmware`: versions this was tried with or written for; free text.
    public var firmware: String
    /// `sources`: documents behind this profile, at least one.
    public var sources: [String]
    /// `notes`: what a technician must set or know; free text. Default empty.
    public var notes: String
    /// `tcpPort`: usual TCP port, by which `devices probe` knows the model. Default absent.
    public var tcpPort: Int?
    /// `usb`: vendor and product numbers (`05e0:1701`) by which `devices scan` knows the model; never those
    /// of a chip that many devices use. Default empty.
    public var usb: [String]
    /// Table `[framing]`.
    public var framing: Framing
    /// Table `[timing]`. Default: the defaults of its keys.
    public var timing: Timing
    /// Table `[reader]`; required for dialogues `reader` and `ssi`, else absent.
    public var reader: Reader?
    /// Table `[printer]`; required for coders and label printers, else absent.
    public var printer: Printer?
    /// Table `[job]`; absent where the device's jobs cannot be selected and read back.
    public var job: Job?
    /// Table `[modbus]`; required for dialogues `modbus-line-io` and `modbus-module`, else absent.
    public var modbus: LineIORegisterMap?
    /// Table `[beacon]`; required for dialogue `beacon` with the command `set`, else absent.
    public var beacon: Beacon?
    /// List `[[start]]`: what is set and asked behind each connection, in order. Default empty.
    public var start: [Start]
    /// Tables `[commands.NAME]`.
    public var commands: [String: Command]
    /// List `[[parameter]]`: what a line may set of this model beside the keys of its kind. Default empty.
    public var parameters: [ProfileParameter] = []
    /// Tables `[[status]]`, what the replies of command `status` mean; none where the dialogue knows it.
    public var status: [StatusField] = []

    /// Makes a profile; nothing is checked, see ``validate()``.
    public init(
        schema: Int = 1, vendor: String, model: String, kind: Kind, dialogue: Dialogue, evidence: Evidence,
        firmware: String = "", sources: [String], notes: String = "", tcpPort: Int? = nil, usb: [String] = [],
        framing: Framing,
        timing: Timing = Timing(), reader: Reader? = nil, printer: Printer? = nil,
        job: Job? = nil, modbus: LineIORegisterMap? = nil, start: [Start] = [],
        commands: [String: Command] = [:]
    ) {
        self.schema = schema
        self.vendor = vendor
        self.model = model
        self.kind = kind
        self.dialogue = dialogue
        self.evidence = evidence
        self.firmware = firmware
        self.sources = sources
        self.notes = notes
        self.tcpPort = tcpPort
        self.usb = usb
        self.framing = framing
        self.timing = timing
        self.reader = reader
        self.printer = printer
        self.job = job
        self.modbus = modbus
        self.start = start
        self.commands = commands
    }

    /// A new session in its disconnected state, with the parameters' values in force.
    ///
    /// - Throws: The first of ``validate()``, or a parameter that has no value.
    public func makeSession() throws(ProfileFault) -> any DeviceSession {
        if let fault = validate().first { throw fault }
        guard parameters.isEmpty else { return try withParametersInForce().makeSession() }
        let session = try ownSession()
        return start.isEmpty ? session : try StartSession(session, profile: self)
    }

    private func ownSession() throws(ProfileFault) -> any DeviceSession {
        switch dialogue {
        case .reader, .ssi: return try ReaderSession(profile: self)
        case .zipher: return try ZipherCoderSession(profile: self)
        case .leibinger: return try LeibingerCoderSession(profile: self)
        case .valueCoder: return try ValueCoderSession(profile: self)
        case .zpl, .label: return try LabelPrinterSession(profile: self)
        case .modbusLineIO: return try ModbusLineIOSession(profile: self)
        case .modbusModule: return try ModbusModuleSession(profile: self)
        case .beacon: return try BeaconSession(profile: self)
        case .scale: return try ScaleSession(profile: self)
        }
    }
}
