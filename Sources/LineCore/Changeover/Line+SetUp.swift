import GS1

/// Set-up: the line runs to be adjusted. The coder prints dummy codes, everything is rejected, and nothing is
/// a unit.
extension Line {
    /// A trade item that nobody sells.
    ///
    /// - Source: GS1 prefix 952 is for demonstrations and examples of the GS1 system.
    static let dummyGTIN = "09520000000004"
    static let dummyLot = "SETUP"

    /// Keeps the coder's buffer filled with dummy codes as long as those of the batch.
    mutating func feedSetUp(_ station: UnitPrintStation, of batch: Batch) {
        let count = station.lookAhead - coder.waiting
        guard count >= station.sendBatch || (count > 0 && coder.waiting == 0) else { return }
        let pool = state.unitPools[batch.pool]
        let length = pool.source[0]?.utf8.count ?? 8
        let payload = pool.source.payload(0).map { String(repeating: "0", count: $0.utf8.count) }
        var order = batch.order
        (order.gtin, order.lot) = (Self.dummyGTIN, Self.dummyLot)
        for _ in 0..<count {
            coder.sent += 1
            let number = String(coder.sent)
            let zeros = String(repeating: "0", count: max(0, length - number.utf8.count))
            let serial = String((zeros + number).suffix(length))
            let values = batch.code.values(order, serial: serial, payload: payload)
            act(.coder(.send(index: coder.sent, values: values), lane: laneAtHand))
        }
    }
}
