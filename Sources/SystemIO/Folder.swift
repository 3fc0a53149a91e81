import Glibc

/// What lies in a folder.
package enum Folder {
    /// Names of all that is in a folder, in no order.
    package static func names(_ path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw SystemError("opendir", path) }
        return try names(stream, path)
    }

    /// Reads a stream to its end and closes it.
    static func names(_ stream: OpaquePointer, _ path: String) throws(SystemError) -> [String] {
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
}
