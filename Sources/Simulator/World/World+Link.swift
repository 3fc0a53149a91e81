/// The station that sees both codes of a carton, between pass sensor and case camera, and the helper codes.
///
/// Where the layout has one, every carton wears a cap with a helper code of its own, and the case camera sees
/// the caps alone. In somebody's hand a carton can be turned: they show the reader whichever code they like.
struct LinkPlace: Sendable {
    /// Cartons on the belt that come before the reader, downstream first.
    var coming: [CartonID] = []
}

/// A cap with a helper code on it: no GS1 code, and nothing that says which carton it belongs to.
package struct HelperCode: Hashable, Sendable {
    /// As the rules know it.
    package let text: String
    /// False: no camera will ever read it.
    package var isReadable = true

    /// What a reader reads: a DataMatrix symbol that is no GS1 one.
    var scan: String { "]d1" + text }
}

extension World {
    /// Stands between the two codes of a carton.
    package static let linkSeparator: Character = "|"

    // MARK: Caps

    /// Puts a cap on a carton that comes into the world: now and then one that cannot be read, or a copy of
    /// that of a carton shortly before.
    mutating func putCap(on id: CartonID) {
        guard layout.link != nil else { return }
        var cap = freshCap(for: id)
        let before = id.number - 1 - linkLuck(.helperCopy, id, turn: 1).number(below: 3)
        if let other = carton(CartonID(before))?.helper, happens(.helperCopy, to: id.number) {
            cap = HelperCode(text: other.text)
        }
        if happens(.badHelper, to: id.number) { cap.isReadable = false }
        cartons[id.number - 1].helper = cap
    }

    /// A helper code that is on no other carton, and that no misreading of another makes.
    private mutating func freshCap(for id: CartonID) -> HelperCode {
        cartons[id.number - 1].caps += 1
        let turn = cartons[id.number - 1].caps
        let check = linkLuck(.badHelper, id, turn: turn).number(below: 10_000)
        return HelperCode(text: "CAP-\(id.number).\(turn)-\(check)")
    }

    /// Puts a new cap on a carton.
    ///
    /// - Returns: False when it is out of reach, or no carton wears any.
    package mutating func changeCap(of id: CartonID) -> Bool {
        guard layout.link != nil, isInReach(id) else { return false }
        cartons[id.number - 1].helper = freshCap(for: id)
        emit(.capChanged(id))
        return true
    }

    // MARK: The reader of both codes

    /// Position at which the next carton is before the reader of both codes.
    var nextLinkPosition: Int64? {
        guard let place = layout.link, let first = link.coming.first else { return nil }
        return cartons[first.number - 1].anchor + place
    }

    /// A carton has passed the pass sensor.
    mutating func comeToLink(_ id: CartonID) {
        if layout.link != nil { link.coming.append(id) }
    }

    /// The reader takes its picture of whatever is before it now.
    mutating func runLink() {
        while let next = nextLinkPosition, next <= position {
            triggerLinkReader(link.coming.removeFirst(), byHand: false)
        }
    }

    /// Shows both codes of a carton to the reader, and puts it back.
    ///
    /// - Returns: False when it is out of reach, or there is no such reader.
    package mutating func presentToLinkReader(_ id: CartonID) -> Bool {
        guard layout.link != nil, isInReach(id) else { return false }
        schedule(.presentLink(id), in: layout.timings.handItem)
        return true
    }

    mutating func triggerLinkReader(_ id: CartonID, byHand: Bool) {
        let turn = cartons[id.number - 1].linkReads
        cartons[id.number - 1].linkReads += 1
        if happens(.linkSilent, to: id.number, turn: turn) { return }
        let result = readBothCodes(of: id, turn: turn)
        let shortest = layout.timings.caseCameraMinimum
        let span = max(layout.timings.caseCameraMaximum, shortest) - shortest
        var delay = shortest + UInt64(linkLuck(.linkLate, id, turn: turn + 1).number(below: Int(span)))
        if happens(.linkLate, to: id.number, turn: turn) { delay = layout.timings.lateResult }
        schedule(.linkResult(id, result, byHand: byHand), in: delay)
        guard happens(.linkDouble, to: id.number, turn: turn) else { return }
        schedule(.linkResult(id, result, byHand: byHand), in: later(delay, by: layout.timings.doubleRead))
    }

    /// Both codes in one message, in any order; what cannot be read is not in it.
    private mutating func readBothCodes(of id: CartonID, turn: Int) -> WorldRead {
        if happens(.linkNoRead, to: id.number, turn: turn) { return .noRead }
        let carton = cartons[id.number - 1]
        var luck = random(.linkMisread, id.number, turn + 1)
        var own = carton.scan
        if own != nil, happens(.linkMisread, to: id.number, turn: turn) { own = misread(id, luck: &luck) }
        var codes = [own, readableCap(of: id)].compactMap(\.self)
        if happens(.linkOneCode, to: id.number, turn: turn), !codes.isEmpty {
            codes.remove(at: luck.below(codes.count))
        }
        if luck.below(2) == 0 { codes.reverse() }
        return codes.isEmpty ? .noRead : .code(codes.joined(separator: String(Self.linkSeparator)))
    }

    // MARK: The case camera

    /// What the case camera can see of a carton: its cap, where it wears one.
    func seenAtCaseCamera(_ id: CartonID) -> String? {
        layout.link == nil ? carton(id)?.scan : readableCap(of: id)
    }

    /// What the case camera reads when some characters are wrong.
    func misreadAtCaseCamera(_ id: CartonID, luck: inout SeededRandom) -> String? {
        // A letter that no cap has in its place: no other carton wears this one.
        if layout.link != nil { return seenAtCaseCamera(id)?.replacing("CAP", with: "GAP") }
        return misread(id, luck: &luck)
    }

    /// Shows a carton's own code to the case camera, not its cap, and puts it back.
    ///
    /// - Returns: False when it is out of reach.
    package mutating func presentOwnCode(_ id: CartonID) -> Bool {
        guard isInReach(id) else { return false }
        schedule(.presentOwn(id), in: layout.timings.handItem)
        return true
    }

    mutating func readOwnCode(of id: CartonID) {
        schedule(
            .caseResult(id, carton(id)?.scan.map(WorldRead.code) ?? .noRead, byHand: true),
            in: layout.timings.caseCameraMinimum)
    }

    /// What a reader reads on the cap of a carton; `nil` without one, and where nothing can be read.
    func readableCap(of id: CartonID) -> String? {
        carton(id)?.helper.flatMap { $0.isReadable ? $0.scan : nil }
    }

    private func linkLuck(_ fault: WorldFault, _ id: CartonID, turn: Int) -> SeededRandom {
        random(fault, id.number, turn)
    }
}

extension SeededRandom {
    /// The first number this one draws.
    fileprivate func number(below bound: Int) -> Int {
        var luck = self
        return luck.below(bound)
    }
}
