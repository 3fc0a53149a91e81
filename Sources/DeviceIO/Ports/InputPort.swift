import DeviceCore
import Glibc

/// Opens scanners that show themselves as keyboards, and keeps what they type from everybody else.
enum InputPort {
    /// Opens an input device for reading and grabs it: a scanner that also types into the console, where it
    /// may log in or start programs, is worse than none.
    ///
    /// - Returns: The descriptor; the caller closes it, which ends the grab.
    /// - Throws: `DEV-150` with the path, the reason and what to do.
    static func open(_ path: String) throws(DeviceFault) -> CInt {
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path, errno) }
        guard ioctl(descriptor, grab, CInt(1)) == 0 else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw fault(path, code)
        }
        return descriptor
    }

    /// EVIOCGRAB of linux/input.h, a macro Swift does not see.
    private static let grab: UInt = 0x4004_4590

    private static func fault(_ path: String, _ code: CInt) -> DeviceFault {
        let why: String
        switch code {
        case ENOENT, ENXIO, ENODEV: why = "no such input device; is it plugged in?"
        case EACCES, EPERM: why = "permission denied; the user needs the group of the device (input)"
        case EBUSY: why = "grabbed by another program"
        case ENOTTY, EINVAL: why = "not an input device"
        default: why = String(cString: strerror(code))
        }
        return DeviceFault(.openFailed, "\(path): \(why)")
    }
}
