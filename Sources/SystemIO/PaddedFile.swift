import CLinux
import Glibc

/// A file of a fixed size, written in full and synced once, whose bytes are then overwritten and synced.
///
/// The least a disk asks for a commit into space allocated ahead: what other times are held against.
package final class PaddedFile {
    private let file: Descriptor
    private let path: String

    /// Makes a file of `count` newlines, durably.
    package init(_ path: String, count: Int) throws(SystemError) {
        self.path = path
        file = try Descriptor(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o640)
        var at = 0
        while at < count {
            let step = min(1 << 20, count - at)
            try file.write([UInt8](repeating: 0x0A, count: step), at: at)
            at += step
        }
        guard fsync(file.number) == 0 else { throw SystemError("fsync", path) }
        try DurableFile.syncDirectory(of: path)
    }

    /// Writes `bytes` at `offset` and waits for the disk.
    package func commit(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        try file.write(bytes, at: offset)
        guard fdatasync(file.number) == 0 else { throw SystemError("fdatasync", path) }
    }
}
