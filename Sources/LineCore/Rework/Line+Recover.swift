/// Rejects in the bin, and units that leave the line for a while.
extension Line {
    /// Most rejects counted at once.
    private static let maxCount = 100_000

    /// The unit whose code a scanner read, with what in it is not as the order of its batch says.
    private func scanned(_ code: String) throws(Refusal) -> (unit: NamedUnit, mismatch: RejectReason?) {
        switch UnitScan.parse(Array(code.utf8), year: now.year) {
        case .failure(let reason):
            throw Refusal(
                "REWORK-130", "this is no whole code of a unit: \(reason.rawValue)",
                reason == .symbology
                    ? "Scan it with a reader that sends symbology identifiers (]d2...)."
                    : "Scan the code on the pack itself."
            )
        case .success(let scan):
            guard !scan.anySerial.isEmpty else {
                throw Refusal(
                    "REWORK-130", "this is no whole code of a unit: it has no serial",
                    "Scan the code on the pack itself.")
            }
            let unit = try self.unit(ItemName(scan.anySerial, gtin: scan.gtin))
            let batch = state.batches[unit.batch]
            if let mismatch = scan.mismatch(with: batch) { return (unit, mismatch) }
            let payload = state.unitPools[unit.pool].source.payload(unit.position)
            return (unit, scan.carries(payload, batch.code) ? nil : .wrongPayload)
        }
    }

    /// - Parameter remedy: What to do with a unit whose code is wrong.
    private func proven(_ code: String, else remedy: String) throws(Refusal) -> NamedUnit {
        let (unit, mismatch) = try scanned(code)
        guard let mismatch else { return unit }
        throw Refusal(
            "REWORK-131", "the code of \(unit.serial) is not what the order says: \(mismatch.rawValue)",
            remedy)
    }

    mutating func recover(
        _ code: String, reintroduces: Bool, reason: String, actor: String
    ) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .recover)
        // What is destroyed may be printed wrongly; what comes back may not.
        let unit =
            try reintroduces
            ? proven(code, else: "Destroy it: leave --reintroduce out.") : scanned(code).unit
        let serialState = state.unitPools[unit.pool].state(unit.position)
        let name = state.batches[unit.batch].order.batch
        switch serialState {
        case .commissioned, .verified, .sampled, .inactive:
            throw Refusal(
                "REWORK-132", "\(unit.serial) is \(serialState.word): this pack may be a copy of that unit",
                "Keep it apart; count it: seriatim batch rejects \(name) --count 1."
            )
        case .inDoubt: break
        case .encoded where !reintroduces: break
        case .unallocated, .allocated, .encoded, .voided, .returned, .invalid, .labelScrapped, .labelSampled,
            .destroyed:
            throw Refusal(
                "REWORK-134", "\(unit.serial) is \(serialState.word), not rejected",
                "seriatim item show CODE tells its history.")
        }
        if reintroduces { try checkMayComeBack(unit) }
        let end = reintroduces ? RejectRecovery.reintroduced : .destroyed
        record(
            .rejectRecovered(
                RejectRecovered(
                    batch: state.batches[unit.batch].order.batch, serial: unit.serial, end: end.rawValue,
                    reason: why, actor: actor)))
        return reintroduces
            ? "\(unit.serial) is commissioned; pack it" : "\(unit.serial) is destroyed"
    }

    private func checkMayComeBack(_ unit: NamedUnit) throws(Refusal) {
        guard !configuration.reintroduced.isEmpty else {
            throw Refusal(
                "REWORK-133", "this line takes no reject back", "Destroy it: leave --reintroduce out.")
        }
        let reasons = state.batches[unit.batch].rejectReasons(of: unit.position)
        guard !reasons.isEmpty else {
            throw Refusal(
                "REWORK-134", "no reject of \(unit.serial) is on record",
                "Destroy it: leave --reintroduce out.")
        }
        let suspect = reasons.filter { reason in
            RejectReason(rawValue: reason).map { !configuration.reintroduced.contains($0) } ?? true
        }
        guard suspect.isEmpty else {
            throw Refusal(
                "REWORK-135", "\(unit.serial) was rejected for \(suspect.joined(separator: ", "))",
                "After that no unit comes back; destroy it: leave --reintroduce out.")
        }
    }

    /// More than were thrown out may lie in the bin: what people took off behind the gate. They say so.
    mutating func countRejects(
        _ count: Int, of name: String, reason: String, actor: String
    ) throws(Refusal) -> String {
        let index = try knownBatch(name)
        let batch = state.batches[index]
        guard batch.state != .closed else {
            throw Refusal("BATCH-140", "batch \(name) is closed", "Nothing of a closed batch can be changed.")
        }
        guard count != 0, count.magnitude <= UInt(Self.maxCount) else {
            throw Refusal(
                "BATCH-152", "\(count) rejects cannot be counted", "Give a number from 1 to \(Self.maxCount)."
            )
        }
        guard batch.counted + count <= HandCount.most else {
            throw Refusal(
                "BATCH-152", "\(batch.counted + count) rejects are more than anybody can count",
                "Give the number that lies there.")
        }
        guard batch.counted + count >= 0 else {
            throw Refusal(
                "BATCH-156", "\(batch.counted) are counted, \(-count) cannot be taken back",
                "Take back at most what was counted: seriatim batch show \(name).")
        }
        let more = batch.recovered + batch.counted + count - batch.rejected - batch.cleared
        if !reason.saysSomething {
            guard count > 0 else {
                throw Refusal("BATCH-155", "why the count was wrong is missing", "Add --reason TEXT.")
            }
            guard more <= 0 else {
                throw Refusal(
                    "BATCH-155",
                    "these would be \(more) more than were thrown out: rejected \(batch.rejected), "
                        + "cleared \(batch.cleared), recovered \(batch.recovered), counted \(batch.counted)",
                    "Count again; if so many lie there, say where they come from: --reason TEXT.")
            }
        }
        record(
            .rejectsCounted(
                RejectsCounted(
                    batch: name, count: max(count, 0), takenBack: max(-count, 0), reason: reason,
                    actor: actor)))
        let known = "rejected \(batch.rejected): recovered \(batch.recovered), "
        return known + "counted \(batch.counted + count)"
            + (more > 0 ? "; these are \(more) more than were thrown out" : "")
    }

    // MARK: In-process control

    mutating func takeOut(_ name: ItemName, reason: String, actor: String) throws(Refusal) -> String {
        let why = try self.reason(reason, for: .takeOut)
        let unit = try self.unit(name)
        try checkGood(unit)
        if let parent = parent(of: .unit(unit)) {
            _ = try changeable(state.containers[parent].sscc)
            throw Refusal(
                "REWORK-106", "\(unit.serial) is in \(state.containers[parent].sscc)",
                "Take it out of that first: seriatim item remove \(unit.serial) --reason TEXT.")
        }
        record(
            .unitTakenOut(
                UnitTakenOut(
                    batch: state.batches[unit.batch].order.batch, serial: unit.serial, reason: why,
                    actor: actor)))
        leaveOpen(.unit(unit))
        return "\(unit.serial) is out; bring it back: seriatim item return CODE, or end it"
    }

    mutating func bringBack(_ code: String, actor: String) throws(Refusal) -> String {
        let unit = try proven(
            code, else: "This pack is not the one that was taken out, or was changed: keep it apart.")
        guard state.batches[unit.batch].isOut(unit.position) else {
            throw Refusal("REWORK-137", "\(unit.serial) is not out", "There is nothing to bring back.")
        }
        record(
            .unitBroughtBack(
                UnitBroughtBack(
                    batch: state.batches[unit.batch].order.batch, serial: unit.serial, actor: actor)))
        return "\(unit.serial) is back; pack it"
    }

    /// Serials of units that are out.
    func takenOut(of batch: Batch) -> [String] {
        batch.out.compactMap { state.unitPools[batch.pool].source[Int($0)] }
    }
}

/// What becomes of a reject that was found in the bin.
package enum RejectRecovery: String, CaseIterable, Equatable, Sendable {
    /// The unit is gone.
    case destroyed
    /// It is as good as any that passed.
    case reintroduced
}

extension Batch {
    /// Takes note of why a unit with this serial was rejected.
    mutating func noteReject(_ position: Int, _ reason: String) {
        guard let key = UInt32(exactly: position) else { return }
        let bit = RejectReason(rawValue: reason).flatMap(RejectReason.allCases.firstIndex) ?? 31
        rejectMasks[key, default: 0] |= 1 << UInt32(bit)
    }

    /// Why units with this serial were rejected; one reason that this version does not know is empty.
    func rejectReasons(of position: Int) -> [String] {
        let mask = UInt32(exactly: position).flatMap { rejectMasks[$0] } ?? 0
        let known = RejectReason.allCases.enumerated().filter { mask & 1 << UInt32($0.offset) != 0 }
        return known.map(\.element.rawValue) + (mask & 1 << 31 != 0 ? ["another reason"] : [])
    }

    /// The unit was taken out and is not back.
    func isOut(_ position: Int) -> Bool { out.contains { Int($0) == position } }
}
