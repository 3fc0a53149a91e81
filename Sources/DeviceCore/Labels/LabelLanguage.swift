/// What a label printer is written to in, which decides what a template may hold and how a value is written.
public enum LabelLanguage: Equatable, Sendable {
    /// ZPL II: a template is judged command by command.
    case zpl
    /// Another language, by the rule of the printer's profile: its commands are not judged.
    case text(LabelTextRule)

    /// Ending of the files of templates.
    public var fileEnding: String {
        switch self {
        case .zpl: "zpl"
        case .text: "txt"
        }
    }
}

/// How templates of a language other than ZPL are read, and how values are written in them.
public struct LabelTextRule: Equatable, Sendable {
    /// Name of the language; a template's first line is `# language: NAME`.
    public var name: String
    /// What stands for the end of each line.
    public var lineEnd: [UInt8]
    /// Bytes outside 20 to 7E that a template may hold; `nil`: any.
    public var controls: Set<UInt8>?
    /// Printable bytes that no value may hold.
    public var forbidden: Set<UInt8>
    /// Bytes of a value that are written as others.
    public var escapes: [UInt8: [UInt8]]
    /// Longest value.
    public var maxValueBytes: Int

    /// What can be said of a template while the printer is not known: everything a printer could allow.
    public init(anyPrinterOf name: String) {
        self.name = name
        lineEnd = [0x0A]
        controls = nil
        forbidden = []
        escapes = [:]
        maxValueBytes = LabelTemplate.maxValueBytes
    }

    /// - Returns: `nil` for a printer whose profile names no language.
    /// - Throws: ``ProfileFault`` for bad byte text.
    init?(_ printer: DeviceProfile.Printer) throws(ProfileFault) {
        guard !printer.language.isEmpty else { return nil }
        name = printer.language
        lineEnd = try ByteText.bytes(printer.lineEnd)
        controls = Set(try ByteText.bytes(printer.controls))
        forbidden = Set(try ByteText.bytes(printer.forbidden))
        escapes = [:]
        for (text, written) in printer.escape {
            guard let byte = try ByteText.bytes(text).first else { continue }
            escapes[byte] = try ByteText.bytes(written)
        }
        maxValueBytes = printer.maxValueBytes
    }

    /// The value's bytes as they stand in a label, or `nil` if one cannot be written.
    func written(_ value: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        for byte in value {
            if let escape = escapes[byte] {
                result += escape
            } else {
                guard (0x20...0x7E).contains(byte), !forbidden.contains(byte) else { return nil }
                result.append(byte)
            }
        }
        return result
    }
}

extension DeviceProfile {
    /// The language of a label printer; `nil` for other devices. The profile is valid.
    public var labelLanguage: LabelLanguage? {
        switch dialogue {
        case .zpl: .zpl
        case .label: (printer.flatMap { try? LabelTextRule($0) }).map(LabelLanguage.text)
        case .reader, .ssi, .zipher, .leibinger, .valueCoder, .modbusLineIO, .modbusModule, .beacon, .scale:
            nil
        }
    }

    /// What is wrong with the rule by which templates are read and filled.
    func languageFaults(_ printer: Printer) -> [ProfileFault] {
        var faults = Self.byteTextFaults(printer.lineEnd, "printer.lineEnd", mayBeEmpty: true)
        faults += Self.byteTextFaults(printer.controls, "printer.controls", mayBeEmpty: true)
        for (text, written) in printer.escape.sorted(by: { $0.key < $1.key }) {
            faults += Self.byteTextFaults(text, "printer.escape", mayBeEmpty: false)
            faults += Self.byteTextFaults(written, "printer.escape", mayBeEmpty: false)
            if let bytes = try? ByteText.bytes(text), bytes.count > 1 {
                faults.append(ProfileFault("printer.escape", "each key is one byte, not \(text)"))
            }
        }
        let own = Printer(queue: printer.queue, proof: printer.proof)
        let isBare =
            printer.language.isEmpty && printer.lineEnd == own.lineEnd && printer.controls.isEmpty
            && printer.escape.isEmpty
        guard dialogue == .label else {
            if !isBare {
                let text = "language, lineEnd, controls and escape go with dialogue label, and only there"
                faults.append(ProfileFault("printer.language", text))
            }
            return faults
        }
        if printer.language.isEmpty || !printer.language.utf8.allSatisfy(LabelTextParser.isNameByte) {
            let text = "this dialogue needs the name of the language, in letters, digits and -"
            faults.append(ProfileFault("printer.language", text))
        }
        return faults
    }
}
