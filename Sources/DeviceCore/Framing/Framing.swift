/// How frames are told apart on the stream, table `[framing]`.
public struct Framing: Equatable, Sendable {
    /// The rule by name.
    public enum Kind: String, Sendable, CaseIterable {
        /// A frame ends with a terminator. Another may be used for sending.
        case terminated
        /// A frame lies between a start and an end sequence; bytes between frames are padding or noise.
        case delimited
        /// Every frame has the same length and no mark.
        case fixed
        /// A frame says how long it is, behind a start that may be empty.
        case lengthPrefixed = "length-prefixed"
        /// A frame ends where the stream stands still.
        case silence
        /// Keys of a scanner that shows itself as a keyboard: a frame is what it types up to Enter.
        case inputEvents = "input-events"
        /// Modbus TCP: a seven-byte header that carries the length.
        case modbusTCP = "modbus-tcp"
        /// Replies of Modbus RTU: the function says how long a frame is, a CRC ends it.
        case modbusRTU = "modbus-rtu"
    }

    /// The number that says how long a frame is, table `[framing.length]`.
    public struct Length: Equatable, Sendable {
        /// What the number counts.
        public enum Counts: String, Sendable, CaseIterable {
            /// The body.
            case body
            /// All bytes before the check value: start, the number itself, and body.
            case frame
        }

        /// `bytes`: 1, 2 or 4. Required.
        public var bytes: Int
        /// `order`: `big` (default) or `little`.
        public var order: ByteOrder
        /// `counts`: `body` (default) or `frame`.
        public var counts: Counts

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(bytes: Int, order: ByteOrder = .big, counts: Counts = .body) {
            self.bytes = bytes
            self.order = order
            self.counts = counts
        }
    }

    /// Frames of another shape on the same stream, table `[[framing.also]]`: one may begin where any frame
    /// may. They carry no check value, and are told whole, with their marks.
    public struct Also: Equatable, Sendable {
        /// `start`: byte text it begins with. Required.
        public var start: String
        /// `end`: byte text it ends with; absent: it has `frameBytes` bytes.
        public var end: String
        /// `frameBytes`: its length with its start, where it has no end.
        public var frameBytes: Int

        /// Makes the table; the defaults are those of a file that leaves the key out.
        public init(start: String, end: String = "", frameBytes: Int = 0) {
            self.start = start
            self.end = end
            self.frameBytes = frameBytes
        }
    }

    /// `kind`: `terminated`, `delimited`, `fixed`, `length-prefixed`, `silence`, `input-events`,
    /// `modbus-tcp` or `modbus-rtu`.
    public var kind: Kind
    /// `start`: byte text before each frame (`delimited`, `length-prefixed`), for example `<STX>`.
    public var start: String
    /// `end`: byte text after each received frame (`terminated`, `delimited`).
    public var end: String
    /// `sendEnd`: byte text after each sent frame (`terminated`); absent: the same as `end`.
    public var sendEnd: String?
    /// `padding`: byte text of single bytes that may stand between frames unreported (`delimited` only).
    public var padding: String
    /// `escape`: the byte (as byte text) that makes a control of the next one, and is doubled in a body
    /// (`delimited` with `start` and `end` of two bytes that begin with it).
    public var escape = ""
    /// Table `[framing.length]` (`length-prefixed` only).
    public var length: Length?
    /// Table `[framing.checksum]`; absent: frames carry none. Not for `fixed`, `input-events`
    /// and Modbus.
    public var checksum: Checksum?
    /// Tables `[[framing.also]]`, the one that fits first (`terminated`, `delimited`).
    public var also: [Also] = []
    /// `frameBytes`: length of every frame (`fixed` only).
    public var frameBytes: Int
    /// `maxFrameBytes`: longest body received, without start and end. 1 to 65536.
    public var maxFrameBytes: Int
    /// `interByteTimeoutMilliseconds`: a frame that stands still this long is broken; 0 = never. 0 to 60000.
    public var interByteTimeoutMilliseconds: Int

    /// Makes a framing without the tables; the defaults are those of a file that leaves the key out (`kind`
    /// and, but for Modbus and `fixed`, `maxFrameBytes` are required there).
    public init(
        kind: Kind, start: String = "", end: String = "", sendEnd: String? = nil, padding: String = "",
        frameBytes: Int = 0, maxFrameBytes: Int = 1024, interByteTimeoutMilliseconds: Int = 0
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.sendEnd = sendEnd
        self.padding = padding
        self.frameBytes = frameBytes
        self.maxFrameBytes = maxFrameBytes
        self.interByteTimeoutMilliseconds = interByteTimeoutMilliseconds
    }

    /// What is wrong with the table; empty when a framer can be made of it.
    package func faults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ key: String, _ message: String) {
            if !holds { faults.append(ProfileFault("framing." + key, message)) }
        }
        let texts = [
            ("start", start), ("end", end), ("sendEnd", sendEnd ?? ""), ("padding", padding),
            ("escape", escape),
        ]
        for (key, text) in texts {
            do throws(ProfileFault) { _ = try ByteText.bytes(text) } catch {
                faults.append(ProfileFault("framing.\(key)", error.message))
            }
        }
        need((1...65536).contains(maxFrameBytes), "maxFrameBytes", "must be 1 to 65536")
        let gap = interByteTimeoutMilliseconds
        need((0...60_000).contains(gap), "interByteTimeoutMilliseconds", "must be 0 to 60000")
        switch kind {
        case .terminated:
            need(!end.isEmpty, "end", "a terminated frame needs its terminator")
            need(
                start.isEmpty && padding.isEmpty && frameBytes == 0 && escape.isEmpty, "kind",
                "terminated has only end and sendEnd")
        case .delimited:
            need(!start.isEmpty, "start", "a delimited frame needs its start")
            need(!end.isEmpty, "end", "a delimited frame needs its end")
            need(start != end, "end", "must differ from start")
            need(
                sendEnd == nil && frameBytes == 0, "kind", "delimited has only start, end, padding and escape"
            )
            need(
                escape.isEmpty || isEscapeSound, "escape",
                "one byte, with which start and end of two bytes begin")
        case .fixed:
            need((1...65536).contains(frameBytes), "frameBytes", "must be 1 to 65536")
            need(frameBytes <= maxFrameBytes, "frameBytes", "must not exceed maxFrameBytes")
            need(
                start.isEmpty && end.isEmpty && sendEnd == nil && padding.isEmpty, "kind",
                "fixed has only frameBytes")
            need(
                gap > 0, "interByteTimeoutMilliseconds",
                "only silence resynchronises fixed frames; must not be 0")
        case .lengthPrefixed:
            need(length != nil, "length", "a length-prefixed frame needs the table [framing.length]")
            need(
                end.isEmpty && sendEnd == nil && padding.isEmpty && escape.isEmpty && frameBytes == 0, "kind",
                "length-prefixed has only start and its tables")
            if let length { need([1, 2, 4].contains(length.bytes), "length.bytes", "must be 1, 2 or 4") }
        case .silence:
            need(isBare, "kind", "silence has no other keys but the limits")
            need(gap > 0, "interByteTimeoutMilliseconds", "it ends each frame; must not be 0")
        case .inputEvents, .modbusTCP, .modbusRTU:
            need(isBare, "kind", "\(kind.rawValue) has no other keys but the limits")
        }
        need(kind == .lengthPrefixed || length == nil, "length", "goes with length-prefixed, and only there")
        need(
            checksum == nil || ![.fixed, .inputEvents, .modbusTCP, .modbusRTU].contains(kind), "checksum",
            "\(kind.rawValue) has none")
        need(also.isEmpty || isMarked, "also", "goes with terminated and delimited, and only there")
        return faults + alsoFaults()
    }

    private var isMarked: Bool { kind == .terminated || kind == .delimited }

    private var isBare: Bool {
        start.isEmpty && end.isEmpty && sendEnd == nil && padding.isEmpty && escape.isEmpty && frameBytes == 0
    }

    private var isEscapeSound: Bool {
        guard let byte = try? ByteText.bytes(escape), byte.count == 1 else { return false }
        return [start, end].allSatisfy { mark in
            let bytes = (try? ByteText.bytes(mark)) ?? []
            return bytes.count == 2 && bytes.first == byte.first && bytes.last != byte.first
        }
    }

    private func alsoFaults() -> [ProfileFault] {
        also.enumerated().flatMap { number, frame in
            let place = "framing.also[\(number)]"
            var faults = DeviceProfile.byteTextFaults(frame.start, place + ".start", mayBeEmpty: false)
            faults += DeviceProfile.byteTextFaults(frame.end, place + ".end", mayBeEmpty: true)
            let length = (try? ByteText.bytes(frame.start))?.count ?? 0
            let isSized =
                frame.end.isEmpty
                ? (length...maxFrameBytes).contains(frame.frameBytes) : frame.frameBytes == 0
            if faults.isEmpty, maxFrameBytes < length || !isSized {
                faults.append(
                    ProfileFault(
                        place, "has an end, or frameBytes from the length of its start to maxFrameBytes"))
            }
            return faults
        }
    }

    /// A body as it goes on the wire: with start, length, check value and the sending terminator.
    package func framed(_ body: [UInt8]) throws(ProfileFault) -> [UInt8] {
        switch kind {
        case .terminated: return body + check(body, behind: []) + (try ByteText.bytes(sendEnd ?? end))
        case .delimited:
            let start = try ByteText.bytes(start)
            let inside = body + check(body, behind: start)
            let escape = try ByteText.bytes(escape).first
            return start + inside.flatMap { $0 == escape ? [$0, $0] : [$0] } + (try ByteText.bytes(end))
        case .lengthPrefixed:
            let start = try ByteText.bytes(start)
            guard let length else { return body }
            let counted = body.count + (length.counts == .frame ? start.count + length.bytes : 0)
            let digits = (0..<length.bytes).map { UInt8(truncatingIfNeeded: counted >> (8 * $0)) }
            let header = start + (length.order == .little ? digits : digits.reversed())
            return header + body + check(body, behind: header)
        case .silence: return body + check(body, behind: [])
        case .fixed, .inputEvents, .modbusTCP, .modbusRTU: return body
        }
    }

    private func check(_ body: [UInt8], behind start: [UInt8]) -> [UInt8] {
        guard let checksum else { return [] }
        return checksum.of(checksum.covers == .frame ? start + body : body)
    }
}
