/// Recipes: each printer and camera of the order loads its job, and nothing runs before each has read the
/// name of its job back.
extension Line {
    /// Every device of the order that the line needs has named the order's job since it was last away.
    var jobsProven: Bool { neededJobs.allSatisfy { jobs[$0.device] == .loaded } }

    /// Asked at each scan of the I/O: by index, as a copy of a batch is a dozen counted references.
    private var neededJobs: [DeviceJob] {
        guard let running = state.running, !state.batches[running].order.jobs.isEmpty else { return [] }
        return state.batches[running].order.jobs.filter { isNeeded($0.device) }
    }

    /// The belt may run: every job is proven. A batch that is taken off the line must come off it all the
    /// same: once no answer is due any more the belt carries away what the gate rejects.
    var jobsLetRun: Bool {
        jobsProven || (state.isEnding && !jobs.isAsking)
    }

    /// The coder of the lane at hand prints what its job says: that comes first.
    var mayPrepareCoder: Bool {
        guard printsOnLine, let device = lane.unitPrint?.device else { return false }
        return state.runningBatch?.order.job(of: device) == nil || jobs[device] == .loaded
    }

    /// The line can have what the order asks for.
    func checkJobs(_ order: Order) throws(Refusal) {
        for wanted in order.jobs {
            guard configuration.deviceNames.contains(wanted.device) else {
                throw Refusal(
                    "BATCH-117", "the order has a job for \(wanted.device), which is no device of this line",
                    "The devices are: \(configuration.deviceNames.joined(separator: ", ")).")
            }
            guard let device = configuration.jobDevices.first(where: { $0.name == wanted.device }) else {
                throw Refusal(
                    "BATCH-118", "the profile of \(wanted.device) cannot select a job and read it back",
                    "Leave its job out and select it by hand, or write table [job] into its profile.")
            }
            guard device.carries(wanted.job) else {
                throw Refusal(
                    "BATCH-119", "\(wanted.device) cannot be told the name \"\(wanted.job)\"",
                    "Give the job a name of at most \(device.maxBytes) characters"
                        + (device.forbidden.isEmpty ? "." : " without \(device.forbiddenText)."))
            }
        }
    }

    /// Asks every device whose job is neither proven nor asked for.
    mutating func selectJobs() {
        for wanted in neededJobs {
            switch jobs[wanted.device] {
            case .asked, .loaded: continue
            case .refused, nil:
                noteAsked(wanted.device)
                act(.selectJob(device: wanted.device, job: wanted.job))
            }
        }
    }

    /// A device is there again.
    ///
    /// - Returns: Whether the batch on the line has a job for it.
    mutating func readJob(of device: String) -> Bool {
        guard state.runningBatch?.order.job(of: device) != nil else { return false }
        noteAsked(device)
        act(.readJob(device: device))
        return true
    }

    private mutating func noteAsked(_ device: String) {
        let due = now.monotonicNanoseconds.advanced(byNanoseconds: JobDesk.answerNanoseconds)
        jobs[device] = .asked(due: due)
    }

    /// A device answered. What names another job counts whenever it comes; what names the right one only
    /// where it was asked for.
    mutating func job(of device: String, reported report: JobReport) {
        guard let batch = state.runningBatch, let wanted = batch.order.job(of: device),
            let proof = jobs[device]
        else { return }
        if case .refused = proof { return }
        switch report {
        case .loaded(let name) where name == wanted:
            guard proof != .loaded else { return }
            jobs[device] = .loaded
            record(.jobLoaded(JobLoaded(batch: batch.order.batch, device: device, job: wanted)))
            if let lane = configuration.laneOfCoder(device) {
                at(lane) { if $0.mayPrepareCoder { $0.prepareCoder() } }
            }
        case .loaded(let name): refuse(wanted, of: device, found: name, "it has job \(name)")
        case .failed(let text): refuse(wanted, of: device, found: "", text)
        }
    }

    /// Devices whose answer did not come.
    mutating func expireJobs() {
        for device in jobs.late(at: now.monotonicNanoseconds) {
            guard let wanted = state.runningBatch?.order.job(of: device) else {
                jobs[device] = nil
                continue
            }
            let seconds = JobDesk.answerNanoseconds / Nanoseconds.second
            refuse(wanted, of: device, found: "", "no answer in \(seconds) s")
        }
    }

    private mutating func refuse(_ wanted: String, of device: String, found: String, _ text: String) {
        guard let batch = state.runningBatch else { return }
        jobs[device] = .refused(text)
        forgetCoder(device)
        record(
            .jobRefused(
                JobRefused(
                    batch: batch.order.batch, device: device, job: wanted, found: found,
                    reason: found.isEmpty ? text : "")))
        // A batch that ends needs no job: what comes is rejected. Nor does a device nobody needs now.
        guard !batch.ending, isNeeded(device) else { return }
        hold(.jobRefused, station: device, "wanted job \(wanted), but \(text)", immediate: true)
    }

    var jobStatus: [JobStatus] {
        (state.runningBatch?.order.jobs ?? []).map { wanted in
            let (state, detail): (JobStatus.State, String) =
                switch jobs[wanted.device] {
                case nil: (.unknown, "")
                case .asked: (.asked, "")
                case .loaded: (.loaded, "")
                case .refused(let text): (.refused, text)
                }
            return JobStatus(device: wanted.device, job: wanted.job, state: state, detail: detail)
        }
    }
}

extension JobDevice {
    fileprivate var forbiddenText: String {
        forbidden.sorted().map { String(UnicodeScalar($0)) }.joined(separator: " ")
    }
}

extension LineState {
    /// The answer is about a job that the batch on the line has.
    func checkJob(_ record: LineRecord) throws(StateFault) {
        let (name, device, job) =
            switch record {
            case .jobLoaded(let fact): (fact.batch, fact.device, fact.job)
            case .jobRefused(let fact): (fact.batch, fact.device, fact.job)
            default: ("", "", "")
            }
        guard let batch = runningBatch, batch.order.batch == name, batch.order.job(of: device) == job else {
            throw StateFault(text: "batch \(name) is not on the line, or has no such job for \(device)")
        }
    }
}
