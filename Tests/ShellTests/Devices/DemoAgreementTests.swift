import DeviceCore
import DeviceIO
import Foundation
import Settings
import Simulator
import SystemIO
import Testing

@testable import DemoIO

/// Goal: the sessions, with the profiles as shipped, and the simulated devices, written apart from them from
/// the same documents, agree over real sockets and terminals.
@Suite(.serialized, .timeLimit(.minutes(1))) struct DemoAgreementTests {
    private static let devices = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("devices").path

    private func profile(_ name: String) throws -> DeviceProfile {
        try ProfileStore(shipped: [Self.devices]).load(name).profile
    }

    private func line() throws -> DemoLine { try DemoLine.start(World(layout: WorldLayout(), seed: 1)) }

    @Test func theCoderTakesRecordsAndTellsWhatItPrinted() async throws {
        let line = try line()
        defer { line.stop() }
        let bench = LinkBench()
        let address = DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.coder))
        try await bench.run(address, try profile("videojet/zipher")) { link in
            link.submit(.prepareCoder(fields: ["gtin", "expiry", "lot", "serial"]))
            #expect(await bench.log.wait(for: .coderReady))
            for index in 101...104 as ClosedRange<UInt64> {
                let values = ["04012345123456", "271231", "L1", "S\(index)"]
                link.submit(.sendRecord(index: index, values: values))
            }
            link.submit(.sendRecord(index: 104, values: ["04012345123456", "271231", "L1", "S9"]))
            #expect(await bench.log.wait(for: .recordAccepted(index: 104)))
            #expect(await bench.log.wait { $0.contains { $0.isRefusal(of: 104) } }, "an index twice")
            line.withWorld { $0.loadFeeder(blank: 2) }
            try await run(line, while: { !bench.log.all.contains(.printed(through: 102)) })
            link.submit(.clearCoder)
            #expect(await bench.log.wait(for: .bufferCleared, count: 2))
        }
        let accepted = (101...104 as ClosedRange<UInt64>).map { DeviceEvent.recordAccepted(index: $0) }
        #expect(accepted.allSatisfy { bench.log.all.contains($0) })
        #expect(bench.log.all.contains(.printed(through: 102)))
        #expect(!bench.log.all.contains(.printed(through: 103)))
        #expect(bench.log.faults.isEmpty, "\(bench.log.all)")
    }

    @Test func theCoderSelectsItsJobAndNamesIt() async throws {
        let line = try line()
        defer { line.stop() }
        let bench = LinkBench()
        let address = DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.coder))
        try await bench.run(address, try profile("videojet/zipher")) { link in
            link.submit(.readJob)
            #expect(await bench.log.wait(for: .jobRead("carton")))
            link.submit(.prepareCoder(fields: ["gtin", "expiry", "lot", "serial"]))
            #expect(await bench.log.wait(for: .coderReady))
            link.submit(.sendRecord(index: 1, values: ["04012345123456", "271231", "L1", "S1"]))
            #expect(await bench.log.wait(for: .recordAccepted(index: 1)))
            link.submit(.selectJob(DemoLine.coderJob))
            #expect(await bench.log.wait(for: .jobRead(DemoLine.coderJob)))
            #expect(line.withWorld { $0.coder.count } == 0, "what another job would have printed is gone")
            link.submit(.selectJob("no such job"))
            #expect(await bench.log.wait { $0.contains { if case .jobFailed = $0 { true } else { false } } })
            link.submit(.readJob)
            #expect(await bench.log.wait(for: .jobRead(DemoLine.coderJob), 5_000))
        }
        #expect(bench.log.faults.isEmpty, "\(bench.log.all)")
    }

    /// A camera with a site's own commands, over a socket and over a terminal.
    @Test(arguments: ["generic/reader-stx-etx", "generic/reader-cr"])
    func aCameraSelectsItsProgramAndNamesIt(name: String) async throws {
        let line = try line()
        defer { line.stop() }
        var profile = try profile(name)
        profile.job = DeviceProfile.Job(forbidden: ",=", timeoutMilliseconds: 2_000)
        profile.commands["selectJob"] = DeviceProfile.Command(
            send: "JOB,{job}", accepted: ["JOB,OK"], refused: ["JOB,ER": "no such program"], source: "test")
        profile.commands["currentJob"] = DeviceProfile.Command(
            send: "JOB", accepted: ["JOB={job}"], source: "test")
        let address =
            name == "generic/reader-cr"
            ? try DeviceAddress("serial:" + line.addresses.unitCamera)
            : DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.caseCamera))
        let bench = LinkBench()
        try await bench.run(address, profile) { link in
            link.submit(.readJob)
            #expect(await bench.log.wait(for: .jobRead("carton")))
            link.submit(.selectJob(DemoLine.cameraJob))
            #expect(await bench.log.wait(for: .jobRead(DemoLine.cameraJob)))
            link.submit(.selectJob("other"))
            #expect(await bench.log.wait(for: .jobFailed("no such program")))
        }
        #expect(bench.log.faults.isEmpty, "\(bench.log.all)")
    }

    /// Lets the belt run by hand-made heartbeats until `goesOn` is false or 10 s are over.
    private func run(_ line: DemoLine, while goesOn: () -> Bool) async throws {
        let bench = LinkBench()
        let address = DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.lineIO))
        try await bench.run(address, try profile("seriatim/line-io-1")) { link in
            var outputs = LineIOOutputs()
            outputs.runEnable = true
            outputs.feedEnable = true
            outputs.runLimit = 100_000
            for _ in 0..<200 where goesOn() {
                link.submit(.setOutputs(outputs))
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        #expect(bench.log.faults.isEmpty)
    }

    @Test func thePrinterProvesItsLabels() async throws {
        let line = try line()
        defer { line.stop() }
        let bench = LinkBench()
        let address = DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.printer))
        let template = try LabelTemplate(
            String(contentsOfFile: Self.devices + "/zebra/case.zpl", encoding: .utf8), .zpl)
        try await bench.run(address, try profile("zebra/zpl")) { link in
            for job in 1...3 as ClosedRange<UInt64> {
                let label = try template.filled([
                    "product": "Demo ä ^~", "sscc": "34012345000000001\(job)", "gtin": "04012345123456",
                    "units": "10",
                    "lot": "L1", "expiry": "271231", "expiryText": "31 DEC 2027",
                ])
                link.submit(.printLabel(job: job, data: label))
            }
            #expect(await bench.log.wait(for: .labelPrinted(job: 3), 10_000))
        }
        let jobs = bench.log.all.compactMap { event -> UInt64? in
            if case .labelPrinted(let job) = event { return job }
            return nil
        }
        #expect(jobs == [1, 2, 3])
        #expect(bench.log.faults.isEmpty)
        let held = line.withWorld { $0.beltList.heldLabels }
        #expect(held.map(\.sscc) == (1...3).map { "34012345000000001\($0)" })
        #expect(held.map(\.count) == [10, 10, 10])
    }

    @Test func theLineIORunsOnHeartbeatsAndStopsWithoutThem() async throws {
        let line = try line()
        defer { line.stop() }
        let bench = LinkBench()
        let address = DeviceAddress.tcp(host: "127.0.0.1", port: Int(line.addresses.lineIO))
        try await bench.run(address, try profile("seriatim/line-io-1")) { link in
            func last() -> LineIOInputs? {
                for case .inputs(let inputs) in bench.log.all.reversed() { return inputs }
                return nil
            }
            var outputs = LineIOOutputs()
            outputs.runEnable = true
            outputs.runLimit = 1_000_000
            #expect(await bench.log.wait { _ in last() != nil })
            let start = try #require(last()).beltPosition
            for _ in 0..<20 {
                link.submit(.setOutputs(outputs))
                try await Task.sleep(for: .milliseconds(20))
            }
            let running = try #require(last())
            #expect(running.conveyorRunning && !running.watchdogTripped && running.beltPosition > start)
            #expect(running.heartbeatEcho > 0)
            #expect(
                await bench.log.wait { _ in last()?.watchdogTripped == true }, "200 ms without a heartbeat")
            #expect(await bench.log.wait { _ in last()?.conveyorRunning == false })

            let later = MonotonicClock.now() + 1_000_000_000
            for sequence in 1...3 as ClosedRange<UInt16> {
                let position = try #require(last()).beltPosition + 500 + 100 * UInt32(sequence)
                let command = LineIOGateCommand(
                    sequence: sequence, kind: .ejectAt, position: position, expiresAt: later)
                link.submit(.gateCommand(command))
            }
            #expect(await bench.log.wait(for: .gateCommandWritten(sequence: 3)))
            #expect(await bench.log.wait { _ in last()?.gateSequenceTaken == 3 })
            #expect(last()?.gateResult == .accepted)
            link.submit(.verdict(track: 17, pass: true, expiresAt: later))
            #expect(await bench.log.wait(for: .verdictWritten(track: 17)))
        }
        #expect(bench.log.faults.isEmpty, "\(bench.log.faults)")
    }

    @Test func theHandheldIsRead() async throws {
        let line = try line()
        defer { line.stop() }
        let bench = LinkBench()
        let address = try DeviceAddress("serial:" + line.addresses.handheld)
        try await bench.run(address, try profile("generic/reader-cr")) { _ in
            line.withWorld { world in
                world.loadFeeder(preprinted: [PrintedCode(values: ["04012345123456", "271231", "L1", "S7"])])
                var outputs = WorldIOOutputs()
                outputs.run = true
                outputs.feed = true
                outputs.runLimit = 10_000
                outputs.heartbeat &+= 1
                world.write(outputs)
                _ = world.advance(to: world.now + 1)
                _ = world.scanByHand(CartonID(1))
            }
            let scan = Array("]d201040123451234561727123110L1\u{1D}21S7".utf8)
            #expect(await bench.log.wait(for: .read(scan)))
        }
    }
}

extension DeviceEvent {
    fileprivate func isRefusal(of wanted: UInt64) -> Bool {
        if case .recordRefused(wanted, _) = self { return true }
        return false
    }
}
