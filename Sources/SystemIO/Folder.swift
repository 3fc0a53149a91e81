import Glibc

/// A folder whose files somebody else brings.
package enum Folder {
    /// A regular file in it.
    package struct File: Equatable, Sendable {
        /// Its name in the folder.
        package var name: String
        /// Whose it is.
        package var owner: UInt32
        /// Size in bytes.
        package var bytes: Int64
        /// When its content changed last, in nanoseconds.
        package var modified: Int64
    }

    /// The regular files of a folder, by name, and the names of all else; nothing hidden.
    package static func files(_ path: String) throws(SystemError) -> (files: [File], others: [String]) {
        guard let stream = opendir(path) else { throw SystemError("opendir", path) }
        defer { closedir(stream) }
        var files: [File] = []
        var others: [String] = []
        while let entry = readdir(stream) {
            guard let start = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            let text = (UnsafeRawPointer(entry) + start).assumingMemoryBound(to: CChar.self)
            let name = String(cString: text)
            var status = stat()
            guard !name.hasPrefix(".") else { continue }
            guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                others.append(name)
                continue
            }
            let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            files.append(
                File(name: name, owner: status.st_uid, bytes: Int64(status.st_size), modified: modified))
        }
        return (files.sorted { $0.name < $1.name }, others.sorted())
    }
}
