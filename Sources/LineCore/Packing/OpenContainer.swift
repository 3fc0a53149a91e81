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
    /// Who closed it with fewer items than it could hold.
    var closedBy: String?
    /// A label that belongs elsewhere may come onto it.
    var isDoubted = false
}
