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
}

extension ElementString: CustomStringConvertible {
    /// As ``bracketed``. Holds serial numbers: not for logs.
    package var description: String { bracketed }
}
