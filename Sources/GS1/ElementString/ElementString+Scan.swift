extension ElementString {
    /// The separator as readers transmit FNC1: GS, U+001D.
    package static let groupSeparator: UInt8 = 0x1D

    /// Reads what a scanner sent: symbology identifier, then data with FNC1 as GS.
    ///
    ///     ]d2 0109506000134352 21A0001 <GS> 17271231 10LOT1
    ///
    /// EAN, UPC and ITF-14 symbols give a single (01). A plain DataMatrix, QR or DotCode symbol is taken only
    /// if its text is a Digital Link URI, a plain Code 128 never.
    ///
    /// - Throws: The first rule broken, with its byte in `bytes`.
    /// - Complexity: O(n), two allocations.
    /// - Source: GS1 General Specifications, sections 5.1.2, 7.8.
    package static func parse(scan bytes: [UInt8], rules: Rules = Rules()) throws(GS1Error) -> ElementString {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        guard let symbology = SymbologyIdentifier(scan: bytes) else { throw GS1Error(.noSymbologyIdentifier) }
        switch symbology.content {
        case .elementString:
            return try parse(message: bytes, from: 3, separator: groupSeparator, rules: rules)
        case .tradeItemNumber(let digits):
            return try parse(tradeItemNumber: bytes, digits: digits)
        case .plain:
            guard symbology.mayHoldURI, DigitalLink.beginsLikeURI(bytes, from: 3) else {
                throw GS1Error(.notGS1Data, at: 3)
            }
            return try parse(digitalLink: bytes, from: 3, rules: rules)
        case .other:
            throw GS1Error(.unsupportedSymbology, at: 1)
        }
    }

    /// Reads what a scanner sent, from any bytes; see ``parse(scan:rules:)-([UInt8],_)``.
    package static func parse(
        scan bytes: some Collection<UInt8>, rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        try parse(scan: Array(bytes), rules: rules)
    }

    /// Reads a message as people write it down: FNC1 in front and as separator, commonly as `^`.
    ///
    ///     ^010950600013435221A0001^1727123110LOT1
    ///
    /// - Parameter fnc1: The byte that stands for FNC1.
    package static func parse(
        raw bytes: [UInt8], fnc1: UInt8 = UInt8(ascii: "^"), rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        guard bytes.first == fnc1 else { throw GS1Error(.missingFNC1) }
        return try parse(message: bytes, from: 1, separator: fnc1, rules: rules)
    }

    /// Reads a message as people write it down; see ``parse(raw:fnc1:rules:)-([UInt8],_,_)``.
    package static func parse(
        raw text: String, fnc1: UInt8 = UInt8(ascii: "^"), rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        try parse(raw: Array(text.utf8), fnc1: fnc1, rules: rules)
    }

    /// Reads elements without FNC1 or symbology identifier in front, as a device may be set to send them.
    package static func parse(
        elements bytes: [UInt8], separator: UInt8 = groupSeparator, rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        return try parse(message: bytes, from: 0, separator: separator, rules: rules)
    }

    /// Judges the elements of several symbols of one object as a whole.
    ///
    /// - Throws: The first rule broken; positions count in the values laid end to end.
    package static func combine(
        _ symbols: [ElementString], rules: Rules = Rules()
    ) throws(GS1Error) -> ElementString {
        var builder = Builder()
        for symbol in symbols {
            for place in symbol.places { try builder.append(place.ai, value: symbol.storage[place.range]) }
        }
        return try builder.finish(Judge(rules))
    }

    /// Makes an element string of identifiers and values.
    ///
    /// - Throws: The first rule broken; positions count in the values laid end to end.
    package init(
        _ elements: [(ApplicationIdentifier, String)], rules: Rules = Rules()
    ) throws(GS1Error) {
        guard !elements.isEmpty else { throw GS1Error(.emptyMessage) }
        let judge = Judge(rules)
        var builder = Builder()
        for (ai, text) in elements {
            guard let rule = judge.dictionary.rule(for: ai) else { throw GS1Error(.unknownAI) }
            let value = Array(text.utf8)
            let position = builder.nextPosition
            try value.withTyped { (value: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
                try judge.check(value, of: rule, at: position)
            }
            try builder.append(ai, value: value)
        }
        self = try builder.finish(judge)
    }

    /// Collects elements. A value lies in the text as given, or behind it where it was escaped there.
    struct Builder {
        private var storage: [UInt8]
        private var places: [Place] = []
        /// Where values that lie behind the text began in it, for errors.
        private var moved: [(element: Int, position: Int)] = []

        init(text: [UInt8] = []) {
            storage = text
            places.reserveCapacity(8)
        }

        /// Where the next value will begin in the values laid end to end.
        var nextPosition: Int { storage.count }

        /// Adds an element whose value lies in the text as given.
        @inline(__always)
        mutating func append(_ ai: ApplicationIdentifier, at range: Range<Int>) throws(GS1Error) {
            guard places.count < maxElements else {
                throw GS1Error(.tooManyElements, ai: ai, at: range.lowerBound)
            }
            guard let count = UInt8(exactly: range.count), let start = UInt16(exactly: range.lowerBound)
            else {
                throw GS1Error(.valueTooLong, ai: ai, at: range.lowerBound)
            }
            places.append(Place(ai: ai, start: start, count: count))
        }

        /// Judges and adds an element whose value does not stand in the text as it is.
        mutating func append(
            _ value: DecodedValue, of ai: ApplicationIdentifier, _ judge: Judge
        ) throws(GS1Error) {
            guard let rule = judge.dictionary.rule(for: ai) else {
                throw GS1Error(.unknownAI, at: value.start)
            }
            try judge.check(value, of: rule)
            try append(ai, value: value.bytes, at: value.start)
        }

        /// Adds an element with a value of its own.
        ///
        /// - Parameter position: Where the value began in the text as given; `nextPosition` without.
        mutating func append(
            _ ai: ApplicationIdentifier, value: some Collection<UInt8>, at position: Int? = nil
        ) throws(GS1Error) {
            let position = position ?? nextPosition
            guard places.count < maxElements else { throw GS1Error(.tooManyElements, ai: ai, at: position) }
            guard let count = UInt8(exactly: value.count), let start = UInt16(exactly: storage.count) else {
                throw GS1Error(.valueTooLong, ai: ai, at: position)
            }
            moved.append((places.count, position))
            storage.append(contentsOf: value)
            places.append(Place(ai: ai, start: start, count: count))
        }

        /// The elements, once they were judged together.
        func finish(_ judge: Judge, pathCount: Int = 0) throws(GS1Error) -> ElementString {
            let elements = ElementString(storage: storage, places: places, pathCount: pathCount)
            if let fault = judge.faultTogether(elements) {
                let place = moved.first { $0.element == fault.element }?.position
                throw fault.error(at: place ?? Int(places[fault.element].start))
            }
            return elements
        }
    }

    // MARK: The message

    private static func parse(
        message: [UInt8], from start: Int, separator: UInt8, rules: Rules
    ) throws(GS1Error) -> ElementString {
        let judge = Judge(rules)
        var places: [Place] = []
        places.reserveCapacity(8)
        try message.withTyped { (bytes: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
            var index = start
            guard index < bytes.count else { throw GS1Error(.emptyMessage, at: index) }
            while index < bytes.count {
                let place = try nextElement(bytes, &index, separator: separator, judge)
                guard places.count < maxElements else {
                    throw GS1Error(.tooManyElements, at: Int(place.start))
                }
                places.append(place)
            }
        }
        let elements = ElementString(storage: message, places: places)
        if let fault = judge.faultTogether(elements) {
            throw fault.error(at: Int(places[fault.element].start))
        }
        return elements
    }

    /// Reads one element and the separator behind it, if any.
    ///
    /// A value ends at the separator, at the end, or, for identifiers of predefined length, at that length.
    @inline(__always)
    private static func nextElement(
        _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, separator: UInt8, _ judge: Judge
    ) throws(GS1Error) -> Place {
        guard let ai = identifier(bytes, at: index, judge.dictionary),
            let rule = judge.dictionary.rule(for: ai)
        else { throw GS1Error(.unknownAI, at: index) }
        let start = index + ai.digitCount
        let limit = rule.hasPredefinedLength ? min(bytes.count, start + rule.maxLength) : bytes.count
        var end = start
        while end < limit, bytes[end] != separator { end += 1 }
        guard end > start else { throw GS1Error(.emptyValue, ai: ai, at: start) }
        let value = UnsafeBufferPointer(rebasing: bytes[start..<end])
        let used = try judge.checkComponents(value, of: rule, at: start)
        guard used == value.count, let count = UInt8(exactly: used), let offset = UInt16(exactly: start)
        else {
            throw GS1Error(.valueTooLong, ai: ai, at: start + used)
        }
        index = end < bytes.count && bytes[end] == separator ? end + 1 : end
        return Place(ai: ai, start: offset, count: count)
    }

    /// The identifier that begins at `index`: its first two digits tell how many it has.
    @inline(__always)
    static func identifier(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ dictionary: SyntaxDictionary
    ) -> ApplicationIdentifier? {
        guard bytes.count - index >= 2 else { return nil }
        let (tens, ones) = (bytes[index] &- 0x30, bytes[index + 1] &- 0x30)
        guard tens < 10, ones < 10 else { return nil }
        let prefix = UInt16(tens) * 10 + UInt16(ones)
        let digits = Int(dictionary.digitsByPrefix[Int(prefix)])
        guard digits >= 2, bytes.count - index >= digits else { return nil }
        var number = prefix
        for place in 2..<digits {
            let digit = bytes[index + place] &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt16(digit)
        }
        return ApplicationIdentifier(number: number)
    }

    /// Reads the digits of an EAN, UPC or ITF-14 symbol as (01).
    private static func parse(tradeItemNumber scan: [UInt8], digits: Int) throws(GS1Error) -> ElementString {
        let data = scan[3...]
        guard data.count == digits else {
            throw GS1Error(data.count < digits ? .valueTooShort : .valueTooLong, ai: .gtin, at: 3)
        }
        do {
            let gtin = try GTIN(digits: data)
            return ElementString(storage: gtin.digits, places: [Place(ai: .gtin, start: 0, count: 14)])
        } catch {
            throw error.within(.gtin, offset: 3)
        }
    }
}

extension Array {
    /// `withUnsafeBufferPointer` that keeps the error's type.
    @inline(__always)
    func withTyped<R, E: Error>(_ body: (UnsafeBufferPointer<Element>) throws(E) -> R) throws(E) -> R {
        let result = withUnsafeBufferPointer { buffer in
            Result { () throws(E) in try body(buffer) }
        }
        return try result.get()
    }
}
