import Glibc

/// Tells the service manager how the daemon stands: `sd_notify` without libsystemd.
///
/// - Source: sd_notify(3): one datagram of `NAME=value` lines to the socket named by `NOTIFY_SOCKET`, where a
///   leading `@` stands for the zero byte of an abstract name.
package struct ServiceNotifier: Sendable {
    private let path: String?
    /// How long the service manager waits for a sign of life, in nanoseconds; `nil` without a watchdog.
    package let watchdogNanoseconds: UInt64?

    /// Takes what the service manager said in the environment; silent without one.
    package init() {
        path = Self.environment("NOTIFY_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
        let isOurs = Self.environment("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        let micros = Self.environment("WATCHDOG_USEC").flatMap { UInt64($0) } ?? 0
        let (nanos, overflow) = micros.multipliedReportingOverflow(by: 1000)
        watchdogNanoseconds = isOurs && nanos > 0 && !overflow ? nanos : nil
    }

    /// Speaks to the socket at `path`.
    init(path: String?, watchdogNanoseconds: UInt64?) {
        self.path = path
        self.watchdogNanoseconds = watchdogNanoseconds
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Sends one state, for example `READY=1`. A service manager that does not listen is no fault of ours.
    package func send(_ state: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(state.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
