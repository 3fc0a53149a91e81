import CLinux
import DeviceCore
import Glibc

/// Opens serial ports raw. A port that lacks an extra (some ptys have no exclusive lock) still opens.
public enum SerialPort {
    /// The codes of termios for ``SerialSettings/speeds``.
    static let codes: [Int: Int32] = [
        1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600, 19200: B19200, 38400: B38400, 57600: B57600,
        115_200: B115200, 230_400: B230400, 460_800: B460800, 921_600: B921600,
    ]

    /// Opens `path` without becoming its controlling process, locks it, sets it raw, drops what waited in it.
    ///
    /// - Returns: The descriptor; the caller closes it.
    /// - Throws: `DEV-150` with the path, the reason and what to do.
    static func open(_ path: String, _ settings: SerialSettings) throws(DeviceFault) -> CInt {
        // O_NONBLOCK: without it, open waits for the carrier line.
        let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path, errno) }
        do throws(DeviceFault) {
            try lock(descriptor, path)
            try setRaw(descriptor, path, settings)
            return descriptor
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func lock(_ descriptor: CInt, _ path: String) throws(DeviceFault) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw fault(path, errno == EWOULDBLOCK ? EBUSY : errno)
        }
        // Keeps other programs of ordinary users out. Ports without it answer ENOTTY.
        guard ioctl(descriptor, UInt(TIOCEXCL)) == 0 || errno == ENOTTY else { throw fault(path, errno) }
    }

    private static func setRaw(
        _ descriptor: CInt, _ path: String, _ settings: SerialSettings
    ) throws(DeviceFault) {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { throw fault(path, errno) }
        cfmakeraw(&modes)
        modes.c_iflag &= ~tcflag_t(IXON | IXOFF | IXANY | INPCK | PARMRK)
        modes.c_cflag &= ~tcflag_t(CSIZE | PARENB | PARODD | CSTOPB)
        modes.c_cflag &= ~tcflag_t(CRTSCTS)
        modes.c_cflag |= tcflag_t(CREAD | CLOCAL) | tcflag_t(settings.dataBits == 7 ? CS7 : CS8)
        if settings.stopBits == 2 { modes.c_cflag |= tcflag_t(CSTOPB) }
        if settings.parity != .none { modes.c_cflag |= tcflag_t(PARENB) }
        if settings.parity == .odd { modes.c_cflag |= tcflag_t(PARODD) }
        if settings.flow == .rtscts { modes.c_cflag |= tcflag_t(CRTSCTS) }
        if settings.flow == .xonxoff { modes.c_iflag |= tcflag_t(IXON | IXOFF) }
        if let code = codes[settings.baud] { cfsetspeed(&modes, speed_t(code)) }
        guard tcsetattr(descriptor, TCSANOW, &modes) == 0 else { throw fault(path, errno) }
        if settings.isRS485, clinux_serial_rs485(descriptor) != 0 {
            let why = errno == ENOTTY || errno == EINVAL ? "its driver cannot switch a two-wire bus" : nil
            throw DeviceFault(
                .openFailed,
                "\(path): rs485=on: \(why ?? String(cString: strerror(errno))); leave it out where "
                    + "the adapter "
                    + "switches by itself")
        }
        // Bytes at once, not after the adapter's pause (16 ms at some); ports without it are as fast as
        // they are.
        _ = clinux_serial_low_latency(descriptor)
        // What came before we listened belongs to nobody.
        tcflush(descriptor, TCIOFLUSH)
    }

    private static func fault(_ path: String, _ code: CInt) -> DeviceFault {
        let why: String
        switch code {
        case ENOENT, ENXIO, ENODEV: why = "no such port; is it plugged in?"
        case EACCES, EPERM: why = "permission denied; the user needs the group of the port (dialout)"
        case EBUSY: why = "in use by another program"
        case ENOTTY, EINVAL: why = "not a serial port"
        default: why = String(cString: strerror(code))
        }
        return DeviceFault(.openFailed, "\(path): \(why)")
    }
}
