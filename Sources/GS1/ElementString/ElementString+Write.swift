extension ElementString {
    /// The message with FNC1 in front and wherever a value's length is not predefined and more follows.
    ///
    /// - Parameter fnc1: The byte that stands for FNC1.
    package func raw(fnc1: UInt8 = UInt8(ascii: "^")) -> [UInt8] {
        [fnc1] + elementBytes(separator: fnc1)
    }

    /// What a reader sends for a symbol with this message: identifier, then elements with GS as separator.
    package func scan(_ symbology: SymbologyIdentifier = .gs1DataMatrix) -> [UInt8] {
        symbology.bytes + elementBytes(separator: Self.groupSeparator)
    }

    /// The elements one after another, a separator only where one is needed.
    package func elementBytes(separator: UInt8 = groupSeparator) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(storage.count + 8)
        var needsSeparator = false
        for place in places {
            if needsSeparator { text.append(separator) }
            text.append(contentsOf: place.ai.description.utf8)
            text.append(contentsOf: storage[place.range])
            needsSeparator = !place.ai.hasPredefinedLength
        }
        return text
    }

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
}

extension ElementString: CustomStringConvertible {
    /// As ``bracketed``. Holds serial numbers: not for logs.
    package var description: String { bracketed }
}

extension ElementString {
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
            try value.withTyped { (value: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
                try judge.check(value, of: rule, at: start)
            }
            try builder.append(ai, value: value, at: start)
            index = end
            return
        }
        try judge.check(UnsafeBufferPointer(rebasing: text[start..<end]), of: rule, at: start)
        try builder.append(ai, at: start..<end)
        index = end
    }

    /// Reads `(`, digits, `)` and answers the identifier and the place behind.
    @inline(__always)
    private static func bracketedIdentifier(
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
    private static func unescapedValue(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (value: [UInt8], end: Int) {
        var value: [UInt8] = []
        var index = start
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "(") {
                guard value.last == UInt8(ascii: "\\") else { break }
                value.removeLast()
            }
            value.append(byte)
            index += 1
        }
        return (value, index)
    }
}
