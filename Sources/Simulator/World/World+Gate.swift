/// A rejected carton between the gate and the confirmation sensor.
struct InChute: Sendable {
    let carton: CartonID
    /// Belt position by which it has landed at the latest.
    let position: Int64
    /// Time by which it has landed at the latest.
    let time: UInt64
}

/// The line I/O controller: outputs, watchdog, gate commands, verdicts, and the gate itself.
extension World {
    /// Gate commands that may stand at once; further ones are refused.
    package static let gateCommandLimit = 64

    // MARK: Registers and semantic access

    /// What the controller of the lane at hand, the first one between calls, shows now.
    package var io: WorldIOInputs { io(lane: laneAtHand) }

    /// Holding registers 0...32; see ``WorldIOInputs/registers()``.
    package func inputRegisters() -> [UInt16] { io.registers() }

    /// Holding registers from `address` on: 0...32 inputs, 100...143 outputs.
    ///
    /// - Returns: `nil` when a register asked for does not exist (Modbus: illegal data address).
    package func readRegisters(at address: Int, count: Int) -> [UInt16]? {
        guard count > 0, address >= 0 else { return nil }
        let isOutput = address >= WorldIOOutputs.firstRegister
        let block = isOutput ? outputs.registers() : inputRegisters()
        let start = isOutput ? address - WorldIOOutputs.firstRegister : address
        guard start <= block.count, count <= block.count - start else { return nil }
        return Array(block[start..<start + count])
    }

    /// Writes output registers from `address` on and acts on the result, as one write.
    ///
    /// Fields of two registers and gate commands belong into one write: each write is acted on at once.
    /// - Returns: False when a register written is not an output; nothing is written then.
    package mutating func write(register address: Int, values: [UInt16]) -> Bool {
        guard !values.isEmpty, let new = outputs.writing(values, at: address) else { return false }
        let purge = WorldIOOutputs.purgeRegister
        write(new, isNewPurge: address <= purge && address + values.count >= purge + 2)
        return true
    }

    /// Writes all outputs.
    ///
    /// A changed heartbeat, and nothing else, feeds the watchdog and clears its trip; the belt then moves
    /// again only if run-enable is (again) set. A command sequence other than
    /// ``WorldIOInputs/commandSequence`` is a command; a client that starts must read that register first.
    ///
    /// - Parameter isNewPurge: The end of the purge was among what was written; `nil` to go by its value.
    package mutating func write(_ new: WorldIOOutputs, isNewPurge: Bool? = nil, lane: Int = 0) {
        at(lane) { $0.writeLane(new, isNewPurge: isNewPurge) }
    }

    private mutating func writeLane(_ new: WorldIOOutputs, isNewPurge: Bool?) {
        if isNewPurge ?? (new.purgeUntil != outputs.purgeUntil) { isStopUnanswered = false }
        if new.heartbeat != outputs.heartbeat {
            lanes[laneAtHand].lastBeat = now
            inputs.watchdogTripped = false
        }
        outputs = new
        inputs.heartbeatEcho = new.heartbeat
        if new.commandSequence != inputs.commandSequence { takeCommand() }
        updateMotion()
    }

    /// Breaks or mends the gate. A broken gate stays in its rest position, and the controller stops the belt.
    package mutating func setGateFault(_ isBroken: Bool) {
        inputs.gateFault = isBroken
        updateMotion()
    }

    /// Holds the conveyor up from outside, as a jam or a machine downstream does, or lets it go on by itself.
    package mutating func setHeldUp(_ isHeldUp: Bool) {
        self.isHeldUp = isHeldUp
        updateMotion()
    }

    /// Silence: run and feed are dropped and every permission to pass is forgotten; accepted ejects stand.
    mutating func tripWatchdog() {
        inputs.watchdogTripped = true
        outputs.run = false
        outputs.feed = false
        outputs.verdicts = WorldIOOutputs().verdicts
        if layout.gateMode == .pass { commands = [] }
        emit(.watchdogTripped)
        updateMotion()
    }

    // MARK: Commands and verdicts

    private mutating func takeCommand() {
        inputs.commandSequence = outputs.commandSequence
        inputs.commandResult = judgeCommand()
        emit(.gateCommand(sequence: inputs.commandSequence, result: inputs.commandResult))
    }

    private mutating func judgeCommand() -> GateCommandResult {
        guard let kind = GateCommandKind(rawValue: outputs.commandKind) else { return .refusedLate }
        switch (kind, layout.gateMode) {
        case (.none, _): return .none
        case (.passAt, .pass), (.ejectAt, .eject): break
        case (.passAt, _), (.ejectAt, _): return .refusedLate
        }
        let ahead = outputs.commandPosition.travel(from: UInt32(truncatingIfNeeded: counted))
        let target = counted + ahead
        let window = layout.gateWindow
        let here = counted
        commands.removeAll { $0 + window < here }
        guard ahead >= window, commands.count < Self.gateCommandLimit else {
            return .refusedLate
        }
        commands.append(target)
        return .accepted
    }

    /// Lets the carton at the gate pass or throws it out.
    ///
    /// - Returns: True when it passed.
    mutating func decideAtGate(_ id: CartonID) -> Bool {
        let track = cartons[id.number - 1].track
        let passes = inputs.gateFault ? layout.gateMode == .eject : mayPass(track: track)
        if layout.gateMode == .plc, let track { report(track, passes: passes) }
        guard passes else {
            throwOut(id)
            return false
        }
        tally.passed += 1
        emit(.gatePassed(id))
        return true
    }

    private mutating func mayPass(track: UInt16?) -> Bool {
        if layout.gateMode == .stop { return true }
        if isPurging || (layout.measure == .runningTime && runsSince == nil) { return false }
        switch layout.gateMode {
        case .plc:
            guard let track else { return false }
            let slot = outputs.verdicts[Int(track % 16)]
            return slot.track == track && slot.verdict == WorldVerdict.pass.rawValue
        case .pass:
            // One pass signal is for one unit: whatever comes next into its window is rejected.
            guard let index = commands.firstIndex(where: isAtGate) else { return false }
            commands.remove(at: index)
            return true
        case .eject:
            return !commands.contains(where: isAtGate)
        case .stop: return true
        }
    }

    private func isAtGate(_ command: Int64) -> Bool {
        abs(command - counted) <= layout.gateWindow
    }

    private var isPurging: Bool {
        outputs.purge && outputs.purgeUntil.travel(from: UInt32(truncatingIfNeeded: counted)) >= 0
    }

    private mutating func report(_ track: UInt16, passes: Bool) {
        let entry = GateDisposition(track: track, result: passes ? 1 : 2)
        inputs.dispositions[Int(inputs.dispositionCount % 8)] = entry
        inputs.dispositionCount &+= 1
        emit(.disposition(entry))
    }

    // MARK: Chute and bin

    private mutating func throwOut(_ id: CartonID) {
        cartons[id.number - 1].place = .chute
        tally.rejected += 1
        emit(.gateRejected(id))
        chute.append(
            InChute(
                carton: id, position: position + layout.chuteTravel,
                time: later(now, by: layout.timings.chute)))
    }

    /// The first carton in the chute passes the confirmation sensor and falls into the bin.
    mutating func landFromChute() {
        guard !chute.isEmpty else { return }
        let id = chute.removeFirst().carton
        if !happens(.confirmMissing, to: id.number) { at(lane(of: id)) { $0.countReject(id) } }
        putIntoBin(id)
    }

    private mutating func countReject(_ id: CartonID) {
        inputs.rejectCount &+= 1
        inputs.rejectPosition = UInt32(truncatingIfNeeded: counted)
        emit(.rejectConfirmed(id, count: inputs.rejectCount, position: inputs.rejectPosition))
    }

    mutating func putIntoBin(_ id: CartonID) {
        cartons[id.number - 1].place = .bin
        bin.append(id)
        emit(.binned(id))
        if bin.count == layout.binCapacity { emit(.binFull) }
    }
}
