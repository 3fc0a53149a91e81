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
        /// Modbus TCP: a seven-byte header that carries the length.
        case modbusTCP = "modbus-tcp"
    }

    /// `kind`: `terminated`, `delimited`, `fixed` or `modbus-tcp`.
    public var kind: Kind
    /// `start`: byte text before each frame (`delimited` only), for example `<STX>`.
    public var start: String
    /// `end`: byte text after each received frame (`terminated`, `delimited`).
    public var end: String
    /// `sendEnd`: byte text after each sent frame (`terminated`); absent: the same as `end`.
    public var sendEnd: String?
    /// `padding`: byte text of single bytes that may stand between frames unreported (`delimited` only).
    public var padding: String
    /// `frameBytes`: length of every frame (`fixed` only).
    public var frameBytes: Int
    /// `maxFrameBytes`: longest body received, without start and end. 1 to 65536.
    public var maxFrameBytes: Int
    /// `interByteTimeoutMilliseconds`: a frame that stands still this long is broken; 0 = never. 0 to 60000.
    public var interByteTimeoutMilliseconds: Int

    /// Makes a framing; the defaults are those of a file that leaves the key out (`kind` and, but for
    /// `modbus-tcp` and `fixed`, `maxFrameBytes` are required there).
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
    func faults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ key: String, _ message: String) {
            if !holds { faults.append(ProfileFault("framing." + key, message)) }
        }
        for (key, text) in [("start", start), ("end", end), ("sendEnd", sendEnd ?? ""), ("padding", padding)]
        {
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
                start.isEmpty && padding.isEmpty && frameBytes == 0, "kind",
                "terminated has only end and sendEnd")
        case .delimited:
            need(!start.isEmpty, "start", "a delimited frame needs its start")
            need(!end.isEmpty, "end", "a delimited frame needs its end")
            need(start != end, "end", "must differ from start")
            need(sendEnd == nil && frameBytes == 0, "kind", "delimited has only start, end and padding")
        case .fixed:
            need((1...65536).contains(frameBytes), "frameBytes", "must be 1 to 65536")
            need(frameBytes <= maxFrameBytes, "frameBytes", "must not exceed maxFrameBytes")
            need(
                start.isEmpty && end.isEmpty && sendEnd == nil && padding.isEmpty, "kind",
                "fixed has only frameBytes")
            need(
                gap > 0, "interByteTimeoutMilliseconds",
                "only silence resynchronises fixed frames; must not be 0")
        case .modbusTCP:
            let bare = start.isEmpty && end.isEmpty && sendEnd == nil && padding.isEmpty && frameBytes == 0
            need(bare, "kind", "modbus-tcp has no other keys but the limits")
        }
        return faults
    }

    /// A body as it goes on the wire: with the start and the sending terminator.
    func framed(_ body: [UInt8]) throws(ProfileFault) -> [UInt8] {
        switch kind {
        case .terminated: return body + (try ByteText.bytes(sendEnd ?? end))
        case .delimited: return (try ByteText.bytes(start)) + body + (try ByteText.bytes(end))
        case .fixed, .modbusTCP: return body
        }
    }
}
