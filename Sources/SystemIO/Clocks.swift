import CLinux
import Glibc

/// The clock for deadlines and ageing.
package enum MonotonicClock {
    /// Nanoseconds since the machine started, time asleep included: a pass signal older than a suspend has
    /// expired. Never runs backwards.
    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// The clock on the wall. Only recorded, never compared.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z; 0 for a clock set before that.
    package static func nowMilliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        guard time.tv_sec > 0 else { return 0 }
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}

/// Which start of the machine this is.
package enum BootID {
    /// 36 characters from the kernel, new at every boot.
    package static func current() throws(SystemError) -> String {
        let path = "/proc/sys/kernel/random/boot_id"
        let bytes = try DurableFile.read(path, maxBytes: 64)
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}

/// Random bytes from the kernel.
package enum Entropy {
    /// `count` bytes fit for keys.
    package static func bytes(_ count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = retryingInterrupts {
                bytes.withUnsafeMutableBytes {
                    clinux_random($0.baseAddress?.advanced(by: done), count - done)
                }
            }
            guard got > 0 else { throw SystemError("getrandom", "") }
            done += got
        }
        return bytes
    }
}

/// Waiting, on a thread that may.
package enum Pause {
    /// Sleeps; a signal may end it early.
    package static func milliseconds(_ count: UInt64) {
        usleep(UInt32(clamping: min(count, 3_600_000) * 1_000))
    }
}
