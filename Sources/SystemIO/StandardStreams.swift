import Glibc

/// Lines of a pipe, a terminal or a file as they arrive, each with a limit.
package struct LineReader {
    /// A line without its end.
    package enum Line: Equatable, Sendable {
        case bytes([UInt8])
        /// A line of more bytes than the limit; they are not kept.
        case tooLong(bytes: Int)
    }

    private let descriptor: Int32
    private let maxLineBytes: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var rest: [UInt8] = []
    /// Bytes of a line that is too long, so far.
    private var dropped = 0
    private var isAtEnd = false

    /// - Parameter descriptor: What to read; standard input unless given.
    /// - Parameter maxLineBytes: Longest line, its end not counted.
    package init(descriptor: Int32 = STDIN_FILENO, maxLineBytes: Int) {
        self.descriptor = descriptor
        self.maxLineBytes = maxLineBytes
    }

    /// Waits for more, and answers the lines that are complete with it; there may be none yet.
    ///
    /// The last line needs no end. Memory is bounded by the limit.
    ///
    /// - Returns: `nil` once everything was read.
    package mutating func next() throws(SystemError) -> [Line]? {
        guard !isAtEnd else { return nil }
        let count = retryingInterrupts {
            buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        }
        guard count >= 0 else { throw SystemError("read", "standard input") }
        guard count > 0 else {
            isAtEnd = true
            return rest.isEmpty && dropped == 0 ? [] : [endLine()]
        }
        var lines: [Line] = []
        var start = 0
        while start < count {
            let end = buffer[start..<count].firstIndex(of: 0x0A) ?? count
            take(buffer[start..<end])
            if end < count { lines.append(endLine()) }
            start = end + 1
        }
        return lines
    }

    private mutating func take(_ part: ArraySlice<UInt8>) {
        guard dropped == 0, rest.count + part.count <= maxLineBytes else {
            dropped += rest.count + part.count
            rest.removeAll(keepingCapacity: true)
            return
        }
        rest += part
    }

    private mutating func endLine() -> Line {
        defer {
            rest.removeAll(keepingCapacity: true)
            dropped = 0
        }
        return dropped > 0 ? .tooLong(bytes: dropped) : .bytes(rest)
    }
}

/// Standard output, for answers that must not get lost.
package enum StandardOutput {
    /// Writes all bytes.
    ///
    /// - Throws: What kept them from being written: a full disk, a reader that is gone.
    package static func write(_ bytes: [UInt8]) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = retryingInterrupts {
                bytes.withUnsafeBytes {
                    Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: done), bytes.count - done)
                }
            }
            guard count > 0 else { throw SystemError("write", "standard output") }
            done += count
        }
    }

    /// Writes out what was printed so far.
    ///
    /// - Returns: `nil`, or what kept it from being written.
    @discardableResult
    package static func flush() -> SystemError? {
        fflush(nil) == 0 ? nil : SystemError("write", "standard output")
    }
}

/// Standard error, for what is not the answer.
package enum StandardError {
    /// Whether a person looks at it.
    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes text as it is; a closed stream is nobody's loss.
    package static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
