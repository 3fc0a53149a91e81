import CLinux
import Glibc

/// Secrets from people and files: never from arguments, never shown.
package enum SecretInput {
    /// Longest secret read, bytes.
    package static let maxBytes = 256

    /// Asks at the terminal of this process, without showing what is typed.
    ///
    /// - Returns: What was typed; `nil` without a terminal, or when the person gave up (Ctrl-C, Ctrl-D).
    package static func ask(_ prompt: String) -> String? {
        let terminal = clinux_openat(AT_FDCWD, "/dev/tty", O_RDWR | O_NOCTTY, 0)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        var silent = before
        // Every key comes to us, so that nothing can end this with the terminal left silent.
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { return nil }
        defer { _ = tcsetattr(terminal, TCSAFLUSH, &before) }
        show(prompt, on: terminal)
        let typed = typed(on: terminal)
        show("\n", on: terminal)
        return typed
    }

    private static func show(_ text: String, on terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
    }

    private static func typed(on terminal: Int32) -> String? {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            guard retryingInterrupts({ read(terminal, &byte, 1) }) == 1 else { return nil }
            switch byte {
            case 0x0A, 0x0D: return String(validating: bytes, as: UTF8.self)
            case 0x03, 0x04: return nil
            case 0x08, 0x7F: if !bytes.isEmpty { bytes.removeLast() }
            default: if bytes.count < maxBytes { bytes.append(byte) }
            }
        }
    }

    /// The first line of a file, a pipe or an open descriptor (`/dev/fd/N`).
    ///
    /// - Throws: The failed call; `EPERM` for a regular file that others than its owner may read, `EFBIG` for
    ///   a longer line, `EILSEQ` for one that is no text.
    package static func line(of path: String) throws(SystemError) -> String {
        let file = try Descriptor(path, O_RDONLY | O_NOCTTY)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemError("fstat", path) }
        guard status.st_mode & S_IFMT != S_IFREG || status.st_mode & 0o077 == 0 else {
            throw SystemError("read", path, number: EPERM)
        }
        var bytes: [UInt8] = []
        while bytes.count <= maxBytes {
            var byte: UInt8 = 0
            let got = retryingInterrupts { read(file.number, &byte, 1) }
            guard got >= 0 else { throw SystemError("read", path) }
            guard got > 0, byte != 0x0A else {
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw SystemError("read", path, number: EILSEQ)
                }
                return text.hasSuffix("\r") ? String(text.dropLast()) : text
            }
            bytes.append(byte)
        }
        throw SystemError("read", path, number: EFBIG)
    }

    /// Name of the terminal on standard input, without `/dev/`; `nil` where it is none.
    package static var terminalName: String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        var buffer = [CChar](repeating: 0, count: 128)
        guard ttyname_r(STDIN_FILENO, &buffer, buffer.count) == 0 else { return nil }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.hasPrefix("/dev/") ? String(name.dropFirst(5)) : name
    }
}
