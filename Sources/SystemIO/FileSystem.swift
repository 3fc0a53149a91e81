import CLinux

/// What a path lies on.
package enum FileSystem {
    /// Whether the path lies in memory (tmpfs, ramfs), where a sync costs nothing and keeps nothing.
    package static func isMemory(_ path: String) throws(SystemError) -> Bool {
        let answer = clinux_is_memory(path)
        guard answer >= 0 else { throw SystemError("statfs", path) }
        return answer == 1
    }
}
