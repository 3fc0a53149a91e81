/// Neighbouring positions of a pool with one state and one batch.
struct SerialRun: PositionRun, Equatable, Sendable {
    /// The position behind the last one.
    var end: UInt32
    var state: UInt8
    /// Number of the batch + 1 or 0.
    var batch: UInt16
}

extension [SerialRun] {
    /// Adds positions behind the last one.
    mutating func append(_ length: Int, state: UInt8, batch: UInt16) {
        let end = UInt32(clamping: Int(last?.end ?? 0) + length)
        if let last, last.state == state, last.batch == batch {
            self[count - 1].end = end
        } else {
            append(SerialRun(end: end, state: state, batch: batch))
        }
    }
}

extension UnitPool {
    /// Nothing can happen to the pool's serials before a batch is opened on it again.
    package var rests: Bool { runs != nil }

    /// The file that holds the serials while they are not in memory.
    package var storedFile: String? {
        if case .stored = source { file } else { nil }
    }

    /// States and batches, run by run.
    var allRuns: [SerialRun] {
        if let runs { return runs }
        var runs: [SerialRun] = []
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, states[end] == states[start], batches[end] == batches[start] { end += 1 }
            runs.append(end - start, state: states[start], batch: batches[start])
            start = end
        }
        return runs
    }

    /// Leaves memory but for what cannot be had from the imported file: states and batches, and these run by
    /// run. No unit of the pool lies in a container in memory.
    mutating func rest() {
        guard !rests, count > 0 else { return }
        runs = allRuns
        states = []
        batches = []
        parents = []
        sentTo = []
        if case .list = source { source = .stored(count: count) }
    }

    /// Comes back as it was.
    ///
    /// - Parameter table: The serials of ``storedFile``, if there is one.
    mutating func wake(_ table: SerialTable?) throws(StateFault) {
        guard let runs else { return }
        if storedFile != nil {
            guard let table, table.count == count, table.payload.identifiers == payload else {
                throw StateFault(text: "the file of pool \(name) (\(file)) is missing or has changed")
            }
            source = .list(table)
        }
        wake(runs)
    }

    /// Gives every position its state and batch.
    mutating func wake(_ runs: [SerialRun]) {
        self.runs = nil
        states = []
        batches = []
        states.reserveCapacity(count)
        batches.reserveCapacity(count)
        for run in runs {
            let length = Int(run.end) - states.count
            states.append(contentsOf: repeatElement(run.state, count: length))
            batches.append(contentsOf: repeatElement(run.batch, count: length))
        }
        parents = [UInt32](repeating: 0, count: count)
    }
}

extension LineState {
    /// The file whose serials must be supplied before a batch is opened on this pool.
    package func storedFile(ofPool name: String) -> String? {
        unitPool(named: name).flatMap { unitPools[$0].storedFile }
    }

    /// A batch on this pool was closed: if it was the last one open, the pool leaves memory.
    mutating func restPool(_ pool: Int) {
        unitPools[pool].openBatches -= 1
        let isOnBelt = openTracks.contains { $0.verified != nil && batches[$0.batch].pool == pool }
        guard unitPools[pool].openBatches == 0, !isOnBelt,
            unitPools[pool].nextUnsent == unitPools[pool].nextUnreserved
        else { return }
        unitPools[pool].rest()
    }

    /// Makes a pool usable for the batch that is opened on it.
    mutating func wakePool(_ pool: Int) throws(StateFault) {
        let table = unitPools[pool].storedFile.flatMap { suppliedFiles.removeValue(forKey: $0) }
        try unitPools[pool].wake(table)
    }
}
