import Crypto
import JournalCore
import Simulator
import SystemIO

/// `seriatim journal verify` over the journal of a line, against reading the same bytes and one SHA-256 over
/// each of their lines.
enum VerifyFigure: BenchFigure {
    static let name = "journal.verify"
    private static let least = 500_000.0

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let folder = try run.scratch.folder()
        defer { run.scratch.remove(folder) }
        let units = run.size(500_000, quick: 40_000)
        let rounds = run.size(5, quick: 3)
        let directory = folder + "/journal"
        run.say("making a journal of \(units) units")
        return try await BenchThread.run {
            let bytes = try BenchJournal.make(units: units, in: directory)
            var verified: [Double] = []
            var hashed: [Double] = []
            var report = try JournalVerifier.verify(storage: FileStorage(directory, writable: false))
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                report = try JournalVerifier.verify(storage: FileStorage(directory, writable: false))
                verified.append(seconds(since: start))
                hashed.append(try hash(directory))
            }
            guard report.verdict == .intact || report.verdict == .unsignedTail else {
                throw CommandFailure("BENCH-107 journal: \(report.summary) Report this fault.", status: 70)
            }
            let records = Double(report.records)
            let rate = records / BenchNumber.median(verified)
            let hashRate = records / BenchNumber.median(hashed)
            return [
                BenchResult(
                    name: name, value: rate, unit: "/s",
                    details: [
                        .init(name: "records", value: records), .init(name: "bytes", value: Double(bytes)),
                    ],
                    baseline: [.init(name: "read_and_sha256_per_second", value: hashRate)],
                    baselineText: BenchNumber.grouped(hashRate) + " /s hash",
                    target: .init(text: ">= 500 000 /s", isHeld: rate >= least),
                    note: "Median of \(rounds) verifications of \(report.records) records in "
                        + "\(bytes >> 20) MiB, one thread; beside it, reading them and SHA-256 of each line.")
            ]
        }
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        Double(BenchClock.nanoseconds(ContinuousClock.now - start)) / 1e9
    }

    /// Reads all segments and hashes each line by itself.
    private static func hash(_ directory: String) throws -> Double {
        let start = ContinuousClock.now
        let files = try FileStorage(directory, writable: false)
        var ends: UInt64 = 0
        for name in try files.names().filter({ JournalFormat.segmentNumber($0) != nil }).sorted() {
            let bytes = try files.read(name, at: 0, count: files.size(name))
            bytes.withUnsafeBytes { bytes in
                var begin = 0
                while let end = bytes[begin...].firstIndex(of: 0x0A) {
                    if end > begin {
                        let digest = SHA256.hash(data: UnsafeRawBufferPointer(rebasing: bytes[begin..<end]))
                        ends ^= digest.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                    }
                    begin = end + 1
                }
            }
        }
        withExtendedLifetime(ends) {}
        return seconds(since: start)
    }
}
