import ControlAPI
import DemoIO
import LineCore
import Simulator

/// The operator of the demo: looks at world and screen, asks the line about items, acts and gives commands.
struct DemoOperator {
    private let line: DemoLine
    private let client: ControlClient
    private var model: OperatorModel
    private var resumes = 0
    /// When the refusal came that was last seen and acknowledged at the scanner.
    private var acknowledged = ""

    init(_ plan: DemoPlan, _ line: DemoLine, _ client: ControlClient) {
        self.line = line
        self.client = client
        model = OperatorModel(pace: plan.pace)
        model.changeover.countsBin = true
    }

    /// Stops attended to, in order.
    var stops: [String] { model.stops }

    /// Looks once and does what is to be done.
    ///
    /// - Returns: What was done, in words.
    mutating func look(_ status: StatusAnswer) async -> [String] {
        guard let view = OperatorStatus(status) else { return [] }
        var done = acknowledge(status)
        let world = line.withWorld { $0 }
        for act in await decide(world, view) {
            line.withWorld { act.perform(in: &$0) }
            if let words = act.words { done.append(words) }
            guard let request = act.request else { continue }
            do {
                let _: DoneAnswer = try await client.ask(request)
            } catch {
                done.append("refused: \((error as? CommandFailure)?.message ?? "\(error)")")
            }
        }
        return done
    }

    /// A refusal stays at the scanner in the hand until it was seen: nothing else is taken before.
    private mutating func acknowledge(_ status: StatusAnswer) -> [String] {
        guard let scanner = status.devices.first(where: { $0.name == DemoScanner.device }),
            !scanner.answerGood, !scanner.answerAt.isEmpty, scanner.answerAt != acknowledged
        else { return [] }
        acknowledged = scanner.answerAt
        line.withWorld { $0.scanByHand([.command(CommandBarcode.ok.text)]) }
        return ["operator: \(CommandBarcode.ok.text), having read: \(scanner.answer)"]
    }

    /// What the model decides. It asks about items at once, the socket answers later: what it asked in vain
    /// is fetched, and it decides again from the same state.
    private mutating func decide(_ world: World, _ status: OperatorStatus) async -> [OperatorAct] {
        let answers = Answers()
        while true {
            var trial = model
            let acts = trial.step(world, status, at: world.now) { answers.of($0) }
            if answers.missing.isEmpty {
                model = trial
                return acts
            }
            for code in answers.takeMissing() {
                guard let answer = await ask(code) else { return [] }
                answers.keep(answer, for: code)
            }
        }
    }

    /// What the line says of an item: an answer in it is `nil` for an unknown one.
    ///
    /// - Returns: `nil` when the line does not answer, or its index is behind the journal.
    private func ask(_ code: String) async -> OperatorItem?? {
        do {
            let item: ItemAnswer = try await client.ask(.item(code))
            if let index = item.index, index.line < index.durable { return nil }
            let isGood = item.state == (item.kind == "unit" ? "commissioned" : "closed")
            return .some(OperatorItem(isGood: isGood, parent: item.parent.isEmpty ? nil : item.parent))
        } catch let failure as CommandFailure where failure.status == 66 || failure.status == 65 {
            return .some(nil)
        } catch {
            return nil
        }
    }
}

/// Answers already given in this look, and codes asked for in vain. Used by one task.
private final class Answers {
    private var known: [String: OperatorItem?] = [:]
    private(set) var missing: [String] = []

    func of(_ code: String) -> OperatorItem? {
        if let answer = known[code] { return answer }
        missing.append(code)
        return nil
    }

    func keep(_ answer: OperatorItem?, for code: String) { known[code] = .some(answer) }

    func takeMissing() -> Set<String> {
        defer { missing = [] }
        return Set(missing)
    }
}

extension OperatorStatus {
    /// The screen as an operator reads it; `nil` where it shows no two packing stations.
    init?(_ status: StatusAnswer) {
        guard let cases = status.packing.first(where: { $0.level == "case" }),
            let pallets = status.packing.first(where: { $0.level == "pallet" })
        else { return nil }
        self.init(
            batch: Self.batch(status), cases: Station(cases), pallets: Station(pallets), starts: status.starts
        )
    }

    private static func batch(_ status: StatusAnswer) -> Batch {
        guard let batch = status.batch else { return .none }
        switch batch.state {
        case "running": return .running(ending: batch.ending)
        case "held": return .held(status.stop?.code ?? "", ending: batch.ending)
        case "completed": return .completed(remainder: batch.remainder)
        default: return .none
        }
    }
}

extension OperatorStatus.Station {
    fileprivate init(_ station: PackingAnswer) {
        self.init(
            name: station.station, open: station.open, transit: station.transit,
            unproved: station.unproved, diverted: station.diverted, proofDue: station.proofDue)
    }
}

extension OperatorAct {
    /// The request of a command; `nil` for what hands do.
    fileprivate var request: ControlRequest? {
        switch self {
        case .resume: return .resumeBatch(DemoPlan.batch)
        case .complete: return .completeBatch(DemoPlan.batch)
        case .partial(let station):
            var message = StationMessage()
            message.station = station
            return .closePartial(DemoPlan.batch, message)
        case .reprint(let sscc, let reason):
            var message = ReprintMessage()
            (message.reason, message.oldLabel) = (reason, "destroyed")
            return .act(sscc, .reprint(message))
        case .scrap(let reason): return .scrapBatch(DemoPlan.batch, Self.reason(reason))
        case .close: return .closeBatch(DemoPlan.batch, CloseMessage())
        case .handCount(let what, let count):
            var message = HandCountMessage()
            (message.what, message.count) = (what.rawValue, count)
            return .handCount(DemoPlan.batch, message)
        // What hands do; and the operator of the demo does no rework and changes no batch.
        default: return nil
        }
    }

    private static func reason(_ text: String) -> ReasonMessage {
        var message = ReasonMessage()
        message.reason = text
        return message
    }

    /// What to say of it; `nil` for everyday acts.
    fileprivate var words: String? {
        switch self {
        case .takeOut(let id): "operator: takes \(id) off into the bin"
        case .present(let id): "operator: shows \(id) to the case camera"
        case .presentCase(let id, _): "operator: shows \(id) to the label scanner"
        case .reprint(let sscc, _): "operator: seriatim item reprint \(sscc)"
        case .emptyBin: "operator: empties the bin"
        case .resume: "operator: seriatim batch resume"
        case .complete: "operator: seriatim batch complete"
        case .partial(let station): "operator: seriatim batch partial \(station)"
        case .scrap: "operator: seriatim batch scrap \(DemoPlan.batch)"
        case .close: "operator: seriatim batch close \(DemoPlan.batch)"
        case .discardLabels: "operator: throws away the labels that wait at the applicator"
        case .prove(let container, _): "operator: reads an item of \(container), then its label"
        case .bringBack(let id): "operator: fetches \(id) back"
        case .handCount(let what, let count):
            "operator: seriatim batch count \(DemoPlan.batch) \(what.rawValue) --count \(count)"
        default: nil
        }
    }
}
