extension DeviceProfile {
    /// What the dialogues of coders need beyond their commands.
    func coderFaults() -> [ProfileFault] {
        guard let printer, dialogue.kind == .coder else { return [] }
        var faults: [ProfileFault] = []
        if printer.blind {
            faults.append(
                ProfileFault(
                    "printer.blind", "what can be neither cleared nor asked may not print unit codes"))
        }
        let own = printer.each != "{value}" || printer.maxFields != 1 || !printer.printedFrames.isEmpty
        if own, dialogue != .valueCoder {
            let text = "each, maxFields and printedFrames go with dialogue value-coder, and only there"
            faults.append(ProfileFault("printer", text))
        }
        switch dialogue {
        case .leibinger: return faults + leibingerFaults()
        case .valueCoder: return faults + valueCoderFaults(printer)
        case .zipher, .reader, .ssi, .zpl, .label, .modbusLineIO, .modbusModule, .beacon, .scale:
            return faults
        }
    }

    /// What a coder of one value must tell, so that no value is given to it before the last was printed, and
    /// none of an earlier buffer is left in it.
    private func valueCoderFaults(_ printer: Printer) -> [ProfileFault] {
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ path: String, _ message: String) {
            if !holds { faults.append(ProfileFault(path, message)) }
        }
        need(
            framing.kind == .delimited || framing.kind == .terminated, "framing.kind",
            "dialogue value-coder needs delimited or terminated frames")
        need(
            [.none, .single].contains(printer.queue), "printer.queue", "is none or single: it holds one value"
        )
        need(
            [.counter, .event, .ready].contains(printer.proof), "printer.proof",
            "is counter, event or ready: without proof the next value would replace one not printed yet")
        need(
            (printer.proof == .counter) == (commands["printedCount"] != nil), "commands.printedCount",
            "goes with proof = \"counter\", and only there")
        need(
            (printer.proof == .ready) == (commands["ready"] != nil), "commands.ready",
            "goes with proof = \"ready\", and only there")
        need(
            (printer.proof == .event) == !printer.printedFrames.isEmpty, "printer.printedFrames",
            "goes with proof = \"event\", and only there")
        need(
            printer.proof == .ready || commands["clear"] != nil, "commands.clear",
            "what can be neither cleared nor asked may not print unit codes")
        need(
            commands["ready"].map { !$0.refused.isEmpty } ?? true, "commands.ready.refused",
            "must say what means that the value is not printed yet")
        need(
            (commands["status"] != nil) == !status.isEmpty, "status",
            "goes with the command status, and only there")
        need((1...20).contains(printer.maxFields), "printer.maxFields", "must be 1 to 20")
        for text in printer.printedFrames {
            faults += Self.byteTextFaults(text, "printer.printedFrames", mayBeEmpty: false)
        }
        return faults + eachFaults(printer) + replyFaults()
    }

    private func eachFaults(_ printer: Printer) -> [ProfileFault] {
        do throws(ProfileFault) {
            let places = try ByteTemplate(printer.each).places
            for place in places where place.name != "number" {
                guard ["field", "value"].contains(place.name), place.capture == .bytes else {
                    return [ProfileFault("printer.each", "has the places {value}, {field} and {number:1}")]
                }
            }
            guard places.contains(where: { $0.name == "value" }) else {
                return [ProfileFault("printer.each", "must hold {value}")]
            }
            guard let number = places.first(where: { $0.name == "number" }) else { return [] }
            guard number.capture == .exactly(1), printer.maxFields <= 9 else {
                return [ProfileFault("printer.each", "the number is {number:1}, and maxFields at most 9")]
            }
            return []
        } catch {
            return [ProfileFault("printer.each", error.message)]
        }
    }

    /// Each command is answered; what a reply must hold, or is a refusal.
    private func replyFaults() -> [ProfileFault] {
        commands.sorted { $0.key < $1.key }.flatMap { name, command in
            let path = "commands.\(name).accepted"
            let templates = command.accepted.compactMap { try? ByteTemplate($0) }
            var faults: [ProfileFault] = []
            let good = templates.filter { !$0.names.contains("refusal") }
            if good.isEmpty {
                faults.append(ProfileFault(path, "this dialogue waits for a reply to each command"))
            }
            if name == "printedCount", good.contains(where: { !$0.names.contains("count") }) {
                faults.append(ProfileFault(path, "each reply must hold {count}"))
            }
            let sums = templates.flatMap(\.places).filter { $0.name == "sum" }
            if sums.contains(where: { $0.capture != .exactly(2) }) {
                faults.append(ProfileFault(path, "the check value of what was sent is {sum:2}"))
            }
            return faults
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
