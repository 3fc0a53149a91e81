import LineCore

/// The scale before the reader of the lowest level's labels: it weighs what really lies in the container
/// there, takes its time, and now and then does not come to rest.
struct SimulatedScale {
    /// What it says after a while.
    struct Answer {
        let at: UInt64
        let report: ScaleReport
    }

    /// One of so many answers is none, and of as many others one is wrong, as somebody leaned on it.
    private static let chance = 25

    private var answers: [Answer] = []
    private var luck: SeededRandom
    /// The container whose label a reader was shown last.
    var shown: CaseID?
    /// What a scanner in the hand was pointed at for that.
    var byHand: HandheldTarget?
    /// The last weight it said, and of which container: what a record of its close must hold.
    private(set) var said: Int?

    init(seed: UInt64) { luck = SeededRandom(seed: seed, purpose: 0x5CA1, subject: 0) }

    var nextTime: UInt64? { answers.map(\.at).min() }

    /// Begins to weigh; the answer follows.
    mutating func weigh(_ units: Int, now: UInt64) {
        let report: ScaleReport
        switch luck.below(Self.chance) {
        case 0: report = .failed("it does not come to rest")
        case 1: report = .weight(Self.milligrams(of: units) + 1_000_000)
        default: report = .weight(Self.milligrams(of: units))
        }
        answers.append(Answer(at: now + UInt64(50 + luck.below(350)) * 1_000_000, report: report))
    }

    mutating func takeAnswer(at now: UInt64) -> ScaleReport? {
        guard let index = answers.firstIndex(where: { $0.at <= now }) else { return nil }
        let report = answers.remove(at: index).report
        if case .weight(let milligrams) = report { said = milligrams } else { said = nil }
        return report
    }

    /// The program is down, and hears nothing.
    mutating func forget() { (answers, said) = ([], nil) }

    /// A box of 50 g and units of 10 g.
    static func milligrams(of units: Int) -> Int { 50_000 + units * 10_000 }
}

extension SimulatedLine {
    static let scale = "scale"

    /// What a full container of the lowest level weighs, where it is weighed.
    var weightLimits: WeightRange? {
        let full = SimulatedScale.milligrams(of: plan.levels[0].items)
        return WeightRange(text: "\(Grams.text(full - 4_000))..\(Grams.text(full + 4_000))")
    }

    /// What a reader of labels was shown stands on the scale.
    mutating func showScale(_ target: HandheldTarget) {
        switch target {
        case .label(.inCase(let id)), .side(.inCase(let id), _): (scale.shown, scale.byHand) = (id, target)
        default: break
        }
    }

    mutating func weigh() {
        let units = scale.shown.map { world.cases[$0.number - 1].cartons.count } ?? 0
        scale.weigh(units, now: now)
    }

    mutating func tellWeight() {
        guard let time = scale.nextTime, now >= time, let report = scale.takeAnswer(at: now) else { return }
        onLine?("\(now) scale \(report)")
        heard = nil
        turn(.scale(device: Self.scale, report))
        if heard != nil, let target = scale.byHand { hearScanner(about: target) }
    }

    /// What has a scale is closed with the weight that scale has just told; a full one within its limits.
    mutating func checkWeight(_ fact: ContainerClosed) {
        let station = configuration.packing.first { $0.level == fact.level }
        guard let station, !station.scale.isEmpty, !shadow.byHand.contains(station.name) else {
            if fact.milligrams != 0 { violated("\(fact.sscc) was closed with a weight nobody told") }
            return
        }
        guard fact.milligrams == scale.said, fact.milligrams > 0 else {
            return violated(
                "\(fact.sscc) was closed with \(fact.milligrams) mg, the scale said \(scale.said ?? 0)")
        }
        guard let index = shadow.containers.number(of: fact.sscc), plan.isOverProduct,
            shadow.containers[index].count == plan.levels[0].items,
            weightLimits?.contains(fact.milligrams) != true
        else { return }
        violated("\(fact.sscc) was closed with \(fact.milligrams) mg")
    }
}
