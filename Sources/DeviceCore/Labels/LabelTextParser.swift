/// Reads a template of a language other than ZPL into literals and places.
///
/// ```
/// # language: TSPL          first line; further lines with # are comments
/// SIZE 100 mm,50 mm         byte text: a control is written by its name, < as <LT>, { as <x7B>
/// TEXT 10,10,"3",0,1,1,"{sscc}"
/// ```
/// Each line ends with the printer's line end, whichever the file has; empty lines are dropped.
struct LabelTextParser {
    private static let header = "# language: "

    /// The language that a template names in its first line; `nil` for ZPL.
    static func language(of text: String) -> String? {
        let first = text.split(maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: \.isNewline)[0]
        guard first.hasPrefix(header) else { return nil }
        let name = first.dropFirst(header.count)
        return !name.isEmpty && name.utf8.count <= 32 && name.utf8.allSatisfy(isNameByte) ? String(name) : nil
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func parse(_ text: String, _ rule: LabelTextRule) throws(LabelTemplate.Fault) -> [LabelTemplate
        .Piece]
    {
        guard text.utf8.count <= LabelTemplate.maxTemplateBytes else {
            throw .template("longer than 65536 bytes")
        }
        guard language(of: text) == rule.name else {
            throw .template("the first line must be \(header)\(rule.name), the language of its printer")
        }
        var pieces: [LabelTemplate.Piece] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            if line.isEmpty || line.hasPrefix("#") { continue }
            do throws(ProfileFault) {
                for piece in try ByteTemplate(String(line), isReply: false).pieces {
                    pieces.append(try Self.piece(piece, rule))
                }
            } catch {
                throw .template("line \(number + 1): \(error.message)")
            }
            pieces.append(.literal(rule.lineEnd))
        }
        guard !pieces.isEmpty else { throw .template("it draws nothing") }
        return pieces
    }

    private static func piece(
        _ piece: ByteTemplate.Piece, _ rule: LabelTextRule
    ) throws(ProfileFault) -> LabelTemplate.Piece {
        switch piece {
        case .place(let name, .bytes): return .place(name, .text(rule))
        case .place(let name, _): throw ProfileFault("", "{\(name)}: a place is {name} in ASCII letters")
        case .literal(let bytes):
            let controls = rule.controls
            let other = bytes.first { !(0x20...0x7E).contains($0) && controls?.contains($0) == false }
            if let other {
                throw ProfileFault("", "\(ByteText.text([other])) may not stand in a label for this printer")
            }
            return .literal(bytes)
        }
    }
}
