/// GS1 Digital Link URIs: elements in the path and query of a web address.
///
///     https://id.gs1.org /01/09506000134352 /10/LOT1 /21/A0001 ?17=271231 #...
///     stem                key                qualifiers         attributes
///
/// - Source: GS1 Digital Link Standard: URI Syntax, section 4.
enum DigitalLink {
    /// The stem of canonical URIs.
    static let canonicalStem = "https://id.gs1.org"

    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Bytes of a scheme at the beginning of text, all lower or all upper case; `nil` without one.
    private static func schemeLength(_ text: Bytes, from start: Int) -> Int? {
        guard text.count - start >= 7 else { return nil }
        let isUpper = text[start] == UInt8(ascii: "H")
        let (scheme, secure): (StaticString, StaticString) =
            isUpper ? ("HTTP://", "HTTPS://") : ("http://", "https://")
        if begins(text, from: start, with: secure) { return secure.utf8CodeUnitCount }
        return begins(text, from: start, with: scheme) ? scheme.utf8CodeUnitCount : nil
    }

    private static func begins(_ text: Bytes, from start: Int, with scheme: StaticString) -> Bool {
        guard text.count - start >= scheme.utf8CodeUnitCount else { return false }
        for place in 0..<scheme.utf8CodeUnitCount where text[start + place] != scheme.utf8Start[place] {
            return false
        }
        return true
    }

    /// Whether text begins with a scheme, all lower or all upper case.
    static func beginsLikeURI(_ text: [UInt8], from start: Int) -> Bool {
        text.withUnsafeBufferPointer { schemeLength($0, from: start) != nil }
    }

    /// An identifier and the place of its encoded value in the URI.
    struct Pair {
        var ai: ApplicationIdentifier
        var value: Range<Int>
    }

    /// Where the parts of a URI lie in the text.
    struct Parts {
        var path: Range<Int>
        var query: Range<Int>

        /// - Throws: ``GS1Error/Code/badURICharacter``, ``GS1Error/Code/badScheme``,
        ///   ``GS1Error/Code/badDomain``.
        init(_ text: Bytes, from start: Int) throws(GS1Error) {
            for place in start..<text.count where !DigitalLink.isURICharacter(text[place]) {
                throw GS1Error(.badURICharacter, at: place)
            }
            guard let scheme = DigitalLink.schemeLength(text, from: start) else {
                throw GS1Error(.badScheme, at: start)
            }
            var end = start + scheme
            while end < text.count, text[end] != UInt8(ascii: "/") {
                guard DigitalLink.isDomainCharacter(text[end]) else { throw GS1Error(.badDomain, at: end) }
                end += 1
            }
            guard end > start + scheme, end < text.count else { throw GS1Error(.badDomain, at: end) }
            let stop = Self.find(UInt8(ascii: "#"), text, end..<text.count)
            let mark = Self.find(UInt8(ascii: "?"), text, end..<stop)
            path = end..<mark
            query = min(mark + 1, stop)..<stop
        }

        /// Where `byte` first stands in `range`, or the end of it.
        static func find(_ byte: UInt8, _ text: Bytes, _ range: Range<Int>) -> Int {
            var place = range.lowerBound
            while place < range.upperBound, text[place] != byte { place += 1 }
            return place
        }
    }

    /// The key and its qualifiers: the pairs of path segments from the last one that is a key.
    static func pathPairs(_ text: Bytes, _ path: Range<Int>, _ dictionary: SyntaxDictionary) throws(GS1Error)
        -> [Pair]
    {
        var pairs: [Pair] = []
        pairs.reserveCapacity(8)
        var end = path.upperBound
        while let slash = lastSlash(text, path.lowerBound..<end), slash > path.lowerBound,
            let start = lastSlash(text, path.lowerBound..<slash),
            let ai = ApplicationIdentifier(digits: Bytes(rebasing: text[(start + 1)..<slash]))
        {
            pairs.append(Pair(ai: ai, value: (slash + 1)..<end))
            if dictionary.rule(for: ai)?.isPrimaryKey == true {
                pairs.reverse()
                return pairs
            }
            end = start
        }
        throw GS1Error(.noPrimaryKey, at: path.lowerBound)
    }

    private static func lastSlash(_ text: Bytes, _ range: Range<Int>) -> Int? {
        var place = range.upperBound
        while place > range.lowerBound {
            place -= 1
            if text[place] == UInt8(ascii: "/") { return place }
        }
        return nil
    }

    /// Adds the attributes of a query; parameters that are no identifier are left out.
    static func takeQuery(_ text: Bytes, _ query: Range<Int>, into pairs: inout [Pair]) throws(GS1Error) {
        var start = query.lowerBound
        while start < query.upperBound {
            let end = Parts.find(UInt8(ascii: "&"), text, start..<query.upperBound)
            let equals = Parts.find(UInt8(ascii: "="), text, start..<end)
            let name = Bytes(rebasing: text[start..<equals])
            if equals < end, name.allSatisfy(Linter.isDigit) {
                guard let ai = ApplicationIdentifier(digits: name) else {
                    throw GS1Error(.unknownNumericParameter, at: start)
                }
                pairs.append(Pair(ai: ai, value: (equals + 1)..<end))
            }
            start = end + 1
        }
    }

    /// The value of a pair without its escapes. In a query `+` is a space.
    ///
    /// A percent sign without two hex digits behind it stands for itself, as in GS1's own engine.
    static func decoded(_ pair: Pair, of text: Bytes, isQuery: Bool) -> DecodedValue {
        var value = DecodedValue(from: pair.value.lowerBound)
        let given = text[pair.value]
        var place = given.startIndex
        while place < given.endIndex {
            if let byte = PercentEncoding.byte(escapedAt: place, of: given) {
                value.append(byte, from: place)
                place += 3
            } else {
                let isSpace = isQuery && given[place] == UInt8(ascii: "+")
                value.append(isSpace ? 0x20 : given[place], from: place)
                place += 1
            }
        }
        return value
    }

    /// Whether `path`, with `extra` put before its place `place`, is a key followed by some of its
    /// qualifiers in their order.
    static func isSequence(
        _ path: ArraySlice<Pair>, with extra: ApplicationIdentifier? = nil, at place: Int = 1,
        _ dictionary: SyntaxDictionary
    ) -> Bool {
        guard let key = path.first, let rule = dictionary.rule(for: key.ai), rule.isPrimaryKey else {
            return false
        }
        let count = path.count + (extra == nil ? 0 : 1)
        if count == 1 { return true }
        for sequence in dictionary.sequences[rule.sequences] {
            var met = 1
            for qualifier in dictionary.qualifiers[sequence] where met < count {
                let behind = extra != nil && met > place
                let given = met == place ? extra : nil
                if (given ?? path[path.startIndex + met - (behind ? 1 : 0)].ai) == qualifier { met += 1 }
            }
            if met == count { return true }
        }
        return false
    }

    /// Whether `ai` could stand in `path`, and so may not stand in the query.
    static func belongs(
        _ ai: ApplicationIdentifier, in path: ArraySlice<Pair>, _ dictionary: SyntaxDictionary
    ) -> Bool {
        (1...max(1, path.count)).contains { isSequence(path, with: ai, at: $0, dictionary) }
    }

    /// The canonical URI whose path is `elements`.
    static func canonical(_ elements: [ElementString.Element]) -> String {
        var text = Array(canonicalStem.utf8)
        for element in elements {
            text.append(contentsOf: "/\(element.ai)/".utf8)
            PercentEncoding.append(escaping: element.value, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Unreserved characters and `: / ? # [ ] @ ! $ & ' ( ) * + , ; = %`.
    private static func isURICharacter(_ byte: UInt8) -> Bool {
        ASCIISet(low: 0xAFFF_FFFA_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF).contains(byte)
    }

    /// URI characters but `_ ~ ? # @ ! $ & ' ( ) * + , ; = %`.
    private static func isDomainCharacter(_ byte: UInt8) -> Bool {
        ASCIISet(low: 0x07FF_E000_0000_0000, high: 0x07FF_FFFE_2FFF_FFFE).contains(byte)
    }
}

extension ElementString {
    /// Reads a GS1 Digital Link URI of any stem; fragment and foreign parameters are ignored.
    ///
    /// - Throws: The first rule broken, with its byte in `text`.
    package static func parse(digitalLink text: String, rules: Rules = Rules()) throws(GS1Error)
        -> ElementString
    {
        try parse(digitalLink: Array(text.utf8), from: 0, rules: rules)
    }

    static func parse(
        digitalLink bytes: [UInt8], from start: Int, rules: Rules
    ) throws(GS1Error) -> ElementString {
        guard bytes.count <= maxBytes else { throw GS1Error(.messageTooLong, at: maxBytes) }
        let judge = Judge(rules)
        var builder = Builder(text: bytes)
        let pathCount = try bytes.withTyped { (text: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
            let parts = try DigitalLink.Parts(text, from: start)
            var pairs = try DigitalLink.pathPairs(text, parts.path, judge.dictionary)
            let pathCount = pairs.count
            try DigitalLink.takeQuery(text, parts.query, into: &pairs)
            for (place, pair) in pairs.enumerated() {
                try append(pair, of: text, isQuery: place >= pathCount, to: &builder, judge)
            }
            try checkRoles(pairs, pathCount: pathCount, judge.dictionary)
            return pathCount
        }
        return try builder.finish(judge, pathCount: pathCount)
    }

    /// Decodes, where it is encoded, and judges one value of a URI.
    private static func append(
        _ pair: DigitalLink.Pair, of text: UnsafeBufferPointer<UInt8>, isQuery: Bool,
        to builder: inout Builder,
        _ judge: Judge
    ) throws(GS1Error) {
        let position = pair.value.lowerBound
        guard let rule = judge.dictionary.rule(for: pair.ai) else { throw GS1Error(.unknownAI, at: position) }
        let given = UnsafeBufferPointer(rebasing: text[pair.value])
        guard given.contains(where: { $0 == UInt8(ascii: "%") || (isQuery && $0 == UInt8(ascii: "+")) })
        else {
            try judge.check(given, of: rule, at: position)
            return try builder.append(pair.ai, at: pair.value)
        }
        let value = DigitalLink.decoded(pair, of: text, isQuery: isQuery)
        if let null = value.bytes.firstIndex(of: 0) {
            throw GS1Error(.nullInURI, ai: pair.ai, at: value.place(of: null))
        }
        try builder.append(value, of: pair.ai, judge)
    }

    /// Key and qualifiers in the path, attributes in the query, nothing twice.
    private static func checkRoles(
        _ pairs: [DigitalLink.Pair], pathCount: Int, _ dictionary: SyntaxDictionary
    ) throws(GS1Error) {
        for later in pairs.indices {
            for earlier in 0..<later where pairs[earlier].ai == pairs[later].ai {
                throw GS1Error(.repeatedInURI, ai: pairs[later].ai, at: pairs[later].value.lowerBound)
            }
        }
        let path = pairs[..<pathCount]
        // Of a whole sequence every beginning is one: the first that is none ends in the pair at fault.
        guard DigitalLink.isSequence(path, dictionary) else {
            let wrong = path.indices.first { !DigitalLink.isSequence(path[...$0], dictionary) }
            let pair = path[wrong ?? path.startIndex]
            throw GS1Error(.badQualifierOrder, ai: pair.ai, at: pair.value.lowerBound)
        }
        for pair in pairs[pathCount...] {
            guard dictionary.rule(for: pair.ai)?.isAttribute == true else {
                throw GS1Error(.notAnAttribute, ai: pair.ai, at: pair.value.lowerBound)
            }
            guard !DigitalLink.belongs(pair.ai, in: path, dictionary) else {
                throw GS1Error(.qualifierInQuery, ai: pair.ai, at: pair.value.lowerBound)
            }
        }
    }

    /// The Digital Link URI of these elements.
    ///
    /// The first key is the path's, with those of its qualifiers that are present; the rest are attributes,
    /// those of predefined length first. A repeated element is written once. What was read from a URI keeps
    /// its path.
    ///
    /// - Parameter stem: What stands before the key; a slash at its end is dropped. Canonical by default.
    /// - Throws: ``GS1Error/Code/noPrimaryKey`` or ``GS1Error/Code/notAnAttribute``: not every message has
    ///   a URI.
    package func digitalLink(stem: String? = nil) throws(GS1Error) -> String {
        guard let path = digitalLinkPath else { throw GS1Error(.noPrimaryKey) }
        var text = Array((stem ?? DigitalLink.canonicalStem).utf8)
        if text.last == UInt8(ascii: "/") { text.removeLast() }
        for ai in path {
            text.append(contentsOf: "/\(ai)/".utf8)
            PercentEncoding.append(escaping: self[ai] ?? [], to: &text)
        }
        var mark = UInt8(ascii: "?")
        for place in try digitalLinkAttributes(besides: path) {
            text.append(mark)
            text.append(contentsOf: "\(place.ai)=".utf8)
            PercentEncoding.append(escaping: storage[place.range], to: &text)
            mark = UInt8(ascii: "&")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The canonical URI of the object itself: the key and its finest qualifier, no attributes.
    ///
    /// The same object gives the same text whatever its code carried besides: a serial drops lot and variant.
    ///
    /// - Throws: ``GS1Error/Code/noPrimaryKey``.
    /// - Source: EPCIS 2.0 and CBV 2.0, constrained canonical Digital Link URIs.
    package func objectURI() throws(GS1Error) -> String {
        guard let path = digitalLinkPath, let key = path.first else { throw GS1Error(.noPrimaryKey) }
        let finest = path.dropFirst().last { $0 != .consumerProductVariant }
        return DigitalLink.canonical(
            ([key] + [finest].compactMap(\.self)).map { Element(ai: $0, value: Array(self[$0] ?? [])) })
    }

    /// The path as read, or the first key with as many of its qualifiers as one sequence takes; `nil` without
    /// a key.
    private var digitalLinkPath: [ApplicationIdentifier]? {
        if pathCount > 0 { return places.prefix(pathCount).map(\.ai) }
        let dictionary = SyntaxDictionary.current
        guard let key = places.first(where: { dictionary.rule(for: $0.ai)?.isPrimaryKey == true })?.ai else {
            return nil
        }
        var best: [ApplicationIdentifier] = []
        for sequence in dictionary.qualifiers(of: key) {
            let present = sequence.filter { contains($0) }
            if present.count > best.count { best = present }
        }
        return [key] + best
    }

    private func digitalLinkAttributes(besides path: [ApplicationIdentifier]) throws(GS1Error) -> [Place] {
        var seen = Set(path)
        var fixed: [Place] = []
        var others: [Place] = []
        for place in places where seen.insert(place.ai).inserted {
            guard let rule = SyntaxDictionary.current.rule(for: place.ai), rule.isAttribute else {
                throw GS1Error(.notAnAttribute, ai: place.ai, at: Int(place.start))
            }
            if rule.hasPredefinedLength { fixed.append(place) } else { others.append(place) }
        }
        return fixed + others
    }
}
