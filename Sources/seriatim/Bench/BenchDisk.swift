import SystemIO

/// What the disk itself takes, beside times that hold a sync.
enum BenchDisk {
    /// Times of raw commits of `bytes` bytes into a padded file, one after another.
    static func commits(_ count: Int, bytes: Int = 512, in scratch: BenchScratch) throws -> BenchTimes {
        let path = scratch.file()
        defer { scratch.remove(path) }
        let raw = try PaddedFile(path, count: (count + 1) * bytes)
        let block = [UInt8](repeating: 0x61, count: bytes)
        var times: [UInt64] = []
        for index in 0..<count {
            let start = ContinuousClock.now
            try raw.commit(block, at: index * bytes)
            times.append(BenchClock.nanoseconds(ContinuousClock.now - start))
        }
        return BenchTimes(times)
    }
}
