/// What can go wrong in the world by chance.
package enum WorldFault: Int, CaseIterable, Sendable {
    /// A print nobody can ever read.
    case unreadablePrint
    /// The lot printed is not the one sent.
    case wrongLot
    /// The coder prints its last record once more.
    case coderRepeat
    /// The coder drops a record and prints the next.
    case coderSkip
    /// Unit camera: some characters wrong but plausible.
    case unitMisread
    /// Unit camera: a good print not read this once.
    case unitNoRead
    /// Unit camera: no result at all.
    case unitSilent
    /// Unit camera: the result comes too late.
    case unitLate
    /// Unit camera: the result comes twice.
    case unitDouble
    /// Case camera: some characters wrong but plausible.
    case caseMisread
    /// Case camera: a good print not read this once.
    case caseNoRead
    /// Case camera: no result at all.
    case caseSilent
    /// Case camera: the result comes too late.
    case caseLate
    /// Case camera: the result comes twice.
    case caseDouble
    /// Case camera: one code of a layer stands twice in its message, in its own place or in another's.
    case caseRepeat
    /// Somebody puts a carton of another product or lot in front of the case camera.
    case foreignItem
    /// Somebody puts a carton from the reject bin in front of the case camera.
    case rejectedItemBack
    /// The confirmation sensor in the chute does not see a rejected carton.
    case confirmMissing
    /// A carton slips back on the belt.
    case slip
    /// A case label no scanner can read.
    case badCaseLabel
    /// A pallet label no scanner can read.
    case badPalletLabel
    /// The label printer takes a job and prints nothing.
    case labelMissing
    /// The label printer prints a case label a second time: every label after it is one case late.
    case labelRepeat
    /// Reader of both codes: nothing is read this once.
    case linkNoRead
    /// Reader of both codes: some characters of the carton's own code wrong but plausible.
    case linkMisread
    /// Reader of both codes: one of the two is not read this once.
    case linkOneCode
    /// Reader of both codes: no result at all.
    case linkSilent
    /// Reader of both codes: the result comes too late.
    case linkLate
    /// Reader of both codes: the result comes twice.
    case linkDouble
    /// A carton comes with a helper code that another wears.
    case helperCopy
    /// A carton comes with a helper code nobody can ever read.
    case badHelper
}

/// How often each fault happens, and where it is made to happen.
///
/// A fault's subject is the carton (numbered from 1 in the order fed, foreign ones counted), and for the
/// label faults the label (numbered from 1 in the order printed, pallets counted).
package struct WorldFaults: Equatable, Sendable {
    private var perMillion = [Int](repeating: 0, count: WorldFault.allCases.count)
    private var forced: Set<Int> = []
    /// Longest slip on the belt, in millimetres; less where the carton behind is near.
    package var longestSlip: Int64 = 25

    /// Nothing goes wrong.
    package init() {}

    /// Every fault of `kinds` with the same chance in a million.
    package init(_ kinds: [WorldFault], perMillion chance: Int) {
        for kind in kinds { self[kind] = chance }
    }

    /// Chance of `fault` in a million, for each subject.
    package subscript(fault: WorldFault) -> Int {
        get { perMillion[fault.rawValue] }
        set { perMillion[fault.rawValue] = min(max(newValue, 0), 1_000_000) }
    }

    /// Makes `fault` happen to the subject with this number, where it can happen at all.
    package mutating func force(_ fault: WorldFault, on subject: Int) {
        guard let key = Self.key(fault, subject) else { return }
        forced.insert(key)
    }

    /// Whether `fault` was to happen to this subject by name.
    func isForced(_ fault: WorldFault, on subject: Int) -> Bool {
        guard !forced.isEmpty, let key = Self.key(fault, subject) else { return false }
        return forced.contains(key)
    }

    private static func key(_ fault: WorldFault, _ subject: Int) -> Int? {
        guard (0..<(1 << 48)).contains(subject) else { return nil }
        return fault.rawValue << 48 | subject
    }
}

/// How often each fault happened.
package struct WorldFaultCounts: Equatable, Sendable {
    private var counts = [Int](repeating: 0, count: WorldFault.allCases.count)

    /// None yet.
    package init() {}

    /// How often `fault` happened.
    package internal(set) subscript(fault: WorldFault) -> Int {
        get { counts[fault.rawValue] }
        set { counts[fault.rawValue] = newValue }
    }

    /// All faults together.
    package var total: Int { counts.reduce(0, +) }
}
