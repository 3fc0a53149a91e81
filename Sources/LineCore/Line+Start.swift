extension Line {
    /// Time for every device to connect after a start, before its absence is an alarm.
    private static let missingNanoseconds = Nanoseconds.second

    /// A start: after an unclean stop nothing that was in the air is trusted.
    mutating func begin(_ start: LineStart) {
        let clean = state.stoppedInOrder
        record(
            .lineStarted(
                LineStarted(
                    clean: clean, boot: start.boot, version: start.version, configuration: start.configuration
                )))
        numbers.begin(record: recordsMade)
        signOffAll()
        missingDue = now.monotonicNanoseconds.advanced(byNanoseconds: Self.missingNanoseconds)
        if !clean {
            for pool in state.unitPools where pool.nextUnsent < pool.nextUnreserved {
                record(.serialsVoided(pool.unsent))
            }
            for pool in state.ssccPools where pool.nextUnused < pool.nextUnreserved {
                record(.serialsVoided(pool.unused))
            }
        }
        clearOpenTracks(of: nil)
        adoptReserved()
        isVerifyingJournal = !start.isJournalVerified
        if start.isJournalVerified { record(returned: .olderJournal, "journal") }
        guard let batch = state.runningBatch else { return }
        // Open containers are empty again: an earlier stop must not hide that.
        let earlier = batch.hold.map { ", held before by \($0.reason)" } ?? ""
        hold(
            .restart, station: "", "after an \(clean ? "orderly" : "unclean") stop\(earlier)",
            immediate: true, anew: true)
    }

    /// Units without disposition are cleared: their serials are in doubt again.
    ///
    /// - Parameter name: Their lane; `nil`: all lanes.
    mutating func clearOpenTracks(of name: String?) {
        let lane = name.map(state.lane(named:))
        let open = state.openTracks.filter { lane == nil || $0.lane == lane }
        guard !open.isEmpty else { return }
        record(.unitsCleared(Tracks(tracks: open.map(\.track))))
    }

    /// An orderly stop: what is known is recorded, what is on the belt is given up.
    mutating func stop() {
        guard numbers.started else { return }
        flushPasses(onlyDue: false)
        clearOpenTracks(of: nil)
        eachLane { $0.zone = UnitZone() }
        record(.lineStopped(LineStopped(reason: "asked to stop")))
        for (index, lane) in configuration.lanes.enumerated() {
            act(.outputs(LineOutputs(), lane: index))
            if state.runningBatch != nil, lane.unitPrint != nil { act(.coder(.clear, lane: index)) }
        }
        act(.checkpoint)
        numbers = NumberFeed()
    }

    mutating func device(_ name: String, is condition: DeviceCondition) {
        guard let index = devices.firstIndex(where: { $0.name == name }) else { return }
        let before = devices[index].condition
        devices[index].condition = condition
        guard before != condition else { return }
        forgetCoder(name)
        jobs[name] = nil
        switch condition {
        case .connected:
            record(returned: away(name), name)
            // Somebody may have changed its job, or it lost its power: it is read back first.
            if !readJob(of: name), let lane = configuration.laneOfCoder(name) {
                at(lane) { $0.prepareCoder() }
            }
        case .stale:
            record(raised: away(name), name, "not connected")
            lost(name, "not connected")
        case .faulty(let text):
            record(raised: away(name), name, text)
            lost(name, text)
        }
    }

    private func away(_ name: String) -> AlarmCause {
        configuration.beacons.contains(name) ? .beaconAway : .deviceAway
    }

    private mutating func lost(_ name: String, _ text: String) {
        guard state.runningBatch != nil, isNeeded(name) else { return }
        let stopsBelt =
            configuration.lanes.lane(of: name) != nil || isUnitReader(name)
        hold(.deviceLost, station: name, text, immediate: stopsBelt)
    }

    /// Units go into containers before it: the belt would carry them past.
    private func isUnitReader(_ name: String) -> Bool {
        state.runningBatch.map { station(packing: nil, of: $0.order, readBy: name) != nil } ?? false
    }

    /// Damage in the older journal does not stop the line: its state is proven. No batch is closed over it,
    /// nor before it is known that there is none.
    mutating func olderJournal(_ damage: String?) {
        isVerifyingJournal = false
        if let damage {
            record(raised: .olderJournal, "journal", damage)
        } else {
            record(returned: .olderJournal, "journal")
        }
    }

    /// Orders that do not come in, or not all of them: the line goes on with those it has.
    mutating func orderFolder(_ fault: String?, refused: String?) {
        for (cause, detail) in [(AlarmCause.ordersBlocked, fault), (.orderRefused, refused)] {
            if let detail {
                record(raised: cause, "orders", detail)
            } else {
                record(returned: cause, "orders")
            }
        }
    }

    /// The line stops while there is room left to record that it stopped, and runs again once there is more.
    mutating func disk(lacks shortage: String?) {
        guard let shortage else { return record(returned: .diskShort, "journal") }
        record(raised: .diskShort, "journal", shortage)
        guard state.runningBatch != nil else { return }
        hold(.diskShort, station: "journal", shortage, immediate: true)
    }

    /// Devices that did not come within a second of the start: nobody reports what never was there.
    mutating func missDevices() {
        guard let due = missingDue, now.monotonicNanoseconds >= due else { return }
        missingDue = nil
        for device in devices
        where device.condition == .stale && !configuration.optionalDevices.contains(device.name) {
            record(raised: away(device.name), device.name, "not connected since the start")
        }
    }
}

extension UnitPool {
    /// Serials reserved and not sent.
    var unsent: SerialRange { SerialRange(pool: name, first: nextUnsent, count: nextUnreserved - nextUnsent) }
}

extension SSCCPool {
    /// SSCCs reserved and not used.
    var unused: SerialRange { SerialRange(pool: name, first: nextUnused, count: nextUnreserved - nextUnused) }
}
