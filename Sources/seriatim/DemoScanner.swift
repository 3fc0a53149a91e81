import ControlAPI
import DemoIO
import LineCore
import Simulator

/// One person of the demo with a handheld scanner and no keyboard.
struct DemoScanner {
    let line: DemoLine
    let client: ControlClient
    static let device = "handheld"

    /// Reads one thing and waits for the line's answer.
    ///
    /// - Returns: What the line answered at the scanner; `nil` when it said nothing for two seconds.
    func scan(_ target: HandheldTarget) async throws -> (good: Bool, text: String)? {
        let before = try await last()
        line.withWorld { $0.scanByHand([target]) }
        for _ in 0..<100 {
            try await Task.sleep(for: .milliseconds(20))
            guard let now = try await last(), now.answerAt != before?.answerAt || now.answer != before?.answer
            else { continue }
            return (now.answerGood, now.answer)
        }
        return nil
    }

    /// Reads a command and all it asks for.
    ///
    /// - Parameter say: Told each scan with its answer.
    /// - Returns: Whether the line did it; a refusal was seen and forgotten.
    func act(
        _ act: ScanAct, _ targets: [HandheldTarget], say: (String) -> Void
    ) async throws -> Bool {
        let command = HandheldTarget.command(CommandBarcode.act(act, name: nil).text)
        let reason = act.steps.last == .reason ? [HandheldTarget.command("SR/REASON/DAMAGED")] : []
        for target in [command] + targets + reason {
            let answer = try await scan(target)
            say("scanner: \(target) -> \(answer?.text ?? "no answer")")
            guard answer?.good == true else {
                for command in [CommandBarcode.ok, .cancel] { _ = try await scan(.command(command.text)) }
                return false
            }
        }
        return true
    }

    private func last() async throws -> DeviceAnswer? {
        let devices: DevicesAnswer = try await client.ask(.devices)
        return devices.devices.first { $0.name == Self.device }
    }
}

extension DemoScanner {
    /// A unit replaced by another, and who they are.
    struct Replacement: Equatable {
        let old: String
        let new: String
        let sscc: String
    }

    /// Stops the line, takes a good reject of the bin back, puts it in the place of a unit of a case that is
    /// closed and here, destroys that one, and goes on unless the line stopped for something else by then.
    ///
    /// - Returns: `nil` where nothing in the bin may come back, or no case is here.
    func replaceAUnit(say: (String) -> Void) async throws -> Replacement? {
        let belt = line.withWorld { $0.beltList }
        let gone = Set(belt.pallets.filter(\.hasLeft).map(\.id))
        let entries = belt.cases.filter { entry in
            entry.isShut && entry.label?.isReadable == true && entry.items.count > 1
                && entry.pallet.map { !gone.contains($0) } ?? false
        }
        guard let entry = entries.last, let sscc = entry.label?.sscc,
            let old = entry.items.first(where: { $0.serial != nil }), let oldSerial = old.serial,
            try await isGood(sscc)
        else { return nil }
        guard try await act(.stop, [], say: say) else { return nil }
        var replaced: Replacement?
        for item in belt.bin where replaced == nil {
            guard item.print?.isReadable == true, let serial = item.serial,
                try await mayComeBack(serial), try await act(.reintroduce, [.carton(item.carton)], say: say)
            else { continue }
            line.withWorld {
                OperatorAct.takeOut(old.carton).perform(in: &$0)
                OperatorAct.putInto(entry.id, item.carton).perform(in: &$0)
            }
            guard try await act(.replace, [.carton(old.carton), .carton(item.carton)], say: say),
                try await act(.destroy, [.carton(old.carton)], say: say)
            else { break }
            replaced = Replacement(old: oldSerial, new: serial, sscc: sscc)
        }
        // Another stop may have come on top: whoever attends to that one goes on when it is mended.
        let status: StatusAnswer = try await client.ask(.status)
        if status.stop?.code == StopReason.asked.rawValue { _ = try await act(.resume, [], say: say) }
        return replaced
    }

    private func isGood(_ code: String) async throws -> Bool {
        let item: ItemAnswer? = try? await client.ask(.item(code))
        return item?.state == "closed"
    }

    /// A serial in doubt whose unit was read and rejected: the line is asked only where it may say yes.
    private func mayComeBack(_ serial: String) async throws -> Bool {
        let item: ItemAnswer? = try? await client.ask(.item(serial))
        return item?.state == SerialState.inDoubt.word
            && item?.history.contains { $0.kind == "unit.rejected" } == true
    }
}
