extension LineState {
    mutating func apply(_ fact: BatchStarted) throws(StateFault) {
        guard running == nil, let index = batch(named: fact.batch),
            [.ready, .suspended].contains(batches[index].state)
        else { throw StateFault(text: "batch \(fact.batch) cannot start") }
        running = index
        lastOnLine = index
        isCleared = false
        byHand = []
        batches[index].state = .running
        (batches[index].ending, batches[index].suspends) = (false, false)
        batches[index].trials = Trials(isSetUp: fact.setUp)
        // What was put aside is brought back when the batch goes on, not to adjust the line.
        if !fact.setUp { batches[index].parked = [] }
    }

    mutating func apply(_ fact: SetUpEnded) throws(StateFault) {
        let index = try onLine(fact.batch)
        guard batches[index].trials.isSetUp else {
            throw StateFault(text: "the line was not set up for batch \(fact.batch)")
        }
        leaveLine(as: batches[index].issued > 0 ? .suspended : .ready)
        batches[index].trials = Trials()
    }

    mutating func apply(_ fact: BatchSuspended) throws(StateFault) {
        let index = try onLine(fact.batch)
        guard batches[index].suspends,
            !(transit.joined() + unproved).contains(where: { containers[$0].batch == index })
        else { throw StateFault(text: "batch \(fact.batch) is not to be suspended, or has labels unread") }
        leaveLine(as: .suspended)
    }

    mutating func apply(_ fact: ContainerParked) throws(StateFault) {
        let index = try onLine(fact.batch)
        batches[index].parked.append(ParkedContainer(station: fact.station, count: fact.items.count))
    }

    mutating func apply(_ fact: FirstArticleShown) throws(StateFault) {
        let index = try onLine(fact.batch)
        guard batches[index].trials.firstArticle(of: fact.lane) == nil else {
            throw StateFault(text: "batch \(fact.batch) has two first articles")
        }
        batches[index].trials.firstArticles.append(FirstArticle(serial: fact.serial, lane: fact.lane))
    }

    mutating func apply(_ fact: FirstArticleJudged) throws(StateFault) {
        let index = try onLine(fact.batch)
        guard
            let place = batches[index].trials.firstArticles
                .firstIndex(where: { $0.serial == fact.serial && !$0.isApproved })
        else { throw StateFault(text: "\(fact.serial) is no first article that waits") }
        batches[index].trials.firstArticles[place].isApproved = true
        if !fact.approved { batches[index].trials.firstArticles.remove(at: place) }
    }

    mutating func apply(_ fact: ChallengeJudged) throws(StateFault) {
        let index = try onLine(fact.batch)
        guard let challenge = Challenge(rawValue: fact.challenge) else {
            throw StateFault(text: "there is no challenge \(fact.challenge)")
        }
        guard fact.withstood else { return }
        batches[index].trials.withstood[fact.lane, default: 0] |= challenge.mask
    }

    mutating func apply(_ fact: ChallengesDue) throws(StateFault) {
        let index = try onLine(fact.batch)
        batches[index].trials.withstood = [:]
    }

    mutating func apply(_ fact: LineCleared) throws(StateFault) {
        guard running == nil else { throw StateFault(text: "the line was cleared with a batch on it") }
        isCleared = true
    }

    /// The index of the batch on the line, if it has this name.
    private func onLine(_ name: String) throws(StateFault) -> Int {
        guard let running, batches[running].order.batch == name else {
            throw StateFault(text: "batch \(name) is not on the line")
        }
        return running
    }

    /// The running batch leaves the line.
    mutating func leaveLine(as end: Batch.State) {
        guard let index = running else { return }
        batches[index].state = end
        batches[index].hold = nil
        clearStops()
        running = nil
    }
}
