/// GS1 Digital Link URIs: elements in the path and query of a web address.
///
///     https://id.gs1.org /01/09506000134352 /10/LOT1 /21/A0001 ?17=271231 #...
///     stem                key                qualifiers         attributes
///
/// - Source: GS1 Digital Link Standard: URI Syntax, section 4.
enum DigitalLink {
    /// The stem of canonical URIs.
    static let canonicalStem = "https://id.gs1.org"

    private static let schemes: [[UInt8]] = ["https://", "HTTPS://", "http://", "HTTP://"].map {
        Array($0.utf8)
    }

    /// Whether text begins with a scheme, all lower or all upper case.
    static func beginsLikeURI(_ text: ArraySlice<UInt8>) -> Bool {
        schemes.contains { text.starts(with: $0) }
    }

    /// An identifier and its encoded value, with its place in the URI.
    struct Pair {
        var ai: ApplicationIdentifier
        var value: ArraySlice<UInt8>
    }

    /// The parts of a URI, as slices of it.
    struct Parts {
        var path: ArraySlice<UInt8>
        var query: ArraySlice<UInt8>

        /// - Throws: ``GS1Error/Code/badURICharacter``, ``GS1Error/Code/badScheme``,
        ///   ``GS1Error/Code/badDomain``.
        init(_ uri: ArraySlice<UInt8>) throws(GS1Error) {
            if let place = uri.firstIndex(where: { !DigitalLink.isURICharacter($0) }) {
                throw GS1Error(.badURICharacter, at: place)
            }
            guard let scheme = DigitalLink.schemes.first(where: { uri.starts(with: $0) }) else {
                throw GS1Error(.badScheme, at: uri.startIndex)
            }
            let domain = uri.dropFirst(scheme.count).prefix { $0 != UInt8(ascii: "/") }
            if let place = domain.firstIndex(where: { !DigitalLink.isDomainCharacter($0) }) {
                throw GS1Error(.badDomain, at: place)
            }
            guard !domain.isEmpty, domain.endIndex < uri.endIndex else {
                throw GS1Error(.badDomain, at: domain.endIndex)
            }
            let data = uri[domain.endIndex...].prefix { $0 != UInt8(ascii: "#") }
            path = data.prefix { $0 != UInt8(ascii: "?") }
            query = data[path.endIndex...].dropFirst()
        }
    }

    /// The key and its qualifiers: the pairs of path segments from the last one that is a key.
    static func pathPairs(_ path: ArraySlice<UInt8>) throws(GS1Error) -> [Pair] {
        var pairs: [Pair] = []
        var end = path.endIndex
        while let slash = path[..<end].lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
            guard let start = path[..<slash].lastIndex(of: UInt8(ascii: "/")),
                let ai = ApplicationIdentifier(digits: path[(start + 1)..<slash])
            else { break }
            pairs.append(Pair(ai: ai, value: path[(slash + 1)..<end]))
            if SyntaxDictionary.current.rule(for: ai)?.isPrimaryKey == true { return pairs.reversed() }
            end = start
        }
        throw GS1Error(.noPrimaryKey, at: path.startIndex)
    }

    /// The attributes of a query; parameters that are no identifier are left out.
    static func queryPairs(_ query: ArraySlice<UInt8>) throws(GS1Error) -> [Pair] {
        var pairs: [Pair] = []
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = parameter[..<equals]
            guard name.allSatisfy(Linter.isDigit) else { continue }
            guard let ai = ApplicationIdentifier(digits: name) else {
                throw GS1Error(.unknownNumericParameter, at: parameter.startIndex)
            }
            pairs.append(Pair(ai: ai, value: parameter[(equals + 1)...]))
        }
        return pairs
    }

    /// Whether `path` is a key followed by some of its qualifiers in their order.
    static func isSequence(_ path: [ApplicationIdentifier]) -> Bool {
        guard let key = path.first, SyntaxDictionary.current.rule(for: key)?.isPrimaryKey == true else {
            return false
        }
        let given = path.dropFirst()
        if given.isEmpty { return true }
        return SyntaxDictionary.current.qualifiers(of: key).contains { sequence in
            var rest = sequence[...]
            return given.allSatisfy { qualifier in
                guard let place = rest.firstIndex(of: qualifier) else { return false }
                rest = rest[(place + 1)...]
                return true
            }
        }
    }

    /// Whether `ai` could stand in `path`, and so may not stand in the query.
    static func belongs(_ ai: ApplicationIdentifier, in path: [ApplicationIdentifier]) -> Bool {
        (1...max(1, path.count)).contains { place in
            var longer = path
            longer.insert(ai, at: min(place, longer.count))
            return isSequence(longer)
        }
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
        let parts = try DigitalLink.Parts(bytes[start...])
        let path = try DigitalLink.pathPairs(parts.path)
        let query = try DigitalLink.queryPairs(parts.query)
        let judge = Judge(rules)
        var builder = Builder()
        for pair in path { try append(pair, isQuery: false, to: &builder, judge) }
        for pair in query { try append(pair, isQuery: true, to: &builder, judge) }
        try checkRoles(path: path, query: query)
        return try builder.finish(judge, pathCount: path.count)
    }

    /// Decodes and judges one value of a URI.
    private static func append(
        _ pair: DigitalLink.Pair, isQuery: Bool, to builder: inout Builder, _ judge: Judge
    ) throws(GS1Error) {
        let position = pair.value.startIndex
        guard let rule = judge.dictionary.rule(for: pair.ai) else { throw GS1Error(.unknownAI, at: position) }
        var value: [UInt8] = []
        if let null = PercentEncoding.append(decoding: pair.value, plusIsSpace: isQuery, to: &value) {
            throw GS1Error(.nullInURI, ai: pair.ai, at: null)
        }
        try value.withTyped { (value: UnsafeBufferPointer<UInt8>) throws(GS1Error) in
            try judge.check(value, of: rule, at: position)
        }
        try builder.append(pair.ai, value: value, at: position)
    }

    /// Key and qualifiers in the path, attributes in the query, nothing twice.
    private static func checkRoles(path: [DigitalLink.Pair], query: [DigitalLink.Pair]) throws(GS1Error) {
        let sequence = path.map(\.ai)
        var seen = Set<ApplicationIdentifier>()
        for pair in path + query where !seen.insert(pair.ai).inserted {
            throw GS1Error(.repeatedInURI, ai: pair.ai, at: pair.value.startIndex)
        }
        guard DigitalLink.isSequence(sequence) else {
            throw GS1Error(.badQualifierOrder, ai: sequence.first, at: path.first?.value.startIndex ?? 0)
        }
        for pair in query {
            guard SyntaxDictionary.current.rule(for: pair.ai)?.isAttribute == true else {
                throw GS1Error(.notAnAttribute, ai: pair.ai, at: pair.value.startIndex)
            }
            guard !DigitalLink.belongs(pair.ai, in: sequence) else {
                throw GS1Error(.qualifierInQuery, ai: pair.ai, at: pair.value.startIndex)
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
        var text = Array(DigitalLink.canonicalStem.utf8)
        let finest = path.dropFirst().last { $0 != .consumerProductVariant }
        for ai in [key] + [finest].compactMap(\.self) {
            text.append(contentsOf: "/\(ai)/".utf8)
            PercentEncoding.append(escaping: self[ai] ?? [], to: &text)
        }
        return String(decoding: text, as: UTF8.self)
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
