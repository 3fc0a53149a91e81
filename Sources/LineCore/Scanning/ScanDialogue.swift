/// What one person's scanner is in the middle of. Transient: after a start nobody is in the middle of
/// anything.
struct ScanDialogue: Sendable {
    let act: ScanAct
    /// What the command names: a station, or which challenge.
    let name: String?
    /// What was scanned for each step so far: a unit with its GTIN, an SSCC, a whole code or a reason.
    var given: [ItemName] = []
    /// Not scanned on by then, the act is forgotten.
    var due: UInt64

    /// What is wanted next; `nil` once there is everything.
    var next: ScanAct.Step? { given.count < act.steps.count ? act.steps[given.count] : nil }

    /// Longest pause between two scans of one act.
    static let pauseNanoseconds = 60_000 * Nanoseconds.millisecond
}

/// What is known of the scanners in people's hands. Transient.
struct ScanDesk: Sendable {
    /// What each is in the middle of, by device.
    var dialogues: [String: ScanDialogue] = [:]
    /// The refusal each has to acknowledge, by device.
    var refused: [String: String] = [:]

    var nextDeadline: UInt64? { dialogues.values.map(\.due).min() }
}

/// The scanner as the only keyboard: command barcodes, what they ask for, and refusals that stay until
/// somebody has seen them.
extension Line {
    /// Takes a scan that belongs to a dialogue.
    ///
    /// - Returns: False for a scan that is about the goods at the device's station.
    mutating func dialogue(_ result: ReadResult, from device: String) -> Bool {
        guard configuration.handhelds.contains(device), case .code(let bytes) = result else { return false }
        let command = CommandBarcode(scan: bytes)
        if command == nil, bytes.starts(with: "SR/".utf8) {
            answer(device, good: false, Self.noIdentifier)
        } else if command != .ok, let refusal = scans.refused[device] {
            answer(device, good: false, "\(refusal); scan \(CommandBarcode.ok.text) first")
        } else if let command {
            obey(command, from: device)
        } else if scans.dialogues[device] != nil {
            give(bytes, from: device)
        } else {
            return false
        }
        return true
    }

    private static let noIdentifier =
        "a command without its symbology identifier: switch on AIM identifiers (]C0, ]d1) at the scanner"

    private mutating func obey(_ command: CommandBarcode, from device: String) {
        switch command {
        case .ok:
            let had = scans.refused.removeValue(forKey: device)
            answer(device, good: true, had == nil ? "nothing was refused" : "go on")
        case .cancel:
            let dialogue = scans.dialogues.removeValue(forKey: device)
            answer(device, good: true, dialogue.map { "forgotten: \($0.act.words)" } ?? "nothing was begun")
        case .done: finishReading(device)
        case .reason(let code):
            guard scans.dialogues[device]?.next == .reason else {
                return answer(device, good: false, "no reason is wanted now")
            }
            scans.dialogues[device]?.given.append(ItemName(code))
            goOn(device)
        case .act, .unknown:
            if let open = scans.dialogues[device] {
                let wanted = open.next?.prompt ?? ""
                return answer(device, good: false, "not finished: \(open.act.words); \(wanted)")
            }
            guard case .act(let act, let name) = command else {
                return answer(device, good: false, "no command of this version")
            }
            scans.dialogues[device] = ScanDialogue(act: act, name: name, due: scanDue)
            goOn(device)
        }
    }

    private var scanDue: UInt64 {
        now.monotonicNanoseconds.advanced(byNanoseconds: ScanDialogue.pauseNanoseconds)
    }

    /// Takes the scan of an item or container that an act wants.
    private mutating func give(_ bytes: [UInt8], from device: String) {
        guard let step = scans.dialogues[device]?.next else { return }
        let found: ItemName
        switch (step, PackScan(.code(bytes), year: now.year)) {
        case (.item, .unit(let unit)) where !unit.anySerial.isEmpty,
            (.newItem, .unit(let unit)) where !unit.anySerial.isEmpty:
            found = ItemName(unit.anySerial, gtin: unit.gtin.isEmpty ? nil : unit.gtin)
        case (.code, .unit):
            found = ItemName(String(decoding: bytes, as: UTF8.self))
        case (.item, .container(let sscc)), (.newItem, .container(let sscc)),
            (.container, .container(let sscc)), (.target, .container(let sscc)):
            // Whoever scans a label has it in the hand.
            if let index = state.containers.number(of: sscc) {
                labelReads[device] = LabelRead(container: index, at: now.monotonicNanoseconds)
            }
            found = ItemName(sscc)
        case (_, .unusable(let reason)):
            return answer(device, good: false, "not a code of an item: \(reason.rawValue); \(step.prompt)")
        default: return answer(device, good: false, "not what is wanted; \(step.prompt)")
        }
        scans.dialogues[device]?.given.append(found)
        goOn(device)
    }

    /// Asks for what is missing, or does the act.
    private mutating func goOn(_ device: String) {
        guard let dialogue = scans.dialogues[device] else { return }
        let due = scanDue
        scans.dialogues[device]?.due = due
        if let next = dialogue.next {
            return answer(device, good: true, "\(dialogue.act.words): \(next.prompt)")
        }
        scans.dialogues[device] = nil
        perform(from: device) { (line) throws(Refusal) in try line.verb(of: dialogue, at: device) }
    }

    /// Does what was asked with a scanner, or says why not.
    private mutating func perform(
        from device: String, _ verb: (Line) throws(Refusal) -> LineCommand.Verb
    ) {
        do throws(Refusal) {
            let command = LineCommand(
                request: LineCommand.unasked, by: holder(of: device), verb: try verb(self))
            try permit(command)
            answer(device, good: true, try perform(command.verb, by: command.by))
        } catch {
            answer(device, good: false, "\(error.code) \(error.text): \(error.remedy)")
        }
    }

    /// What a dialogue that has everything asks of the line.
    private func verb(of dialogue: ScanDialogue, at device: String) throws(Refusal) -> LineCommand.Verb {
        let given = dialogue.given
        let reason = dialogue.act.steps.last == .reason ? given[given.count - 1].text : ""
        switch dialogue.act {
        case .remove: return .remove(item: given[0], reason: reason)
        case .add: return .add(item: given[0], to: given[1].text, reason: reason)
        case .replace: return .replace(item: given[0], by: given[1], end: nil, reason: reason)
        case .sample: return .end(given[0], as: .sampled, reason: reason)
        case .labelSample: return .end(given[0], as: .labelSampled, reason: reason)
        case .destroy: return .end(given[0], as: .destroyed, reason: reason)
        case .decommission: return .end(given[0], as: .inactive, reason: reason)
        case .dissolve: return .dissolve(sscc: given[0].text, reason: reason)
        case .move: return .move(item: given[0], to: given[1].text, reason: reason)
        case .readAgain: return .readAgain(sscc: given[0].text)
        case .reprint: return .reprint(sscc: given[0].text, reason: reason, old: .read)
        case .partial: return .closePartial(station: try station(dialogue, at: device))
        case .byHand:
            return .packByHand(station: try station(dialogue, at: device), isOver: false, reason: reason)
        case .ownReaders:
            return .packByHand(station: try station(dialogue, at: device), isOver: true, reason: "")
        case .ship: return .ship(sscc: given[0].text, reference: "")
        case .recover: return .recover(code: given[0].text, reintroduces: false, reason: reason)
        case .reintroduce: return .recover(code: given[0].text, reintroduces: true, reason: reason)
        case .unreadable: return .countRejects(batch: try batchInHand(), count: 1)
        case .takeOut: return .takeOut(item: given[0], reason: reason)
        case .bringBack: return .bringBack(code: given[0].text)
        case .hold: return .hold(immediate: false, reason: "by scanner \(device)")
        case .stop: return .hold(immediate: true, reason: "by scanner \(device)")
        case .resume: return .resume
        case .complete: return .completeBatch
        case .suspend: return .suspendBatch
        case .challenge: return .challenge(try challenge(dialogue))
        case .acknowledge: return try firstAlarm()
        }
    }

    private func batchInHand() throws(Refusal) -> String {
        guard let batch = state.runningBatch ?? completedBatch else {
            throw Refusal("SCAN-103", "no batch is on the line", "Use seriatim batch rejects.")
        }
        return batch.order.batch
    }

    private func challenge(_ dialogue: ScanDialogue) throws(Refusal) -> Challenge {
        guard let named = dialogue.name.map({ Challenge(rawValue: $0) }) ?? openChallenges.first else {
            let texts = Challenge.allCases.map { CommandBarcode.act(.challenge, name: $0.rawValue).text }
            throw Refusal(
                "SCAN-105", "this is none of the challenges", "Scan one of \(texts.joined(separator: ", ")).")
        }
        return named
    }

    private func firstAlarm() throws(Refusal) -> LineCommand.Verb {
        guard let alarm = state.alarmsByPriority.first(where: { $0.state != .acknowledged }) else {
            throw Refusal("SCAN-104", "no alarm waits to be seen", "seriatim status shows them.")
        }
        return .acknowledge(alarm: alarm.code, station: alarm.station)
    }

    /// The station a command names, or the only one whose items or labels this scanner reads.
    private func station(_ dialogue: ScanDialogue, at device: String) throws(Refusal) -> String {
        if let named = dialogue.name { return named }
        let near = packing.map(\.station).filter {
            $0.itemReaders.contains(device) || $0.labelReaders.contains(device)
        }
        guard near.count == 1 else {
            let names = packing.map { CommandBarcode.act(dialogue.act, name: $0.station.name).text }
            throw Refusal(
                "SCAN-102", "this scanner serves \(near.count) stations",
                "Scan one of \(names.joined(separator: ", ")).")
        }
        return near[0].name
    }

    /// Ends reading a container again.
    private mutating func finishReading(_ device: String) {
        guard let open = packing.first(where: { $0.readingAgain != nil }), let index = open.readingAgain
        else {
            return answer(device, good: false, "nothing is being read again")
        }
        perform(from: device) { .finishReadAgain(sscc: $0.state.containers[index].sscc) }
    }

    /// Who acts with a scanner: it is a terminal of its own.
    func holder(of device: String) -> Authority {
        var authority = Authority(account: OperatorRules.scannerTerminal + device)
        authority.terminal = authority.account
        authority.person = state.signedOn.first { $0.terminal == authority.terminal }.map {
            Authority.Person(name: $0.name, role: $0.role)
        }
        return authority
    }

    /// Acts that nobody went on with.
    mutating func forgetDialogues() {
        guard let due = scans.nextDeadline, due <= now.monotonicNanoseconds else { return }
        for device in scans.dialogues.keys.sorted() {
            guard let dialogue = scans.dialogues[device], dialogue.due <= now.monotonicNanoseconds else {
                continue
            }
            scans.dialogues[device] = nil
            answer(device, good: false, "forgotten, nothing was scanned for a minute: \(dialogue.act.words)")
        }
    }
}
