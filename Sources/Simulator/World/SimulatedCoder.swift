/// A coder with a buffer of numbered records: each carton under it gets the next one.
///
/// Numbers are the sender's own; the coder reports the last one it printed and the next it will.
/// The model is a thermal transfer or inkjet printer with a serialization buffer.
package struct SimulatedCoder: Equatable, Sendable {
    /// One record: the values of one code under the sender's number.
    package struct Record: Equatable, Sendable {
        /// The sender's number.
        package let index: UInt64
        /// Values in the order of ``WorldLayout/codeFields``.
        package let values: [String]
    }

    /// Bytes a record takes beside its values.
    package static let bytesPerRecord = 16

    /// Memory in bytes.
    package let capacityBytes: Int
    /// Records at most.
    package let capacityRecords: Int
    /// Number of the record printed last; `nil` before the first.
    package private(set) var lastPrinted: UInt64?
    private var records: [Record] = []
    private var head = 0
    private var lastRecord: Record?
    private var usedBytes = 0

    /// An empty coder.
    package init(capacityBytes: Int, capacityRecords: Int) {
        self.capacityBytes = capacityBytes
        self.capacityRecords = capacityRecords
    }

    /// Records waiting to be printed.
    package var count: Int { records.count - head }

    /// Bytes still free; 0 when no further record is taken for its number.
    package var free: Int { count < capacityRecords ? max(0, capacityBytes - usedBytes) : 0 }

    /// Number of the record that is printed next, or `nil` when there is none.
    package var nextIndex: UInt64? { head < records.count ? records[head].index : nil }

    /// Puts a record behind the others.
    ///
    /// - Returns: False when memory is full; the record is not taken.
    package mutating func send(index: UInt64, values: [String]) -> Bool {
        let record = Record(index: index, values: values)
        let size = Self.size(of: record)
        guard count < capacityRecords, usedBytes + size <= capacityBytes else { return false }
        records.append(record)
        usedBytes += size
        return true
    }

    /// Forgets every record that is not printed. The last printed number stays.
    package mutating func clear() {
        records.removeAll(keepingCapacity: true)
        head = 0
        usedBytes = 0
    }

    /// Power off and on.
    mutating func powerCycle(memorySurvives: Bool) {
        guard !memorySurvives else { return }
        clear()
        lastPrinted = nil
        lastRecord = nil
    }

    /// Takes the next record for printing, or `nil` when there is none.
    mutating func takeNext() -> Record? {
        guard let record = dropNext() else { return nil }
        lastPrinted = record.index
        lastRecord = record
        return record
    }

    /// Loses the next record unprinted.
    mutating func dropNext() -> Record? {
        guard head < records.count else { return nil }
        let record = records[head]
        head += 1
        usedBytes -= Self.size(of: record)
        if head == records.count || head > 512 {
            records.removeFirst(head)
            head = 0
        }
        return record
    }

    /// The record printed last, to be printed again.
    func repeatLast() -> Record? { lastRecord }

    private static func size(of record: Record) -> Int {
        record.values.reduce(bytesPerRecord) { $0 + $1.utf8.count + 1 }
    }
}
