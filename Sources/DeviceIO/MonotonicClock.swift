import Glibc

/// The clock of deadlines: nanoseconds since the machine started, the same for every thread and process.
public enum MonotonicClock {
    /// Now, in nanoseconds (`CLOCK_MONOTONIC`).
    public static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
