extension DeviceProfile {
    /// Whether what waits in the printer can be thrown away by a command.
    public var canClearQueue: Bool { commands["clear"] != nil }

    /// Whether the printer can be asked what waits in it: how much, or the number of its job.
    public var canAskQueue: Bool {
        switch dialogue {
        case .zpl, .zipher, .leibinger: true
        case .valueCoder: printer?.proof == .ready
        case .label: status.contains { $0.number != nil } || numbersJobs
        case .reader, .ssi, .modbusLineIO, .modbusModule, .beacon, .scale: false
        }
    }

    /// Whether each job carries a number that the printer tells again.
    private var numbersJobs: Bool {
        Self.places(in: [commands["label"]?.send ?? ""]).contains { $0.name == "id" }
    }

    private static func places(in texts: [String]) -> [(name: String, capture: ByteTemplate.Capture)] {
        texts.compactMap { try? ByteTemplate($0) }.flatMap(\.places)
    }

    /// What a label printer needs to send one label at a time and to prove each.
    func labelFaults() -> [ProfileFault] {
        guard dialogue.kind == .labelPrinter, let printer else { return [] }
        var faults: [ProfileFault] = []
        func need(_ holds: Bool, _ path: String, _ message: String) {
            if !holds { faults.append(ProfileFault(path, message)) }
        }
        need(
            [.status, .counter].contains(printer.proof), "printer.proof",
            "a label printer's is status or counter")
        let counts = Self.places(in: commands["printedCount"]?.accepted ?? []).filter { $0.name == "count" }
        need(
            (printer.proof == .counter) == (commands["printedCount"] != nil), "commands.printedCount",
            "goes with proof = \"counter\", and only there")
        if let command = commands["printedCount"] {
            need(
                counts.count == command.accepted.count && !counts.isEmpty, "commands.printedCount.accepted",
                "each reply must hold {count}")
        }
        if let clear = commands["clear"] {
            need(
                clear.accepted.isEmpty && clear.refused.isEmpty, "commands.clear", "no reply to it is awaited"
            )
        }
        if dialogue.hasStatusMap {
            need(!status.isEmpty, "status", "this dialogue needs tables [[status]]")
            let asked = Self.places(in: commands["status"]?.accepted ?? [])
            need(
                !numbersJobs || asked.contains { $0.name == "id" }, "commands.status.accepted",
                "one reply must hold the {id} that the command label sends")
        }
        need(
            printer.blind == !(canClearQueue || canAskQueue), "printer.blind",
            "is true where what waits in the printer can be neither cleared nor asked, and only there")
        return faults
    }
}
