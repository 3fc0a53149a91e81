/// A code as text, with the places of what its values are written with.
package struct CodeSample {
    package private(set) var text: [UInt8] = []
    /// Where each character of a value is written: its own byte, or the first of its escape.
    package private(set) var places: [Int] = []

    init(_ start: String = "") { text = Array(start.utf8) }

    /// Writes what is no value.
    mutating func write(_ mark: String) { text += mark.utf8 }

    /// Writes a separator.
    mutating func write(separator: UInt8) { text.append(separator) }

    /// Writes characters of a value as they are.
    mutating func write(value: some Sequence<UInt8>) {
        for byte in value { write { $0.append(byte) } }
    }

    /// Writes one character of a value, escaped or not.
    mutating func write(_ character: (inout [UInt8]) -> Void) {
        places.append(text.count)
        character(&text)
    }

    /// The text with the character at one of its ``places`` replaced by a tilde, which no value holds, and
    /// escaped where the character was.
    ///
    /// - Parameter form: What the text is in: it tells what an escape is.
    func spoiled(at place: Int, in form: CodeForm) -> [UInt8] {
        var text = text
        if (form == .uri || form == .urn) && text[place] == UInt8(ascii: "%") {
            text.replaceSubrange(place..<min(place + 3, text.count), with: "%7E".utf8)
        } else {
            let isEscape = form == .bracketed && text[place...].starts(with: "\\(".utf8)
            text.replaceSubrange(place..<(place + (isEscape ? 2 : 1)), with: "~".utf8)
        }
        return text
    }
}
