/// The cameras, and what somebody may put in front of the case camera.
extension World {
    /// What one camera does wrong, and how long it takes.
    private struct Camera {
        let silent: WorldFault
        let misread: WorldFault
        let noRead: WorldFault
        let late: WorldFault
        let double: WorldFault
        let shortest: UInt64
        let longest: UInt64
    }

    private var unitCamera: Camera {
        Camera(
            silent: .unitSilent, misread: .unitMisread, noRead: .unitNoRead, late: .unitLate,
            double: .unitDouble, shortest: layout.timings.unitCameraMinimum,
            longest: layout.timings.unitCameraMaximum)
    }

    private var caseCamera: Camera {
        Camera(
            silent: .caseSilent, misread: .caseMisread, noRead: .caseNoRead, late: .caseLate,
            double: .caseDouble, shortest: layout.timings.caseCameraMinimum,
            longest: layout.timings.caseCameraMaximum)
    }

    mutating func triggerUnitCamera(_ id: CartonID) {
        let turn = cartons[id.number - 1].unitReads
        cartons[id.number - 1].unitReads += 1
        guard let shot = shoot(unitCamera, at: id, turn: turn, { $0.read($0.unitCamera, id, turn) }) else {
            return
        }
        for delay in shot.delays { schedule(.unitResult(id, shot.result), in: delay) }
    }

    mutating func triggerCaseCamera(_ id: CartonID, byHand: Bool) {
        let turn = cartons[id.number - 1].caseReads
        cartons[id.number - 1].caseReads += 1
        guard let shot = shoot(caseCamera, at: id, turn: turn, { $0.read($0.caseCamera, id, turn) }) else {
            return
        }
        for delay in shot.delays { schedule(.caseResult(id, shot.result, byHand: byHand), in: delay) }
    }

    /// The camera over the packer takes a picture of a layer.
    mutating func triggerCaseCamera(_ ids: [CartonID], byHand: Bool) {
        guard let first = ids.first else { return }
        let turn = cartons[first.number - 1].caseReads
        for id in ids { cartons[id.number - 1].caseReads += 1 }
        guard let shot = shoot(caseCamera, at: first, turn: turn, { $0.readLayer(ids) }) else { return }
        for delay in shot.delays { schedule(.layerResult(ids, shot.result, byHand: byHand), in: delay) }
    }

    /// The codes of a layer in one message; what cannot be read is not in it.
    private mutating func readLayer(_ ids: [CartonID]) -> WorldRead {
        var codes: [String] = []
        for id in ids {
            if case .code(let scan) = read(caseCamera, id, cartons[id.number - 1].caseReads - 1) {
                codes.append(scan)
            }
        }
        guard let first = ids.first, let last = codes.last else { return .noRead }
        if happens(.caseRepeat, to: first.number, turn: cartons[first.number - 1].caseReads - 1) {
            if first.number.isMultiple(of: 2) { codes.append(last) } else { codes[0] = last }
        }
        return .code(codes.joined(separator: String(Self.layerSeparator)))
    }

    /// Stands between the codes of a layer.
    package static let layerSeparator: Character = "|"

    mutating func passCaseCamera(_ id: CartonID) {
        lastAtCaseCamera = id
        if layout.unitsPerLayer == 0, !isTableOut { triggerCaseCamera(id, byHand: false) }
        guard cartons[id.number - 1].origin == .feeder else { return }
        if isDue(.foreignItem, id.number) {
            putForeignItem(behind: id)
        } else if isDue(.rejectedItemBack, id.number) {
            putRejectedItem(behind: id)
        }
    }

    private mutating func shoot(
        _ camera: Camera, at id: CartonID, turn: Int, _ read: (inout World) -> WorldRead
    ) -> (result: WorldRead, delays: [UInt64])? {
        if happens(camera.silent, to: id.number, turn: turn) { return nil }
        let result = read(&self)
        var luck = random(camera.late, id.number, turn + 1)
        let span = camera.longest > camera.shortest ? camera.longest - camera.shortest : 0
        var delay = camera.shortest + UInt64(luck.below(Int(clamping: span)))
        if happens(camera.late, to: id.number, turn: turn) { delay = layout.timings.lateResult }
        guard happens(camera.double, to: id.number, turn: turn) else { return (result, [delay]) }
        return (result, [delay, later(delay, by: layout.timings.doubleRead)])
    }

    private mutating func read(_ camera: Camera, _ id: CartonID, _ turn: Int) -> WorldRead {
        let carton = cartons[id.number - 1]
        let isAtCase = camera.noRead == .caseNoRead
        guard let scan = isAtCase ? seenAtCaseCamera(id) : carton.scan else { return .noRead }
        if happens(camera.noRead, to: id.number, turn: turn) { return .noRead }
        guard happens(camera.misread, to: id.number, turn: turn) else { return .code(scan) }
        var luck = random(camera.misread, id.number, turn + 1)
        let wrong = isAtCase ? misreadAtCaseCamera(id, luck: &luck) : misread(id, luck: &luck)
        return wrong.map(WorldRead.code) ?? .noRead
    }

    /// What a reader makes of a carton's own code when some characters are wrong.
    func misread(_ id: CartonID, luck: inout SeededRandom) -> String? {
        guard let print = carton(id)?.print else { return nil }
        return Misread.of(print, fields: layout.codeFields, luck: &luck).scan(fields: layout.codeFields)
    }

    // MARK: Foreign items

    /// Least gap on either side of an item somebody puts on the belt.
    private static let gapAround: Int64 = 10

    private mutating func putForeignItem(behind id: CartonID) {
        guard let anchor = spot(behind: id) else { return }
        let new = CartonID(cartons.count + 1)
        let print = foreignCode(like: cartons[id.number - 1].print, for: new)
        add(
            Carton(id: new, origin: .foreign, print: print, place: .belt, anchor: anchor, track: nil))
        stretches[WorldStation.caseCamera.rawValue].insert(new, at: 0)
        note(.foreignItem, new.number)
    }

    private mutating func putRejectedItem(behind id: CartonID) {
        guard !bin.isEmpty, let anchor = spot(behind: id) else { return }
        var luck = random(.rejectedItemBack, id.number, 1)
        let back = bin.remove(at: luck.below(bin.count))
        cartons[back.number - 1].place = .belt
        cartons[back.number - 1].anchor = anchor
        stretches[WorldStation.caseCamera.rawValue].insert(back, at: 0)
        note(.rejectedItemBack, back.number)
    }

    /// Anchor of an item put close behind this one, or `nil` where there is no room.
    private func spot(behind id: CartonID) -> Int64? {
        guard roomBehind(id) >= layout.unitLength + 2 * Self.gapAround else { return nil }
        return cartons[id.number - 1].anchor + layout.unitLength + Self.gapAround
    }

    /// A good code of another product or another lot.
    private func foreignCode(like model: PrintedCode?, for id: CartonID) -> PrintedCode {
        var luck = random(.foreignItem, id.number, 1)
        let otherProduct = luck.below(2) == 0
        let values = layout.codeFields.enumerated().map { index, field in
            let value = model.flatMap { index < $0.values.count ? $0.values[index] : nil }
            return switch field {
            case "01": otherProduct ? "09999999999994" : value ?? "09999999999994"
            case "10": otherProduct ? value ?? "FOREIGN" : Misread.otherText(value ?? "FOREIGN")
            case "21", "235": "F\(id.number)"
            case "17": value ?? "301231"
            default: value ?? "0"
            }
        }
        return PrintedCode(values: values)
    }
}
