import DeviceCore
import DeviceIO
import Glibc
import SystemIO
import Testing

@Suite(.serialized) struct DeviceLinkTests {
    // MARK: - Serial ports

    @Test func aSerialPortPassesEveryByte() async throws {
        let port = try TestPort()
        let bench = LinkBench()
        // Flow control, line ends, interrupt and end-of-file characters are data; only CR ends a frame.
        let body = Array("]d2".utf8) + (0...255).map { UInt8($0) }.filter { $0 != 0x0D }
        try await bench.run(port.address, .testReader) { link in
            await port.device.send(body + [0x0D])
            #expect(await bench.log.wait(for: .read(body)))
            link.submit(.trigger(true))
            let written = await port.device.receive(14)
            #expect(written == Array("||>TRIGGER ON\r".utf8))
            let trace = link.trace.entries.map(\.what)
            #expect(trace.suffix(2) == [.command(.trigger(true)), .sent(written)])
            #expect(trace.prefix(2) == [.opened, .event(.connected)])
            let received = trace.flatMap { what in
                if case .received(let bytes) = what { return bytes }
                return []
            }
            #expect(received == body + [0x0D])
        }
        #expect(bench.log.all.first == .connected && bench.log.all.last == .stale)
    }

    @Test func anUnpluggedPortIsStaleAtOnceAndComesBack() async throws {
        let port = try TestPort()
        let bench = LinkBench()
        try await bench.run(port.address, .testReader) { link in
            for round in 1...3 {
                #expect(await bench.log.wait(for: .connected, count: round))
                await port.device.send("]d2A\r")
                #expect(await bench.log.wait(for: .read(Array("]d2A".utf8)), count: round))
                let before = MonotonicClock.now()
                port.unplug()
                #expect(await bench.log.wait(for: .stale, count: round, 1000))
                guard case .stale(let since, _, _) = link.status else {
                    Issue.record("status \(link.status)")
                    return
                }
                #expect(since >= before && since - before < 1_000_000_000)
                try port.replug()
            }
            #expect(bench.log.faults.allSatisfy { $0 == .hungUp })
        }
    }

    @Test func onePortHasOneOwner() async throws {
        let port = try TestPort()
        let bench = LinkBench()
        try await bench.run(port.address, .testReader) { _ in
            let second = LinkBench()
            let link = try second.link(port.address, .testReader, policy: .fail)
            let fault = await #expect(throws: DeviceFault.self) { try await link.start().get() }
            #expect(fault?.detail.contains("in use") == true)
            try await second.group.shutdownGracefully()
        }
        // Closed: the port is free again.
        let third = LinkBench()
        let link = try third.link(port.address, .testReader, policy: .fail)
        try await link.start().get()
        try await link.close().get()
        try await third.group.shutdownGracefully()
    }

    @Test func aDeviceThatTakesNoBytesIsDropped() async throws {
        let port = try TestPort()
        let bench = LinkBench()
        var limits = DeviceLink.Limits()
        limits.writeBufferBytes = 2048
        try await bench.run(port.address, .testReader, limits: limits) { link in
            for _ in 0..<20_000 { link.submit(.trigger(true)) }
            #expect(await bench.log.wait { _ in bench.log.faults.contains(.writeBufferFull) })
            #expect(await bench.log.wait(for: .stale))
        }
    }

    @Test(arguments: [
        ("/dev/null", "not a serial port"), ("/tmp/no-such-port", "no such port"), ("/tmp", "DEV-150"),
    ])
    func aPortThatCannotBeOpenedSaysWhy(_ path: String, _ part: String) async throws {
        let bench = LinkBench()
        let link = try bench.link(.serial(.node(path), .init()), .testReader, policy: .fail)
        let fault = await #expect(throws: DeviceFault.self) { try await link.start().get() }
        #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "")")
        if let fault { #expect(link.status == .missing(fault)) }
        #expect(bench.log.all.isEmpty)
        try await bench.group.shutdownGracefully()
    }

    // MARK: - TCP

    @Test func aClosedConnectionIsMadeAgain() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        try await bench.run(server.address, .testReader) { link in
            for round in 1...3 {
                let device = try #require(await server.accept())
                await device.send("]d2A\r]d2")
                #expect(await bench.log.wait(for: .read(Array("]d2A".utf8)), count: round))
                device.close()
                #expect(await bench.log.wait(for: .stale, count: round, 1000))
            }
            // The half frame of one connection never joins the next.
            let device = try #require(await server.accept())
            await device.send("B\r")
            #expect(await bench.log.wait(for: .read([0x42])))
            if case .connected = link.status {} else { Issue.record("status \(link.status)") }
        }
    }

    /// A device that refuses its start at each connection is there, and of no use: the waits grow.
    @Test func aRefusedStartIsNotTriedFasterAndFaster() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        var limits = DeviceLink.Limits()
        (limits.firstRetryMilliseconds, limits.longestRetryMilliseconds) = (20, 10_000)
        var profile = DeviceProfile.testReader
        var step = DeviceProfile.Command(send: "@", source: "this test")
        (step.accepted, step.refused) = (["I4"], ["ES": "it does not know the command"])
        profile.start = [DeviceProfile.Start(step)]
        try await bench.run(server.address, profile, limits: limits) { link in
            // After the seventh it is 640 ms at least.
            for _ in 1...7 {
                let device = try #require(await server.accept())
                await device.send("ES\r")
            }
            #expect(await server.accept(300) == nil)
            #expect(await bench.log.wait { _ in bench.log.faults.count == 7 })
            guard case .stale(_, let fault?, 7) = link.status else {
                Issue.record("status \(link.status)")
                return
            }
            #expect(fault.code == .notSet)
        }
    }

    @Test func aDeviceMissingAtTheStartIsFoundLater() async throws {
        let port: Int
        do { port = try TestServer().port }
        let bench = LinkBench()
        try await bench.run(.tcp(host: "127.0.0.1", port: port), .testReader) { link in
            guard case .stale(_, let fault?, 1) = link.status else {
                Issue.record("status \(link.status)")
                return
            }
            #expect(fault.code == .openFailed && fault.detail.contains("refused"))
            link.submit(.trigger(true))
            #expect(await bench.log.wait { _ in bench.log.faults == [.hungUp] }, "not sent, and said so")
            let server = try TestServer(port: port)
            let device = try #require(await server.accept())
            #expect(await bench.log.wait(for: .connected))
            device.close()
        }
    }

    @Test func ignoredMeansLeftAlone() async throws {
        let port: Int
        do { port = try TestServer().port }
        let bench = LinkBench()
        let link = try bench.link(.tcp(host: "127.0.0.1", port: port), .testReader, policy: .ignore)
        try await link.start().get()
        let server = try TestServer(port: port)
        #expect(await server.accept(500) == nil)
        if case .missing = link.status {} else { Issue.record("status \(link.status)") }
        try await link.close().get()
        try await bench.group.shutdownGracefully()
    }

    @Test func aHostThatIsNotKnownIsAFault() async throws {
        let bench = LinkBench()
        let link = try bench.link(.tcp(host: "no-such-host.invalid", port: 1), .testReader, policy: .fail)
        let fault = await #expect(throws: DeviceFault.self) { try await link.start().get() }
        #expect(fault?.code == .openFailed)
        try await bench.group.shutdownGracefully()
    }

    @Test func anEndlessFrameIsOneFault() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        try await bench.run(server.address, .testReader) { link in
            let device = try #require(await server.accept())
            for _ in 0..<16 { await device.send([UInt8](repeating: 0x41, count: 65_536)) }
            await device.send("\r]d2A\r")
            #expect(await bench.log.wait(for: .read(Array("]d2A".utf8))))
            let tooLong = bench.log.all.filter { event in
                if case .frameFault(let fault) = event { return fault.code == .frameTooLong }
                return false
            }
            #expect(tooLong.count == 1 && bench.log.all.count == 3)
            let held = link.trace.entries.reduce(0) { sum, entry in
                if case .received(let bytes) = entry.what { return sum + bytes.count }
                return sum
            }
            #expect(held > 0 && held <= 196_608)
        }
    }

    @Test func aFloodOfEventsEndsTheConnection() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        var limits = DeviceLink.Limits()
        limits.eventsPerSecond = 1000
        try await bench.run(server.address, .testReader, limits: limits) { _ in
            let device = try #require(await server.accept())
            await device.send([UInt8](repeating: 0x0D, count: 50_000))
            #expect(await bench.log.wait { _ in bench.log.faults == [.flood] })
            #expect(bench.log.all.count <= 1003, "\(bench.log.all.count) events")
            #expect(try #require(await server.accept()).descriptor >= 0, "made again")
        }
    }

    @Test func aFloodOfBytesIsLeftAloneForAWhile() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        var limits = DeviceLink.Limits()
        limits.bytesPerSecond = 100_000
        try await bench.run(server.address, .testReader, limits: limits) { link in
            for round in 1...2 {
                let device = try #require(await server.accept())
                await device.send([UInt8](repeating: 0x41, count: 300_000))
                #expect(await bench.log.wait { _ in bench.log.faults.count == round })
                if case .stale = link.status {} else { Issue.record("status \(link.status)") }
                // Not at once again, though it spoke: half of the longest wait is the least.
                #expect(await server.accept(700) == nil)
            }
            #expect(bench.log.faults == [.flood, .flood])
        }
    }

    @Test func aClosedLinkIsSilent() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        let link = try bench.link(server.address, .testReader)
        try await link.start().get()
        let device = try #require(await server.accept())
        #expect(await bench.log.wait(for: .connected))
        try await link.close().get()
        #expect(bench.log.all == [.connected, .stale])
        link.submit(.trigger(true))
        try await link.close().get()
        #expect(await device.receive(1, 200).isEmpty)
        #expect(await server.accept(300) == nil)
        #expect(bench.log.all == [.connected, .stale])
        try await bench.group.shutdownGracefully()
    }

    @Test func commandsFromManyThreadsAllArrive() async throws {
        let server = try TestServer()
        let bench = LinkBench()
        try await bench.run(server.address, .testReader) { link in
            let device = try #require(await server.accept())
            #expect(await bench.log.wait(for: .connected))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { for _ in 0..<250 { link.submit(.trigger(true)) } }
                }
            }
            let all = await device.receive(1000 * 14)
            #expect(all == Array(repeating: Array("||>TRIGGER ON\r".utf8), count: 1000).flatMap { $0 })
        }
    }
}
