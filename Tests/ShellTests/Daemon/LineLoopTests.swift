import JournalCore
import Simulator
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Law 2: record, then act. Law 9: a failed sync is never tried again.
@Suite struct LineLoopTests {
    private struct Rig {
        let log = Notebook()
        let clock = TestClock()
        let board = SnapshotBoard()
        let disk = SimulatedDisk()

        func loop(checkpointNanoseconds: UInt64 = .max >> 1) throws -> LineLoop {
            let journal = try TestLine.journal(
                NotingStorage(disk, log), checkpointNanoseconds: checkpointNanoseconds)
            let clock = clock
            var loop = LineLoop(
                line: Line(configuration: TestLine.configuration), journal: journal,
                outlet: NotingOutlet(log),
                board: board, clock: { clock.now })
            try loop.turn([TestLine.start()])
            _ = log.take()
            return loop
        }
    }

    private func command(_ request: UInt64, _ verb: LineCommand.Verb) -> LineInput {
        .command(LineCommand(request: request, actor: "uid:test", verb: verb))
    }

    @Test func recordsAreSyncedBeforeAnyAction() throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.turn([command(1, TestLine.range("a"))])
        #expect(rig.log.take() == ["write", "sync", "done 1"])
    }

    @Test func inputsOfOneTurnShareOneSync() throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.turn([
            command(1, TestLine.range("a")), command(2, TestLine.range("a")),
            command(3, TestLine.range("b", first: 50)),
        ])
        #expect(rig.log.take() == ["write", "sync", "done 1", "refused 2 POOL-101", "done 3"])
    }

    @Test func nothingIsWrittenWithoutRecords() throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.turn([.tick])
        try loop.turn([command(1, .startBatch("none"))])
        #expect(rig.log.take() == ["refused 1 BATCH-111"])
    }

    @Test func theRulesLearnWhatIsDurableInTheNextTurn() throws {
        let rig = Rig()
        var loop = try rig.loop()
        #expect(loop.mayWaitNanoseconds == 0)
        try loop.turn([])
        #expect(loop.mayWaitNanoseconds > 0)
    }

    @Test func anUnsignedRecordGetsItsCheckpoint() throws {
        let rig = Rig()
        var loop = try rig.loop(checkpointNanoseconds: 1_000_000_000)
        let devices = TestLine.configuration.deviceNames.map { LineInput.device($0, .connected) }
        try loop.turn(devices + [command(1, TestLine.range("a"))])
        rig.clock.advance(milliseconds: 1001)
        _ = rig.log.take()
        try loop.turn([.tick])
        #expect(rig.log.take() == ["write", "sync"])
        #expect(loop.journal.unsignedLines == 0)
    }

    @Test(arguments: [1, 2]) func aFailedWriteOrSyncActsOnNothingAndIsFinal(operation: Int) throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.turn([])
        rig.disk.plan.failure = (rig.disk.operations + operation, .inputOutput)
        let error = #expect(throws: JournalError.self) { try loop.turn([command(1, TestLine.range("a"))]) }
        #expect(error?.exitStatus == 74)
        #expect(!rig.log.take().contains { $0.hasPrefix("done") })
        rig.disk.plan.failure = nil
        let again = #expect(throws: JournalError.self) { try loop.turn([command(2, TestLine.range("b"))]) }
        #expect(again?.code == .poisoned)
        #expect(!rig.log.all.contains { $0.hasPrefix("done") })
    }

    @Test func theStatusAfterAnAnswerShowsWhatWasDone() throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.turn([command(1, TestLine.range("a"))])
        let snapshot = try #require(rig.board.snapshot)
        #expect(snapshot.pools.map(\.name) == ["a"])
        #expect(snapshot.durable == loop.journal.durable)
    }

    @Test func anOrderlyStopIsRecordedSignedAndGivesTheLockBack() throws {
        let rig = Rig()
        var loop = try rig.loop()
        try loop.stop()
        let signer = try #require(TestLine.signer())
        var kinds: [String] = []
        _ = try Journal.open(storage: rig.disk, signer: signer, limits: JournalLimits()) {
            (record) throws(RecordRefused) in
            guard let fact = try? LineRecord.decode(record.body) else { return }
            kinds.append(fact.record.kindWord)
        }
        #expect(kinds == ["line.started", "line.stopped"])
    }
}

@Suite struct InputQueueTests {
    @Test func inputsComeInOrderAndAtMostATurnAtOnce() {
        let queue = InputQueue()
        for index in 0..<(InputQueue.maxTurn + 3) {
            #expect(queue.offer(.coder(.printed(through: UInt64(index)))))
        }
        let first = queue.take(waitingNanoseconds: 0)
        let second = queue.take(waitingNanoseconds: 0)
        #expect(first.inputs.count == InputQueue.maxTurn)
        #expect(second.inputs.first == .coder(.printed(through: UInt64(InputQueue.maxTurn))))
        #expect(second.inputs.count == 3)
        #expect(queue.take(waitingNanoseconds: 0).inputs.isEmpty)
    }

    @Test func aFullQueueCountsWhatItDrops() {
        let queue = InputQueue()
        for _ in 0..<InputQueue.maxDeviceInputs { queue.offer(.tick) }
        #expect(!queue.offer(.tick))
        #expect(!queue.offer(.tick))
        #expect(
            queue.offer(LineCommand(request: 1, actor: "", verb: .resume)),
            "commands have a place of their own")
        #expect(queue.take(waitingNanoseconds: 0).dropped == 2)
        #expect(queue.take(waitingNanoseconds: 0).dropped == 0)
    }

    @Test func commandsAreBoundedAndRefusedAfterTheStop() {
        let queue = InputQueue()
        let command = LineCommand(request: 1, actor: "", verb: .resume)
        for _ in 0..<InputQueue.maxCommands { #expect(queue.offer(command)) }
        #expect(!queue.offer(command))
        queue.stop()
        let taken = queue.take(waitingNanoseconds: 0)
        #expect(taken.inputs.count == InputQueue.maxCommands)
        #expect(taken.stops)
        #expect(!queue.offer(command))
        #expect(!queue.offer(.tick))
    }
}

@Suite struct LineThreadTests {
    /// Goal: a failed sync ends the line with status 74 and nothing more is done. Method: the next sync of
    /// the disk fails; a command is offered.
    @Test func aFailedSyncEndsTheThread() async throws {
        let queue = InputQueue()
        let log = Notebook()
        let outlet = NotingOutlet(log)
        let disk = SimulatedDisk()
        let clock = TestClock()
        var loop = LineLoop(
            line: Line(configuration: TestLine.configuration), journal: try TestLine.journal(disk),
            outlet: outlet,
            board: SnapshotBoard(), clock: { clock.now })
        try loop.turn([TestLine.start()])
        try loop.turn([])
        disk.plan.failure = (disk.operations + 2, .inputOutput)
        let failed = AsyncStream<DaemonError>.makeStream()
        let thread = LineThread(queue: queue, directory: "journal")
        try thread.start(loop, outlet: outlet) { failed.continuation.yield($0) }
        #expect(queue.offer(LineCommand(request: 1, actor: "", verb: TestLine.range("a"))))
        var errors = failed.stream.makeAsyncIterator()
        let error = await errors.next()
        #expect(error?.exitStatus == 74)
        #expect(error?.code == JournalError.Code.storageFailed.rawValue)
        #expect(!log.all.contains { $0.hasPrefix("done") })
    }

    /// Goal: the process ends with the status the service manager knows for a disk fault. Method: as above,
    /// in a process of its own, with the end the daemon uses.
    @Test func aFailedSyncEndsTheProcessWith74() async {
        await #expect(processExitsWith: .exitCode(74)) {
            let queue = InputQueue()
            let outlet = NotingOutlet(Notebook())
            let disk = SimulatedDisk()
            let clock = TestClock()
            var loop = LineLoop(
                line: Line(configuration: TestLine.configuration), journal: try TestLine.journal(disk),
                outlet: outlet, board: SnapshotBoard(), clock: { clock.now })
            try loop.turn([TestLine.start()])
            try loop.turn([])
            disk.plan.failure = (disk.operations + 2, .inputOutput)
            let thread = LineThread(queue: queue, directory: "journal")
            try thread.start(loop, outlet: outlet) { ProcessEnd.now($0.description, status: $0.exitStatus) }
            queue.offer(LineCommand(request: 1, actor: "", verb: TestLine.range("a")))
            try await Task.sleep(for: .seconds(20))
        }
    }

    /// Goal: a queue that overflowed stops the belt until a person resumes. Method: more inputs than fit,
    /// before the thread starts; then the status.
    @Test func droppedInputsRaiseAnAlarmOfTheIO() async throws {
        let queue = InputQueue()
        let outlet = NotingOutlet(Notebook())
        let board = SnapshotBoard()
        let clock = TestClock()
        var loop = LineLoop(
            line: Line(configuration: TestLine.configuration), journal: try TestLine.journal(SimulatedDisk()),
            outlet: outlet, board: board, clock: { clock.now })
        try loop.turn([TestLine.start()])
        for _ in 0...InputQueue.maxDeviceInputs { queue.offer(.tick) }
        let thread = LineThread(queue: queue, directory: "journal")
        try thread.start(loop, outlet: outlet) { _ in }
        #expect(thread.stop())
        let snapshot = try #require(board.snapshot)
        #expect(
            snapshot.status.alarms.contains { $0.station == "plc" && $0.detail.contains("inputs were lost") })
    }
}
