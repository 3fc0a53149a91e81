import LineCore

/// What an operator does between one batch and the next, and what is left of it.
package struct OperatorChangeover: Sendable {
    /// Cartons that are fed in set-up.
    var setUpCartons = 0
    /// The batch makes room for another once so many cartons were fed.
    var suspendsAfter: Int?
    /// First articles refused so far: one at most.
    var refused = 0
    /// The bin is counted before the batch is closed.
    package var countsBin = false
    /// How many were counted since the program started.
    var counted: Int?
    /// What lies there and cannot be read is counted before that.
    var countsUnreadable = false
}

extension OperatorView {
    /// The batch is on the line, or completed.
    var isInHand: Bool {
        switch status.batch {
        case .none, .waiting: false
        case .running, .held, .completed: !status.isSetUp
        }
    }
}

extension OperatorModel {
    /// Clears the line and puts the batch on it.
    mutating func startAgain(_ view: OperatorView, remainder: Int) -> [OperatorAct] {
        guard view.status.changeover?.needsClearance == true else { return once(.start, view) }
        // Good units that go into a case later lie in the bin as well.
        if rework == nil, !view.world.bin.isEmpty { return once(.emptyBin, view) }
        if remainder > 0 { return once(.scrap(reason: "lay in the bin or was never printed"), view) }
        return once(.clear, view)
    }

    /// The line is adjusted: now the batch can be made.
    mutating func endSetUp(_ view: OperatorView, ending: Bool) -> [OperatorAct] {
        !ending && view.world.tally.fed >= changeover.setUpCartons ? once(.complete, view) : []
    }

    /// Another batch is more urgent.
    mutating func suspend(_ view: OperatorView) -> [OperatorAct]? {
        guard let after = changeover.suspendsAfter, view.world.tally.fed >= after,
            view.world.cartonsInFeeder > 0
        else { return nil }
        let acts = once(.suspend, view)
        if !acts.isEmpty { changeover.suspendsAfter = nil }
        return acts
    }

    /// Looks at the first article and reads its code; `nil` once the line knows what to think of it.
    mutating func judgeFirstArticle(_ view: OperatorView) -> [OperatorAct]? {
        guard let serial = view.status.changeover?.firstArticle else { return nil }
        let code = view.world.carton(serial: serial).flatMap { view.code(of: $0) }
        // One in three is not liked, and one that cannot be read is none.
        let isLiked = code != nil && (changeover.refused > 0 || serial.utf8.reduce(0) { $0 &+ $1 } % 3 != 0)
        let acts = once(.judge(code: code ?? "", approves: isLiked), view)
        if !isLiked, !acts.isEmpty { changeover.refused += 1 }
        return acts
    }

    /// Lays the next challenge pack; `nil` when none is due any more.
    mutating func layChallenge(_ view: OperatorView) -> [OperatorAct]? {
        guard let next = view.status.changeover?.challenges.first else { return nil }
        return view.status.changeover?.laid == nil ? once(.challenge(next), view) : []
    }

    /// Counts what lies in the bin, and again when more came into it.
    mutating func countByHand(_ view: OperatorView) -> [OperatorAct]? {
        let count = view.world.bin.count + view.world.emptied.count
        guard changeover.countsBin, changeover.counted != count else { return nil }
        if changeover.countsUnreadable {
            changeover.countsUnreadable = false
            let unreadable = view.world.bin.count { view.code(of: $0) == nil }
            if unreadable > 0 { return once(.countRejects(unreadable), view) }
        }
        changeover.counted = count
        return once(.handCount(.rejects, count), view)
    }
}
