extension DeviceProfile {
    /// What the dialogues of coders need beyond their commands.
    func coderFaults() -> [ProfileFault] {
        switch dialogue {
        case .leibinger: return leibingerFaults()
        case .zipher, .reader, .ssi, .zpl, .label, .modbusLineIO: return []
        }
    }

    private func leibingerFaults() -> [ProfileFault] {
        var faults: [ProfileFault] = []
        if framing.kind != .terminated {
            faults.append(ProfileFault("framing.kind", "dialogue leibinger needs terminated frames"))
        }
        if let printer, printer.queue != .records || printer.proof != .index {
            faults.append(
                ProfileFault("printer.proof", "dialogue leibinger has queue = \"records\", proof = \"index\"")
            )
        }
        for (name, command) in commands.sorted(by: { $0.key < $1.key }) {
            if !command.send.hasPrefix("^0") {
                faults.append(ProfileFault("commands.\(name).send", "must begin with ^0"))
            }
            let isQuestion = ["lastPrinted", "status", "currentJob"].contains(name)
            if !isQuestion, !command.accepted.isEmpty || !command.refused.isEmpty {
                faults.append(
                    ProfileFault(
                        "commands.\(name).accepted", "this dialogue waits for replies to questions only"))
            }
        }
        return faults + captureFaults("lastPrinted", ["entries", "index", "finished"])
            + captureFaults("status", ["nozzle", "state", "error", "cover"])
    }

    /// A reply without what the dialogue must read in it.
    func captureFaults(_ name: String, _ captures: Set<String>) -> [ProfileFault] {
        guard let command = commands[name] else { return [] }
        let templates = command.accepted.compactMap { try? ByteTemplate($0) }
        guard !templates.isEmpty, templates.allSatisfy({ captures.isSubset(of: $0.names) }) else {
            let wanted = captures.sorted().map { "{\($0)}" }.joined(separator: " ")
            return [ProfileFault("commands.\(name).accepted", "each reply must hold \(wanted)")]
        }
        return []
    }
}
