/// What a packing station has read and not yet collated. Transient: after a start it is read again from
/// empty.
struct OpenContainer: Sendable {
    /// As it works now: people may pack in place of its readers.
    var station: PackStation
    /// Positions in the batch's pool, or indices of cases, in reading order.
    var items: [UInt32] = []
    /// The last unit read, where the belt was, and when: a read that follows at once is of the same unit.
    var lastRead: (item: UInt32, position: Int64, at: UInt64)?
    /// Codes of the layer read last.
    var lastLayer: Set<[UInt8]>?
    /// The container whose label was scanned first, where that is how a station works.
    var filling: Int?
    /// The container whose content is being read again.
    var readingAgain: Int?
    /// Who scanned the last item by hand; empty where nobody signs on.
    var packer = ""
    /// Who closed it with fewer items than it could hold.
    var closedBy: String?
    /// A label that belongs elsewhere may come onto it.
    var isDoubted = false
}

extension Line {
    /// The packing station with this name, as an index.
    func packingStation(named name: String) throws(Refusal) -> Int {
        guard let index = packing.firstIndex(where: { $0.station.name == name }) else {
            throw Refusal("PACK-201", "there is no packing station \(name)", "seriatim status lists them.")
        }
        return index
    }

    /// Refuses while a container is being read again at a station.
    func checkNotReadAgain(at station: Int) throws(Refusal) {
        guard packing[station].readingAgain != nil else { return }
        throw Refusal(
            "PACK-203", "a container is being read again at \(packing[station].station.name)",
            "Finish that first.")
    }

    /// Refuses while a station holds items that are in no container yet.
    func checkNothingOpen() throws(Refusal) {
        guard let open = packing.first(where: { !$0.items.isEmpty }) else { return }
        throw Refusal(
            "BATCH-142", "\(open.station.name) holds \(open.items.count) items that are in no container",
            "Close the partial container: seriatim batch partial \(open.station.name).")
    }
}
