@testable import HubCore

/// A line as it should be: it keeps what it was given, and the rules of reports.
struct SimulatedLine {
    /// Something the line asked, to ask again until it is answered.
    enum Errand: Equatable {
        case request(pool: String, count: UInt64, token: String)
        case confirm(AllotmentID)
        case giveBack(AllotmentID, [PositionRange])
    }

    let name: String
    /// The generation it has reported to.
    var generation = ""
    /// The generation it is reporting to: meanwhile it takes nothing.
    var reporting: String?
    /// The try that is open.
    var attempt = 0
    var past: [String] = []
    var shown: [ShownAllotment] = []
    /// Allotments it gave back without having taken them: never to be taken any more.
    var declined: Set<AllotmentID> = []
    var errands: [Errand] = []
    /// What it does not ask for any more: it was refused.
    var givenUp: Set<String> = []
    var lastToken = 0
    var taken = 0

    init(name: String) { self.name = name }

    var caller: LineCaller { LineCaller(line: name, generation: generation, last: shown.last?.block.id) }

    /// Everything it would send now.
    func messages(partSize: Int) -> [NumberRequest] {
        if let reporting {
            let parts = max(1, (shown.count + partSize - 1) / partSize)
            return (0..<parts).map { part in
                let piece = shown[part * partSize..<min(shown.count, (part + 1) * partSize)]
                return .report(
                    LineReport(
                        caller: caller, to: reporting, attempt: "\(attempt)", past: past, part: part + 1,
                        parts: parts, shown: Array(piece)))
            }
        }
        return errands.map { errand in
            switch errand {
            case .request(let pool, let count, let token):
                .request(caller, pool: pool, count: count, token: token)
            case .confirm(let id): .confirm(caller, id)
            case .giveBack(let id, let ranges): .return(caller, id, ranges)
            }
        }
    }

    mutating func receive(
        _ answer: NumberAnswer, to request: NumberRequest, chance: inout Chance, book: inout Bookkeeper
    ) {
        switch answer {
        case .allotted(let block, let generation):
            guard reporting == nil, generation == self.generation,
                case .request(_, _, _, let token) = request
            else { return }
            take(block, token: token, book: &book)
        case .reported(let generation, let attempt, let unconfirmed):
            guard reporting == generation, attempt == "\(self.attempt)" else { return }
            if !past.contains(generation) { past.append(generation) }
            reporting = nil
            self.generation = generation
            for offered in unconfirmed {
                if shown.contains(where: { $0.block.id == offered.block.id }) { continue }
                // Without an open request for it the line may well do without.
                if errands.contains(where: { $0.token == offered.token }) || chance.oneIn(2) {
                    take(offered.block, token: offered.token, book: &book)
                } else if declined.insert(offered.block.id).inserted {
                    errands.removeAll { $0.token == offered.token }
                    errands.append(.giveBack(offered.block.id, [offered.block.range]))
                    // Shown as given back for ever: a restored hub has forgotten it (seed 1209).
                    var declined = offered
                    declined.returned = [offered.block.range]
                    shown.append(declined)
                }
            }
        case .confirmed(let id): errands.removeAll { $0 == .confirm(id) }
        case .returned(let id, let ranges): errands.removeAll { $0 == .giveBack(id, ranges) }
        case .refused(let refusal): refused(refusal, request)
        case .done, .partTaken: break
        }
    }

    private mutating func refused(_ refusal: HubRefusal, _ request: NumberRequest) {
        switch refusal.code {
        case .reportFirst:
            // A refusal may be old; then the hub says so again, of the generation it is in.
            hear(of: refusal.generation)
        case .insufficientNumbers, .poolClosed, .poolUnknown, .inConflict, .tooDense, .lineNotAllowed:
            if case .request(_, _, _, let token) = request {
                errands.removeAll { $0.token == token }
                givenUp.insert(token)
            }
        default: break
        }
    }

    /// Reports to a generation that is not the one it knows.
    mutating func hear(of new: String) {
        guard new != reporting ?? generation else { return }
        reporting = new
        attempt += 1
    }

    private mutating func take(_ block: AllottedBlock, token: String, book: inout Bookkeeper) {
        guard !shown.contains(where: { $0.block.id == block.id }), !declined.contains(block.id) else {
            return
        }
        errands.removeAll { $0.token == token }
        shown.append(ShownAllotment(block: block, token: token))
        taken += 1
        errands.append(.confirm(block.id))
        book.take(block, by: name)
    }

    /// Gives back a piece of something it holds.
    mutating func giveBackSome(chance: inout Chance, book: inout Bookkeeper) {
        guard !shown.isEmpty else { return }
        let place = chance.below(shown.count)
        let block = shown[place].block
        guard !declined.contains(block.id) else { return }
        let skip = UInt64(chance.below(Int(block.range.count)))
        let count = 1 + UInt64(chance.below(Int(block.range.count - skip)))
        let range = PositionRange(first: block.range.first + skip, count: count)
        shown[place].returned.insert(range)
        book.giveBack(range, of: block)
        errands.append(.giveBack(block.id, [range]))
    }

    mutating func ask(pool: String, count: UInt64) {
        lastToken += 1
        errands.append(.request(pool: pool, count: count, token: "\(name)-\(lastToken)"))
    }
}

extension SimulatedLine.Errand {
    var token: String? { if case .request(_, _, let token) = self { token } else { nil } }
}
