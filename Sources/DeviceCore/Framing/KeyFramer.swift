/// `input-events`: what a scanner types that shows itself as a keyboard. A frame ends with Enter.
///
/// ```
/// 8 bytes seconds  8 bytes microseconds  2 bytes type  2 bytes code  4 bytes value   low byte first
/// ```
/// Type 1 is a key; value 1 it goes down, 0 it comes up, 2 it repeats by itself. The layout is that of the
/// United States, to which the scanner is set. Control and a key type a control character, so Control and `]`
/// the group separator; Alt and digits on the number pad the byte of that number.
/// - Source: Linux, `struct input_event` of `linux/input.h` on 64-bit machines, `linux/input-event-codes.h`.
struct KeyFramer: FramingRule {
    private let most: Int
    private var event: [UInt8] = []
    private var text: [UInt8] = []
    private var held: Set<UInt16> = []
    /// The number typed while Alt is held.
    private var number: Int?
    /// Something of the frame is lost: the rest up to Enter is dropped.
    private var fault: DeviceFault?

    init(_ framing: Framing) { most = framing.maxFrameBytes }

    var hasPartial: Bool { !event.isEmpty || !text.isEmpty || fault != nil }

    mutating func reset() {
        (event, text, held) = ([], [], [])
        (number, fault) = (nil, nil)
    }

    mutating func consume(_ byte: UInt8, into events: inout [FrameEvent]) {
        event.append(byte)
        guard event.count == Self.eventBytes else { return }
        let type = word(16)
        let code = word(18)
        let value = word(20)
        event.removeAll(keepingCapacity: true)
        if type == Self.syncType, code == Self.dropped {
            // Some keys are lost, and which are held is not known.
            held = []
            spoil(DeviceFault(.frameBroken, "the system lost keys: they came faster than they were read"))
        }
        guard type == Self.keyType else { return }
        switch value {
        case 0: release(code)
        case 1: press(code, &events)
        default: break
        }
    }

    private func word(_ place: Int) -> UInt16 { UInt16(event[place]) | UInt16(event[place + 1]) << 8 }

    private mutating func release(_ code: UInt16) {
        held.remove(code)
        guard Self.alts.contains(code), let typed = number else { return }
        number = nil
        if (1...255).contains(typed) { type(UInt8(typed)) }
    }

    private mutating func press(_ code: UInt16, _ events: inout [FrameEvent]) {
        if Self.modifiers.contains(code) {
            held.insert(code)
            if Self.alts.contains(code) { number = 0 }
        } else if Self.enters.contains(code) {
            finish(&events)
        } else if let typed = number, let digit = Self.pad[code] {
            number = min(typed * 10 + Int(digit - 0x30), 1_000)
        } else if let character = character(of: code) {
            type(character)
        } else {
            spoil(DeviceFault(.frameBroken, "key \(code) types no character of a code"))
        }
    }

    private mutating func type(_ byte: UInt8) {
        text.append(byte)
        if text.count > most { spoil(DeviceFault(.frameTooLong, "no end within \(most) bytes")) }
    }

    private mutating func spoil(_ found: DeviceFault) {
        fault = fault ?? found
        text.removeAll(keepingCapacity: true)
    }

    private mutating func finish(_ events: inout [FrameEvent]) {
        events.append(fault.map(FrameEvent.fault) ?? .frame(text))
        (text, fault) = ([], nil)
    }

    private func character(of code: UInt16) -> UInt8? {
        let isShifted = !held.isDisjoint(with: Self.shifts)
        guard let keys = Self.keys[code] ?? Self.pad[code].map({ ($0, $0) }) else { return nil }
        guard !held.isDisjoint(with: Self.controls) else { return isShifted ? keys.1 : keys.0 }
        // A control character is the capital, or what stands in its column, less 64.
        return [Self.capital(keys.0), keys.1].first { (0x40...0x5F).contains($0) }.map { $0 - 0x40 }
    }

    private static func capital(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    }

    mutating func silence(into events: inout [FrameEvent]) {
        if hasPartial {
            let text = "silence after \(text.count) characters without Enter"
            events.append(.fault(fault ?? DeviceFault(.frameBroken, text)))
        }
        // What is held stays held.
        (event, text, fault) = ([], [], nil)
    }

    /// Bytes of one event on a 64-bit machine.
    static let eventBytes = 24
    private static let (syncType, dropped, keyType): (UInt16, UInt16, UInt16) = (0, 3, 1)
    private static let enters: Set<UInt16> = [28, 96]
    private static let controls: Set<UInt16> = [29, 97]
    private static let shifts: Set<UInt16> = [42, 54]
    private static let alts: Set<UInt16> = [56, 100]
    /// Lock keys and the key with the maker's sign type nothing either.
    private static let modifiers = controls.union(shifts).union(alts).union([58, 69, 70, 125, 126])

    /// What each key types, without and with Shift.
    private static let keys: [UInt16: (UInt8, UInt8)] = {
        let rows: [(first: UInt16, plain: String, shifted: String)] = [
            (2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"),
            (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"), (57, " ", " "),
        ]
        var keys: [UInt16: (UInt8, UInt8)] = [15: (0x09, 0x09)]
        for row in rows {
            for (place, pair) in zip(row.plain.utf8, row.shifted.utf8).enumerated() {
                keys[row.first + UInt16(place)] = pair
            }
        }
        for (code, sign) in [(74, "-"), (78, "+"), (55, "*"), (98, "/"), (83, ".")] as [(UInt16, String)] {
            keys[code] = sign.utf8.first.map { ($0, $0) }
        }
        return keys
    }()

    /// Digits of the number pad.
    private static let pad: [UInt16: UInt8] = {
        let codes: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]
        return Dictionary(uniqueKeysWithValues: zip(codes, UInt8(ascii: "0")...))
    }()
}
