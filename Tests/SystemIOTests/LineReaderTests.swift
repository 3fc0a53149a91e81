import Glibc
import SystemIO
import Testing

/// Goal: every line of a stream comes out once, whole or as too long, however it is cut. Method: a pipe
/// that is filled piece by piece.
@Suite struct LineReaderTests {
    /// Writes the pieces one after another, reading after each, and answers all lines.
    private func lines(_ pieces: [[UInt8]], limit: Int = 8) throws -> [LineReader.Line] {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var reader = LineReader(descriptor: ends[0], maxLineBytes: limit)
        var lines: [LineReader.Line] = []
        for piece in pieces where !piece.isEmpty {
            #expect(write(ends[1], piece, piece.count) == piece.count)
            lines += try reader.next() ?? []
        }
        close(ends[1])
        while let more = try reader.next() { lines += more }
        #expect(try reader.next() == nil)
        close(ends[0])
        return lines
    }

    @Test func everyCutGivesTheSameLines() throws {
        let text = Array("one\n\ntwo\r\n12345678\n123456789\n\u{0}\u{1D}\nlast".utf8)
        let expected: [LineReader.Line] = [
            .bytes(Array("one".utf8)), .bytes([]), .bytes(Array("two\r".utf8)),
            .bytes(Array("12345678".utf8)),
            .tooLong(bytes: 9), .bytes([0, 0x1D]), .bytes(Array("last".utf8)),
        ]
        #expect(try lines([text]) == expected)
        #expect(try lines(text.map { [$0] }) == expected)
        for place in text.indices {
            #expect(try lines([Array(text[..<place]), Array(text[place...])]) == expected, "cut at \(place)")
        }
    }

    @Test func longLinesAreCountedAndNotKept() throws {
        let long = [UInt8](repeating: 0x78, count: 60_000)
        #expect(try lines([long, long, [0x0A, 0x79, 0x0A]]) == [.tooLong(bytes: 120_000), .bytes([0x79])])
        #expect(try lines([long]) == [.tooLong(bytes: 60_000)])
        #expect(try lines([]).isEmpty && lines([[0x0A]]) == [.bytes([])])
    }

    @Test func aStreamThatCannotBeReadIsAnError() {
        var reader = LineReader(descriptor: -1, maxLineBytes: 8)
        #expect(throws: SystemError("read", "standard input", number: EBADF)) { try reader.next() }
    }
}
