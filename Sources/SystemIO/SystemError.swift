import Glibc

/// A system call that failed: which one, on what, and why in the system's words.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Name of the call, for example `openat`.
    package var operation: String
    /// What it was called on.
    package var path: String
    /// Error number of the system.
    package var number: Int32

    /// Stands for an error number where a pipe, a socket or a device is in place of a file.
    package static let notAFile: Int32 = -1

    /// Whether what was read is longer than its limit.
    package var isTooLong: Bool { number == EFBIG }

    /// Whether the disk, or the account's share of it, is full.
    package var isFull: Bool { number == ENOSPC || number == EDQUOT }

    /// Whether another process has what was asked for.
    package var isTaken: Bool { number == EADDRINUSE }

    /// Whether the reader of a pipe has gone.
    package var isBrokenPipe: Bool { number == EPIPE }

    /// Whether something else is there already.
    package var exists: Bool { number == EEXIST }

    /// Whether a link, a file or something else is in place of a directory.
    package var isNoDirectory: Bool { number == ENOTDIR || number == ELOOP }

    /// Takes `errno` as it is now.
    package init(_ operation: String, _ path: String, number: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    package var description: String {
        if number == Self.notAFile { return "\(operation) \(path): not a regular file" }
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return "\(operation) \(path): \(reason)"
    }
}

/// Repeats a call that a signal interrupted. Never used for syncs: what a failed sync did is unknown.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
