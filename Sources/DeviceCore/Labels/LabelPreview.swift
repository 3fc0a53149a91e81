/// A label drawn with characters: each field where it stands, upright, and nothing over anything else.
///
/// A character stands for as many dots as fit the label into ``columns``; a line for twice as many. A field
/// that would cover another stands in the next lines that are free; one that is too long for its line begins
/// further left, or goes on in the next.
package struct LabelPreview {
    /// Columns of the drawing with its frame.
    package static let columns = 80
    /// Fewest columns inside the frame, however narrow the label is.
    private static let minInside = 40
    private static let maxInside = columns - 2
    /// Lines for the label's own height, however long it is.
    private static let maxLines = 60

    private var inside: Int
    private let lineDots: Int
    private let columnDots: Int
    /// Cells of each line; `nil` where nothing stands, empty behind a character of two columns.
    private var cells: [[String?]] = []

    /// Draws a label.
    ///
    /// - Parameters:
    ///   - drawing: What is on it.
    ///   - words: What a symbol carries, in words.
    /// - Returns: Lines of at most ``columns`` columns.
    package static func lines(_ drawing: LabelDrawing, _ words: (LabelSymbol) -> String) -> [String] {
        var preview = LabelPreview(drawing)
        let places = drawing.fields.map { (Place(of: $0, on: drawing), $0.content) }
        for (place, content) in places.sorted(by: { ($0.0.down, $0.0.along) < ($1.0.down, $1.0.along) }) {
            switch content {
            case .text(let lines): preview.draw(lines, at: place)
            case .symbol(let symbol): preview.draw(["[\(symbol.name) \(words(symbol))]"], at: place)
            }
        }
        return preview.framed + (drawing.leftOut > 0 ? ["and \(drawing.leftOut) more fields"] : [])
    }

    /// Where a field begins on the label as it is held to read it, in dots.
    private struct Place {
        var along: Int
        var down: Int

        init(of field: LabelDrawing.Field, on drawing: LabelDrawing) {
            let right = drawing.width - field.left - field.width
            let bottom = drawing.height - field.top - field.height
            switch drawing.turn {
            case .none: (along, down) = (field.left, field.top)
            case .right: (along, down) = (field.top, right)
            case .half: (along, down) = (right, bottom)
            case .left: (along, down) = (bottom, field.left)
            }
        }
    }

    private init(_ drawing: LabelDrawing) {
        let isTurned = drawing.turn == .right || drawing.turn == .left
        let (width, height) =
            isTurned ? (drawing.height, drawing.width) : (drawing.width, drawing.height)
        columnDots = max(1, (width + Self.maxInside - 1) / Self.maxInside)
        inside = min(max((width + columnDots - 1) / columnDots, Self.minInside), Self.maxInside)
        lineDots = max(2 * columnDots, (height + Self.maxLines - 1) / Self.maxLines)
        let lines = (height + lineDots - 1) / lineDots
        cells = Array(repeating: Array(repeating: nil, count: inside), count: min(lines, Self.maxLines))
    }

    private mutating func draw(_ lines: [String], at place: Place) {
        let pieces = lines.flatMap(wrapped)
        let width = pieces.map { $0.reduce(0) { $0 + Self.width($1) } }.max() ?? 0
        guard width > 0 else { return }
        let column = min(max(place.along / columnDots, 0), inside - width)
        var line = min(max(place.down / lineDots, 0), Self.maxLines)
        while !isFree(line..<line + pieces.count, column..<column + width) { line += 1 }
        while cells.count < line + pieces.count { cells.append(Array(repeating: nil, count: inside)) }
        for (index, piece) in pieces.enumerated() {
            var at = column
            for character in piece {
                cells[line + index][at] = String(character)
                if Self.width(character) == 2 { cells[line + index][at + 1] = "" }
                at += Self.width(character)
            }
        }
    }

    /// With one blank column to either side, so that two fields stay two.
    private func isFree(_ lines: Range<Int>, _ columns: Range<Int>) -> Bool {
        let columns = max(columns.lowerBound - 1, 0)..<min(columns.upperBound + 1, inside)
        return lines.allSatisfy { line in
            line >= cells.count || columns.allSatisfy { cells[line][$0] == nil }
        }
    }

    /// In pieces that fit between the frame.
    private func wrapped(_ text: String) -> [[Character]] {
        var pieces: [[Character]] = [[]]
        var width = 0
        for character in text {
            let next = Self.width(character)
            if width + next > inside {
                pieces.append([])
                width = 0
            }
            pieces[pieces.count - 1].append(character)
            width += next
        }
        return pieces
    }

    /// Columns of a character on a terminal: from Hangul on most scripts take two.
    private static func width(_ character: Character) -> Int {
        (character.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 2 : 1
    }

    private var framed: [String] {
        let edge = "+" + String(repeating: "-", count: inside) + "+"
        return [edge] + cells.map { "|" + $0.map { $0 ?? " " }.joined() + "|" } + [edge]
    }
}
