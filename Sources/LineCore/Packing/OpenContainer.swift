/// What a packing station has read and not yet collated. Transient: after a start it is read again from
/// empty.
struct OpenContainer: Sendable {
    let station: PackStation
    /// Positions in the batch's pool, or indices of cases, in reading order.
    var items: [UInt32] = []
    /// The container whose content is being read again.
    var readingAgain: Int?
    /// Somebody closed it with fewer items than it could hold.
    var closesPartial = false
}
