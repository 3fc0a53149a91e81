/// The job a device loads for a product: a printer's message, a camera's program, by the name it has there.
package struct DeviceJob: Equatable, Sendable {
    /// As named in the configuration.
    package var device: String
    /// Name of the job at the device: 1 to 64 printable ASCII characters.
    package var job: String

    /// Names a device's job.
    package init(device: String, job: String) {
        self.device = device
        self.job = job
    }
}

/// A device whose jobs can be selected and read back.
package struct JobDevice: Equatable, Sendable {
    /// As named in the configuration.
    package var name: String
    /// Bytes its command cannot carry.
    package var forbidden: Set<UInt8>
    /// Longest name of a job.
    package var maxBytes: Int

    /// Makes an entry.
    package init(name: String, forbidden: Set<UInt8> = [], maxBytes: Int = Order.maxJobNameBytes) {
        self.name = name
        self.forbidden = forbidden
        self.maxBytes = maxBytes
    }

    func carries(_ job: String) -> Bool {
        job.utf8.count <= maxBytes && job.utf8.allSatisfy { !forbidden.contains($0) }
    }
}

extension Order {
    /// Most jobs in one order.
    package static let maxJobs = 32
    /// Longest name of a job.
    package static let maxJobNameBytes = 64
    /// Longest name of a device.
    private static let maxDeviceNameBytes = 64

    /// The name of a device's job, or `nil`.
    package func job(of device: String) -> String? { jobs.first { $0.device == device }?.job }

    /// The first thing wrong with the jobs, whatever the line.
    var jobFault: Refusal? {
        guard jobs.count <= Self.maxJobs else {
            return Refusal(
                "ORDER-121", "\(jobs.count) jobs are more than \(Self.maxJobs)", "Name one for each device.")
        }
        for (wanted, next) in zip(jobs, jobs.dropFirst()) where wanted.device >= next.device {
            return Refusal(
                "ORDER-121", "device \(next.device) has two jobs, or the jobs are not in order",
                "Name one job for each device.")
        }
        for wanted in jobs {
            guard (1...Self.maxDeviceNameBytes).contains(wanted.device.utf8.count),
                Self.isPrintable(wanted.device)
            else {
                return Refusal(
                    "ORDER-122", "a job is for no device", "Name the device as in the line's file.")
            }
            guard (1...Self.maxJobNameBytes).contains(wanted.job.utf8.count), Self.isPrintable(wanted.job)
            else {
                return Refusal(
                    "ORDER-122", "the job of \(wanted.device) has no name that can be read back",
                    "Use 1 to \(Self.maxJobNameBytes) printable ASCII characters, no space at either end.")
            }
        }
        return nil
    }

    private static func isPrintable(_ name: String) -> Bool {
        name.utf8.allSatisfy { (0x20...0x7E).contains($0) } && name.first != " " && name.last != " "
    }
}
