import Glibc

/// A file, a pipe or standard input, read from front to back in chunks.
package struct ByteSource {
    /// Bytes of a chunk at most.
    private static let chunkBytes = 1 << 18

    private let name: String
    /// `nil` for standard input, which stays open.
    private let file: Descriptor?
    private let maxBytes: Int
    private var buffer = [UInt8](repeating: 0, count: chunkBytes)
    private var done = 0

    /// Standard input.
    ///
    /// - Parameter maxBytes: More are an error.
    package init(standardInput maxBytes: Int) {
        name = "standard input"
        file = nil
        self.maxBytes = maxBytes
    }

    /// Opens a file or a pipe; a pipe that has a name is waited for until somebody writes to it.
    ///
    /// - Parameter maxBytes: More are an error.
    /// - Throws: The failed call; `EISDIR` for a directory, ``SystemError/notAFile`` for a device or socket.
    package init(_ path: String, maxBytes: Int) throws(SystemError) {
        name = path
        self.maxBytes = maxBytes
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError("stat", path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFIFO: break
        case S_IFDIR: throw SystemError("read", path, number: EISDIR)
        default: throw SystemError("read", path, number: SystemError.notAFile)
        }
        file = try Descriptor(path, O_RDONLY, waits: true)
    }

    /// Gives the next bytes to `take`, as they arrive.
    ///
    /// - Returns: `false` once everything was read.
    /// - Throws: The failed call; `EFBIG` beyond the limit, the bytes before it were given.
    package mutating func next<Failure: Error>(
        _ take: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws -> Bool {
        let wanted = min(Self.chunkBytes, maxBytes - done + 1)
        let number = file?.number ?? STDIN_FILENO
        let count = retryingInterrupts {
            buffer.withUnsafeMutableBytes { read(number, $0.baseAddress, wanted) }
        }
        guard count >= 0 else { throw SystemError("read", name) }
        done += count
        guard done <= maxBytes else { throw SystemError("read", name, number: EFBIG) }
        if count > 0 { try take(buffer[..<count]) }
        return count > 0
    }
}
