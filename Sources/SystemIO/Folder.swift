import Glibc

/// What lies in a folder.
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

    /// Names of all that is in a folder, in no order.
    package static func names(_ path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw SystemError("opendir", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            // An entry is shorter than its type: only the bytes up to the name's end may be touched.
            guard let start = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            let text = (UnsafeRawPointer(entry) + start).assumingMemoryBound(to: CChar.self)
            let name = String(cString: text)
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw SystemError("readdir", path) }
        return names
    }

    /// The regular files of a folder, by name, and the names of all else; nothing hidden.
    package static func files(_ path: String) throws(SystemError) -> (files: [File], others: [String]) {
        var files: [File] = []
        var others: [String] = []
        for name in try names(path) where !name.hasPrefix(".") {
            var status = stat()
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
