/// Reads one JSON text of any length in chunks, and cuts one array out of it, element by element.
///
///     var cutter = JSONArrayCutter(paths: [["body", "list"]], limits: limits)
///     while let chunk = read() {
///         cutter.append(chunk)
///         while let piece = try cutter.next() { ... }
///     }
///     let rest = try cutter.finish()      // the whole text, an empty array in place of the one cut out
///
/// What is taken, and what is refused at which byte, is as by `JSONValue.parse` of the whole, however the
/// text is divided into chunks. The limits are those of each element, and of the text without them; the text
/// as a whole has none.
package struct JSONArrayCutter: Sendable {
    /// What was read.
    package enum Piece: Equatable, Sendable {
        /// An array begins at one of the paths. `head` is the text up to it, what is open closed; ``cut()``
        /// now, or the array stays where it is.
        case opened(path: Int, head: JSONValue)
        /// The next element of the array that is cut out.
        case element(JSONValue)
    }

    /// Names of members from the top to an array.
    private let paths: [[String]]
    private let limits: JSONLimits

    private enum Phase { case seeking, cutting, resting }
    private var phase = Phase.seeking

    /// The text without what was cut out.
    private var text: [UInt8] = []
    /// Bytes of `text` that were looked at for an array.
    private var sought = 0
    private var outline: Outline
    /// Of `text` before the array's first element, once it is cut out; the array is open there.
    private var cutAt = 0
    private var depthAtCut = 0
    /// Bytes of the file between `cutAt` and what follows in `text`.
    private var removed = 0

    /// Of the array: from the first byte not taken yet on.
    private var pending: [UInt8] = []
    /// Bytes of the file before `pending`.
    private var base = 0
    private var index = 0
    private var place = Place.first
    /// Where in the array the next byte stands.
    private enum Place: Equatable {
        /// Behind the bracket; an element or the end follows.
        case first
        /// Behind a comma.
        case next
        /// In an element that begins at this place of `pending`.
        case inside(start: Int)
        /// Behind an element.
        case behind
    }
    private var extent = Extent()

    /// - Parameters:
    ///   - paths: Where the array may stand: names of members, from the top.
    ///   - limits: Of each element and of all else; depth is that of the whole text.
    package init(paths: [[String]], limits: JSONLimits) {
        self.paths = paths
        self.limits = limits
        outline = Outline(depth: paths.map(\.count).max() ?? 0)
    }

    /// Gives the next bytes of the text.
    package mutating func append(_ chunk: some Collection<UInt8>) {
        guard phase == .cutting else { return text.append(contentsOf: chunk) }
        let taken: Int
        if case .inside(let start) = place { taken = start } else { taken = index }
        pending.removeFirst(taken)
        base += taken
        index -= taken
        if case .inside = place { place = .inside(start: 0) }
        pending.append(contentsOf: chunk)
    }

    /// The next piece that is complete.
    ///
    /// - Returns: `nil` until more bytes are given.
    /// - Throws: The first fault of the text, with its byte; then it cannot be read on.
    package mutating func next() throws(JSONError) -> Piece? {
        switch phase {
        case .seeking: return try seek()
        case .cutting: return try nextElement()
        case .resting:
            try checkLength()
            return nil
        }
    }

    /// Has the array that ``Piece/opened(path:head:)`` told of cut out: its elements follow.
    package mutating func cut() {
        precondition(phase == .seeking && sought > 0, "no array was opened: \(sought) bytes read")
        phase = .cutting
        cutAt = sought
        base = sought
        depthAtCut = outline.depth
        pending = Array(text[sought...])
        text.removeLast(text.count - sought)
    }

    /// The text without the elements that were cut out.
    ///
    /// - Throws: The first fault of what was not read yet.
    package mutating func finish() throws(JSONError) -> JSONValue {
        if phase == .cutting {
            // Whatever is wrong with the element that is begun comes before the missing end.
            if case .inside(let start) = place { _ = try parseElement(start, pending.count) }
            throw JSONError(.unexpectedEnd, at: base + pending.count)
        }
        do throws(JSONError) {
            return try JSONValue.parse(text, limits: limits)
        } catch {
            throw JSONError(error.code, at: inFile(error.offset))
        }
    }

    /// Where a byte of `text` stands in the text as it was given.
    private func inFile(_ offset: Int) -> Int { offset < cutAt ? offset : offset + removed }

    // MARK: The text around the array

    private mutating func seek() throws(JSONError) -> Piece? {
        let found = text.withUnsafeBufferPointer { outline.follow($0, from: sought, paths) }
        sought = found.end
        if found.isWhole { phase = .resting }
        guard let path = found.path else {
            try checkLength()
            return nil
        }
        var head = Array(text[..<sought])
        head.append(UInt8(ascii: "]"))
        head += [UInt8](repeating: UInt8(ascii: "}"), count: paths[path].count)
        return .opened(path: path, head: try JSONValue.parse(head, limits: limits))
    }

    /// - Throws: Of a text that is too long, what is wrong with it so far.
    private func checkLength() throws(JSONError) {
        guard text.count > limits.maxBytes else { return }
        do throws(JSONError) {
            _ = try JSONValue.parse(text[..<limits.maxBytes], limits: limits)
        } catch {
            if error.code != .unexpectedEnd { throw JSONError(error.code, at: inFile(error.offset)) }
        }
        throw JSONError(.tooManyBytes, at: inFile(limits.maxBytes))
    }

    // MARK: The array

    private mutating func nextElement() throws(JSONError) -> Piece? {
        while index < pending.count {
            let byte = pending[index]
            switch place {
            case .inside(let start):
                guard let end = pending.withUnsafeBufferPointer({ extent.end($0, from: index) }) else {
                    index = pending.count
                    try checkElementLength(start)
                    return nil
                }
                index = end
                place = .behind
                return .element(try parseElement(start, end))
            case _ where Self.isSpace(byte): index += 1
            case .first where byte == UInt8(ascii: "]"), .behind where byte == UInt8(ascii: "]"):
                endArray()
                return nil
            case .behind where byte == UInt8(ascii: ","):
                index += 1
                place = .next
            case .first where Self.beginsElement(byte), .next where Self.beginsElement(byte):
                extent = Extent()
                place = .inside(start: index)
            case .first, .next, .behind: throw JSONError(.unexpectedByte, at: base + index)
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Anything but what ends an element: the parser judges it.
    private static func beginsElement(_ byte: UInt8) -> Bool {
        ![UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte)
    }

    private mutating func endArray() {
        removed = base + index - cutAt
        text += pending[index...]
        pending = []
        phase = .resting
    }

    private func parseElement(_ start: Int, _ end: Int) throws(JSONError) -> JSONValue {
        let inner = JSONLimits(
            maxBytes: limits.maxBytes, maxDepth: limits.maxDepth - depthAtCut,
            allowsDuplicateKeys: limits.allowsDuplicateKeys)
        do throws(JSONError) {
            return try JSONValue.parse(pending[start..<end], limits: inner)
        } catch {
            // A number or word does not end too early, the byte behind it is wrong.
            if error.code == .unexpectedEnd, end < pending.count { return try parseElement(start, end + 1) }
            // Behind a whole value only a comma or the end may stand.
            let code = error.code == .trailingBytes ? .unexpectedByte : error.code
            throw JSONError(code, at: base + start + error.offset)
        }
    }

    private func checkElementLength(_ start: Int) throws(JSONError) {
        guard pending.count - start > limits.maxBytes else { return }
        do throws(JSONError) {
            _ = try parseElement(start, start + limits.maxBytes)
        } catch {
            if error.code != .unexpectedEnd { throw error }
        }
        throw JSONError(.tooManyBytes, at: base + start + limits.maxBytes)
    }
}

/// Follows brackets, strings and the names of members, down to the depth where an array may stand.
///
/// What it takes for a name or bracket is one if the text is JSON; the parser says whether it is.
private struct Outline: Sendable {
    private let deepest: Int
    private(set) var depth = 0
    /// Of what is open, down to `deepest`: whether it is an object, and the name of its member at hand.
    private var isObject: [Bool]
    private var names: [String?]
    private var isNameNext = false
    private var nameStart: Int?
    private var string = StringBounds()

    init(depth: Int) {
        deepest = depth
        isObject = [Bool](repeating: false, count: depth)
        names = [String?](repeating: nil, count: depth)
    }

    /// Goes on from `start` to the end of the bytes, the end of the text, or behind the bracket of an array
    /// at one of the paths.
    mutating func follow(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ paths: [[String]]
    ) -> (end: Int, path: Int?, isWhole: Bool) {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if string.isInside {
                if string.endsWith(byte) { endString(at: index, bytes) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                string.isInside = true
                nameStart = isNameNext ? index - 1 : nil
            case UInt8(ascii: "{"): open(isObject: true)
            case UInt8(ascii: "["):
                let path = paths.firstIndex(where: isHere)
                open(isObject: false)
                if let path { return (index, path, false) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                isNameNext = false
                if depth <= 0 { return (index, nil, true) }
            case UInt8(ascii: ","): isNameNext = depth <= deepest && depth > 0 && isObject[depth - 1]
            default: break
            }
        }
        return (index, nil, false)
    }

    private mutating func endString(at end: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = nameStart else { return }
        names[depth - 1] = (try? JSONValue.parse(bytes[start..<end]))?.string
        nameStart = nil
        isNameNext = false
    }

    private mutating func open(isObject: Bool) {
        depth += 1
        isNameNext = isObject && depth <= deepest
        if depth <= deepest {
            self.isObject[depth - 1] = isObject
            names[depth - 1] = nil
        }
    }

    private func isHere(_ path: [String]) -> Bool {
        guard path.count == depth, isObject[..<depth].allSatisfy({ $0 }) else { return false }
        return zip(names, path).allSatisfy { name, wanted in name.map { sameCodeUnits($0, wanted) } ?? false }
    }
}

/// Whether the next byte stands in a string.
private struct StringBounds: Sendable {
    var isInside = false
    private var isEscaped = false

    /// Takes a byte inside the string.
    ///
    /// - Returns: Whether it was the quotation mark at its end.
    @inline(__always)
    mutating func endsWith(_ byte: UInt8) -> Bool {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInside = false
            return true
        }
        return false
    }
}

/// Finds the end of one element, by its brackets and strings alone.
private struct Extent: Sendable {
    private var depth = 0
    private var string = StringBounds()

    /// - Returns: Behind its last byte; `nil` where it goes on behind the bytes.
    mutating func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if string.isInside {
                index += 1
                if string.endsWith(byte), depth == 0 { return index }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): string.isInside = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The bracket of a number or word is the array's, or a wrong one.
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09: if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return nil
    }
}
