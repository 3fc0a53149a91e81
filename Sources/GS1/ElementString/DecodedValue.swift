/// A value whose bytes do not stand in the text one after another as they are: escapes are undone, or the
/// value is put together from parts.
///
/// It remembers where each byte came from, so that a fault is told by its place in the text as it was given.
///
///     text    .../10/A%2FB%20      place    29    30   33    34
///     value          A / B <SP>    offset   0     1    2     3
struct DecodedValue {
    private(set) var bytes: [UInt8] = []
    private var places: [Int] = []
    /// Where the value begins in the text.
    let start: Int

    /// - Parameter start: Where the value begins in the text.
    init(from start: Int) { self.start = start }

    /// A value that stands in the text as it is.
    ///
    /// - Parameter part: A slice of the text: its indices are places there.
    init<Part: Collection>(_ part: Part) where Part.Element == UInt8, Part.Index == Int {
        start = part.startIndex
        append(part)
    }

    /// - Parameter place: Where what stands for the byte begins in the text.
    mutating func append(_ byte: UInt8, from place: Int) {
        bytes.append(byte)
        places.append(place)
    }

    /// Appends a slice of the text as it is.
    mutating func append<Part: Collection>(_ part: Part) where Part.Element == UInt8, Part.Index == Int {
        for (place, byte) in zip(part.indices, part) { append(byte, from: place) }
    }

    /// The place in the text of the byte at `offset`; of one behind the last, that of the last.
    func place(of offset: Int) -> Int {
        places.indices.contains(offset) ? places[offset] : places.last ?? start
    }
}
