// Who may ask: generations, lines, and what a line says of itself.

extension HubNumbers {
    func checkStarted() throws(HubRefusal) {
        guard hasStarted, !state.generations.isEmpty else {
            throw HubRefusal(
                .notStarted, "the hub has not begun its first generation or not recorded its start",
                "Ask again in some seconds.")
        }
    }

    mutating func begin(
        _ generation: String, by: String, reason: String, lines: [String]
    ) throws(HubRefusal) -> NumberAnswer {
        try HubText.checkPerson(by, reason: reason)
        try HubText.checkName(generation, "generation")
        guard !state.knows(generation: generation) else {
            // The same command again, its answer lost.
            if state.generation == generation, state.lastAllotment == 0 { return .done }
            throw HubRefusal(
                .generationKnown, "there was a generation of this identifier",
                "Draw a new identifier and begin again.")
        }
        try check(state.generations.count, below: limits.generations, "generations")
        try check(Set(lines).union(state.lines.keys).count, below: limits.lines + 1, "lines")
        for line in lines { try HubText.checkName(line, "line") }
        record(
            .generationBegun(
                GenerationBegun(generation: generation, actor: by, reason: reason, lines: lines)))
        return .done
    }

    mutating func enrol(_ line: String, by: String) throws(HubRefusal) -> NumberAnswer {
        try HubText.checkPerson(by)
        try HubText.checkName(line, "line")
        if let entry = state.lines[line] {
            guard entry.isRetired else { return .done }
            throw HubRefusal(
                .lineRetired, "line \(line) was retired", "Enrol it under a name that no line had.")
        }
        try check(state.lines.count, below: limits.lines, "lines")
        record(.lineEnrolled(LineNamed(line: line, actor: by)))
        return .done
    }

    mutating func retire(_ line: String, by: String, reason: String) throws(HubRefusal) -> NumberAnswer {
        try HubText.checkPerson(by, reason: reason)
        guard state.lines[line] != nil || state.awaited.contains(line) else { throw .unknown(line: line) }
        guard state.lines[line]?.isRetired != true else { return .done }
        record(.lineRetired(LineNamed(line: line, actor: by, reason: reason)))
        return .done
    }

    /// Refuses a line that may not draw, confirm or return; stops all allotting if it shows what the hub
    /// does not hold.
    mutating func check(_ caller: LineCaller) throws(HubRefusal) -> LineEntry {
        try checkStarted()
        guard let entry = state.lines[caller.line] else { throw .unknown(line: caller.line) }
        guard !entry.isRetired else { throw .retired(line: caller.line) }
        guard caller.generation == state.generation, entry.reportedTo == state.generation else {
            if isUnheard(caller.generation, from: entry) {
                throw stop(caller.line, "showed generation \(caller.generation), which this hub never had")
            }
            throw .reportFirst(to: state.generation)
        }
        if let last = caller.last, entry.allotments[last] == nil {
            try HubText.checkName(last.generation, "generation")
            throw stop(caller.line, "showed allotment \(last.text), which this hub does not hold")
        }
        return entry
    }

    /// Whether a line shows a generation that the hub has no reason to have lost.
    func isUnheard(_ generation: String, from entry: LineEntry) -> Bool {
        HubText.isName(generation) && !state.knows(generation: generation) && !expectsUnknown(from: entry)
    }

    /// Whether the line may show what the hub does not hold: a generation began, and waits for lines, and
    /// this one has not reported to it.
    func expectsUnknown(from entry: LineEntry) -> Bool {
        state.stopped != nil || !state.awaited.isEmpty && entry.reportedTo != state.generation
    }

    /// Stops all allotting, unless it has stopped.
    mutating func stop(_ line: String, _ what: String) -> HubRefusal {
        if let stopped = state.stopped { return .stopped(stopped) }
        let text = "line \(line) \(what)"
        record(.allottingStopped(AllottingStopped(line: line, text: text)))
        return .stopped(text)
    }

    func check(_ count: Int, below limit: Int, _ what: String) throws(HubRefusal) {
        guard count < limit else {
            throw HubRefusal(
                .limitReached, "\(count) \(what) are there or asked for, at most \(limit) are possible",
                "Ask for less, or have the limit of the hub raised.")
        }
    }
}

extension HubRefusal {
    static func unknown(line: String) -> HubRefusal {
        HubRefusal(.lineUnknown, "no line of this name is enrolled", "Enrol the line, or correct its name.")
    }

    static func retired(line: String) -> HubRefusal {
        HubRefusal(
            .lineRetired, "line \(line) was retired and draws no numbers",
            "Enrol the line under a name that no line had.")
    }

    static func reportFirst(to generation: String) -> HubRefusal {
        var refusal = HubRefusal(
            .reportFirst, "the line has not reported to generation \(generation) of the hub",
            "Let the line report all its allotments to this generation.")
        refusal.generation = generation
        return refusal
    }

    static func stopped(_ why: String) -> HubRefusal {
        HubRefusal(
            .allottingStopped, "the hub allots no numbers: \(why); it may run on old data",
            "See which data the hub runs on, then begin a generation: "
                + "seriatim-hub restore --by NAME --reason TEXT.")
    }

    static func inConflict(pool: String) -> HubRefusal {
        HubRefusal(
            .inConflict, "another line showed numbers of this allotment of pool \(pool) as its own",
            "Ask for other numbers with a new token.")
    }
}

extension AllotmentID {
    /// For people: `G2/17`.
    package var text: String { "\(generation)/\(number)" }
}
