/// A container at the scale of its station, between the reading of its label and its close. Transient: after
/// a start its label is read again.
struct Weighing: Sendable {
    /// Its SSCC.
    let sscc: String
    /// An item of it was read right before its label.
    let isProved: Bool
    /// The reader of its label.
    let reader: String
    /// When an answer is not to be expected any more.
    let due: UInt64
    /// Its label was doubted since, and must be read again: the weight closes nothing.
    var isVoid = false

    /// Longer than any dialogue with a scale takes: a session answers each question once.
    static let patience = 90 * Nanoseconds.second
}

/// Containers that are weighed before they count as closed.
///
/// A station with a scale closes none without a weight, which its record holds. Where the product limits what
/// a full one weighs, one outside stops the feed; so does one that cannot be weighed. A partial has no
/// limits, as only full ones have. While people pack at the station by hand it is not weighed.
extension Line {
    /// The scale of the station that packs a level; empty where it has none.
    private func scale(of level: PackLevel) -> String {
        packing.first { $0.station.level == level }?.station.scale ?? ""
    }

    /// Whether a label may be looked at: not while the container of another, or its own, is on the scale.
    mutating func isScaleFree(for index: Int, reader: String) -> Bool {
        let container = state.containers[index]
        guard let busy = weighings[scale(of: container.level)] else { return true }
        guard busy.sscc != container.sscc else {
            answer(
                reader, good: !busy.isVoid, busy.isVoid ? "the scale is busy: read it again" : "being weighed"
            )
            return false
        }
        let text = "\(busy.sscc) is being weighed still; then read \(container.sscc) again"
        answer(reader, good: false, text)
        // A person waits and reads again; a belt does not.
        if !configuration.handhelds.contains(reader) {
            hold(.notWeighed, station: container.station, text, immediate: false, anew: true)
        }
        return false
    }

    /// Asks for the weight of a container that could be closed; false where it is closed without one.
    mutating func weigh(_ index: Int, isProved: Bool, reader: String) -> Bool {
        let container = state.containers[index]
        let scale = scale(of: container.level)
        guard !scale.isEmpty else { return false }
        weighings[scale] = Weighing(
            sscc: container.sscc, isProved: isProved, reader: reader,
            due: now.monotonicNanoseconds + Weighing.patience)
        act(.weigh(device: scale))
        answer(reader, good: true, "its label is right; it is being weighed")
        return true
    }

    /// A scale answered.
    mutating func scale(_ device: String, reported report: ScaleReport) {
        guard let weighing = weighings.removeValue(forKey: device), !weighing.isVoid,
            let index = state.containers.number(of: weighing.sscc), !state.containers[index].closed,
            !state.containers[index].isDissolved, scale(of: state.containers[index].level) == device
        else { return }
        let container = state.containers[index]
        switch report {
        case .weight(let milligrams):
            let batch = state.batches[container.batch]
            if container.count == batch.order.packing[container.level],
                let limits = batch.weights[container.level], !limits.contains(milligrams)
            {
                let text = "\(container.sscc) weighs \(Grams.text(milligrams)) g, a full one \(limits.text) g"
                answer(weighing.reader, good: false, text)
                return hold(.weightWrong, station: container.station, text, immediate: false, anew: true)
            }
            guard close(index, isProved: weighing.isProved, device: weighing.reader, weight: milligrams)
            else { return }
            labelTaken(index, isProof: weighing.isProved, from: weighing.reader)
        case .failed(let text): notWeighed(weighing, container, text)
        }
    }

    private mutating func notWeighed(_ weighing: Weighing, _ container: Container, _ why: String) {
        let text = "\(weighing.sscc): \(why)"
        answer(weighing.reader, good: false, text)
        hold(.notWeighed, station: container.station, text, immediate: false, anew: true)
    }

    /// Their labels say nothing any more: what is weighed of them closes nothing.
    mutating func voidWeighings(of ssccs: [String]) {
        for (scale, weighing) in weighings where ssccs.contains(weighing.sscc) {
            weighings[scale]?.isVoid = true
        }
    }

    /// A scale that never answered.
    mutating func expireWeighings() {
        let due = weighings.filter { now.monotonicNanoseconds >= $0.value.due }
        for (device, _) in due.sorted(by: { $0.key < $1.key }) {
            scale(device, reported: .failed("the scale did not answer"))
        }
    }
}
