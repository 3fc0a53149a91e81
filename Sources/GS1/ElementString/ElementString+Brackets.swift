/// The forms for people, identifiers in brackets: bracketed text, which programs exchange too, and the human
/// readable interpretation that stands beside a symbol.
extension ElementString {
    /// `(01)09506000134352(21)A0001`; an opening bracket inside a value is written `\(`.
    package var bracketed: String {
        var text: [UInt8] = []
        for place in places {
            text.append(contentsOf: "(\(place.ai))".utf8)
            for byte in storage[place.range] {
                if byte == UInt8(ascii: "(") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Human readable interpretation: `(01) 09506000134352`, a line an element.
    package var humanReadable: [String] {
        elements.map { "(\($0.ai)) \($0.text)" }
    }

    /// Reads `(01)09506000134352(21)A0001`; `\(` stands for a bracket inside a value.
    ///
    /// - Throws: The first rule broken, with its byte in `text`.
    package static func parse(bracketed text: String, rules: Rules = Rules()) throws(GS1Error)
        -> ElementString
    {
        try parse(bracketed: Array(text.utf8), rules: rules)
    }

    /// Reads bracketed text from bytes; see ``parse(bracketed:rules:)-(String,_)``.
    package static func parse(bracketed bytes: [UInt8], rules: Rules = Rules()) throws(GS1Error)
        -> ElementString
    {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        guard !bytes.isEmpty else { throw GS1Error(.emptyMessage) }
        let judge = Judge(rules)
        var builder = Builder(text: bytes)
        try bytes.withTyped { (text: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
            var index = 0
            while index < text.count { try takeBracketed(text, &index, into: &builder, judge) }
        }
        return try builder.finish(judge)
    }

    /// Reads `(`, digits, `)` and the value up to the next bracket.
    @inline(__always)
    private static func takeBracketed(
        _ text: UnsafeBufferPointer<UInt8>, _ index: inout Int, into builder: inout Builder, _ judge: Judge
    ) throws(GS1Error) {
        let (ai, start) = try bracketedIdentifier(text, at: index)
        guard let rule = judge.dictionary.rule(for: ai) else { throw GS1Error(.unknownAI, at: index + 1) }
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "("), text[end] != UInt8(ascii: "\\") { end += 1 }
        guard end == text.count || text[end] == UInt8(ascii: "(") else {
            let (value, end) = unescapedValue(text, from: start)
            try builder.append(value, of: ai, judge)
            index = end
            return
        }
        try judge.check(UnsafeBufferPointer(rebasing: text[start..<end]), of: rule, at: start)
        try builder.append(ai, at: start..<end)
        index = end
    }

    /// Reads `(`, digits, `)` and answers the identifier and the place behind.
    @inline(__always)
    static func bracketedIdentifier(
        _ text: UnsafeBufferPointer<UInt8>, at index: Int
    ) throws(GS1Error) -> (ApplicationIdentifier, Int) {
        var close = index
        while close < text.count, text[close] != UInt8(ascii: ")") { close += 1 }
        guard text[index] == UInt8(ascii: "("), close < text.count else {
            throw GS1Error(.malformedBrackets, at: index)
        }
        let digits = UnsafeBufferPointer(rebasing: text[(index + 1)..<close])
        guard let ai = ApplicationIdentifier(digits: digits) else {
            throw GS1Error(.unknownAI, at: index + 1)
        }
        guard close + 1 < text.count else { throw GS1Error(.emptyValue, ai: ai, at: close + 1) }
        return (ai, close + 1)
    }

    /// Reads a value up to the next bracket that is not escaped, without its escapes.
    static func unescapedValue(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (value: DecodedValue, end: Int) {
        var value = DecodedValue(from: start)
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "(") {
            let isEscape =
                text[index] == UInt8(ascii: "\\") && index + 1 < text.count
                && text[index + 1] == UInt8(ascii: "(")
            value.append(isEscape ? UInt8(ascii: "(") : text[index], from: index)
            index += isEscape ? 2 : 1
        }
        return (value, index)
    }

    // MARK: Human readable interpretation

    /// Reads human readable interpretation, elements apart by blanks or line ends: `(01) 0950... (21) A0001`.
    ///
    /// No value holds a blank, so a blank ends it, and a bracket inside needs no escape.
    ///
    /// - Throws: The first rule broken, with its byte in `text`.
    package static func parse(humanReadable text: String, rules: Rules = Rules()) throws(GS1Error)
        -> ElementString
    {
        try parse(humanReadable: Array(text.utf8), rules: rules)
    }

    /// Reads human readable interpretation from bytes; see ``parse(humanReadable:rules:)-(String,_)``.
    package static func parse(humanReadable bytes: [UInt8], rules: Rules = Rules()) throws(GS1Error)
        -> ElementString
    {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        let judge = Judge(rules)
        var builder = Builder(text: bytes)
        try bytes.withTyped { (text: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
            var index = skipBlanks(text, from: 0)
            guard index < text.count else { throw GS1Error(.emptyMessage) }
            while index < text.count {
                let (ai, behind) = try bracketedIdentifier(text, at: index)
                guard let rule = judge.dictionary.rule(for: ai) else {
                    throw GS1Error(.unknownAI, at: index + 1)
                }
                let value = humanReadableValue(text, from: behind)
                try judge.check(UnsafeBufferPointer(rebasing: text[value]), of: rule, at: value.lowerBound)
                try builder.append(ai, at: value)
                index = skipBlanks(text, from: value.upperBound)
            }
        }
        return try builder.finish(judge)
    }

    /// Where the value behind an identifier lies: up to the next blank.
    static func humanReadableValue(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int> {
        let start = skipBlanks(text, from: start)
        var end = start
        while end < text.count, !isBlank(text[end]) { end += 1 }
        return start..<end
    }

    static func skipBlanks(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count, isBlank(text[index]) { index += 1 }
        return index
    }

    /// Space, tab and the two characters of line ends.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
