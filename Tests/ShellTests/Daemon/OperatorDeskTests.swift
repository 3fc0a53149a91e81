import ControlAPI
import Foundation
import SystemIO
import Testing

@testable import LineCore
@testable import LineDaemon

/// Goal: sessions end in time, and looking at secrets has a limit that nobody's many tries can take from
/// others. Method: the desk alone, with a clock that the test moves and a line that only notes.
@Suite(.serialized) struct OperatorDeskTests {
    private let directory: TemporaryDirectory
    private let clock = TestClock()
    private let asked = Notebook()

    init() throws { directory = try TemporaryDirectory() }

    private func desk(_ rules: OperatorRules = OperatorRules()) throws -> OperatorDesk {
        let desk = try OperatorDesk(
            rules: rules, path: directory.path + "/operators.json", cost: SecretHash.Cost(rounds: 1 << 10),
            owner: 0, clock: { [clock] in clock.now },
            ask: { [asked] verb, _ in
                asked.add("\(verb)")
                return .done("done")
            },
            notify: { [asked] command in
                asked.add("\(command.verb)")
                return true
            })
        try desk.start()
        return desk
    }

    private func signOn(_ desk: OperatorDesk) async throws -> Proof {
        if desk.list.operators.isEmpty {
            var ada = OperatorMessage()
            (ada.name, ada.role, ada.badge, ada.secret) = ("Ada", "admin", Secret("B"), Secret("480215"))
            var owner = Authority(account: "uid:root")
            owner.isOwner = true
            _ = try await desk.add(ada, owner, number: 0)
        }
        var message = SignOnMessage()
        message.badge = Secret("B")
        message.secret = Secret(desk.list.operators.first?.mustChange == true ? "480215" : "903117")
        if desk.list.operators.first?.mustChange == true { message.newSecret = Secret("903117") }
        var proof = Proof()
        proof.token = try await desk.signOn(message, account: "uid:root", number: 0).token
        return proof
    }

    /// Ada, an admin who gave her PIN.
    private static var ada: Authority {
        Authority(
            account: "uid:root", terminal: "t",
            person: Authority.Person(name: "Ada", role: .admin, gaveSecret: true))
    }

    private func person(_ name: String, badge: String, until: String = "") -> OperatorMessage {
        var message = OperatorMessage()
        (message.name, message.role, message.until) = (name, "operator", until)
        (message.badge, message.secret) = (Secret(badge), Secret("480215"))
        return message
    }

    private func signOn(_ badge: String, _ pin: String, new: String = "", at terminal: String = "")
        -> SignOnMessage
    {
        var message = SignOnMessage()
        (message.badge, message.secret) = (Secret(badge), Secret(pin))
        (message.newSecret, message.terminal) = (Secret(new), terminal)
        return message
    }

    /// What the desk told the line, once it told something with these words.
    private func told(_ words: String...) async throws -> Bool {
        for _ in 0..<250 {
            if asked.all.contains(where: { note in words.allSatisfy { note.contains($0) } }) { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func code<Value>(_ body: () async throws -> Value) async -> String {
        do {
            _ = try await body()
            return ""
        } catch let fault as ControlFault {
            return fault.code
        } catch {
            return "\(error)"
        }
    }

    @Test func aSessionEndsWithoutCommands() async throws {
        let desk = try desk(OperatorRules(idleMinutes: 10, sessionHours: 1))
        let proof = try await signOn(desk)
        let ask = { try await desk.authority(account: "uid:root", number: 0, proof: proof) }
        for _ in 0..<5 {
            clock.advance(milliseconds: 9 * 60_000)
            #expect(await code(ask) == "")
        }
        clock.advance(milliseconds: 10 * 60_000)
        #expect(await code(ask) == "AUTH-126")
        // The line hears of it within a few seconds, with the cause.
        for _ in 0..<250 where !asked.all.contains(where: { $0.contains("idle") }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(asked.all.contains { $0.contains("signOff") && $0.contains("idle") })
        desk.stop()
    }

    @Test func aSessionEndsHoweverBusy() async throws {
        let desk = try desk(OperatorRules(idleMinutes: 30, sessionHours: 1))
        let proof = try await signOn(desk)
        let ask = { try await desk.authority(account: "uid:root", number: 0, proof: proof) }
        for _ in 0..<2 {
            clock.advance(milliseconds: 29 * 60_000)
            #expect(await code(ask) == "")
        }
        clock.advance(milliseconds: 2 * 60_000)
        #expect(await code(ask) == "AUTH-126")
        desk.stop()
    }

    @Test func aNewSignOnEndsTheOldOneOfTheTerminal() async throws {
        let desk = try desk()
        let first = try await signOn(desk)
        let second = try await signOn(desk)
        #expect(first != second)
        #expect(
            await code { try await desk.authority(account: "uid:root", number: 0, proof: first) }
                == "AUTH-126")
        #expect(await code { try await desk.authority(account: "uid:root", number: 0, proof: second) } == "")
        desk.stop()
    }

    // MARK: Locks

    /// Goal: a lock that ran out, or after which its person signed on, is over also after the next start.
    /// Method: a second desk over the file that the first one leaves.
    @Test(arguments: [false, true]) func aLockThatRanOutIsOverForGood(_ signsOn: Bool) async throws {
        let first = try desk()
        _ = try await signOn(first)
        for _ in 0..<5 {
            #expect(
                await code { try await first.signOn(signOn("B", "000000"), account: "u", number: 0) }
                    == "AUTH-121")
        }
        #expect(
            await code { try await first.signOn(signOn("B", "903117"), account: "u", number: 0) }
                == "AUTH-122")
        #expect(try await told("lockOut", "Ada"))
        _ = asked.take()
        clock.advance(milliseconds: 15 * 60_000)
        if signsOn { _ = try await signOn(first) } else { #expect(try await told("endLocks", "[]")) }
        first.stop()
        let second = try desk()
        #expect(second.list.operators.map(\.state) == ["active"])
        #expect(
            await code { try await second.signOn(signOn("B", "903117"), account: "u", number: 0) } == "")
        second.stop()
    }

    @Test func aLockInForceLastsItsWholeTimeAfterAStart() async throws {
        let first = try desk()
        _ = try await signOn(first)
        for _ in 0..<5 { _ = try? await first.signOn(signOn("B", "000000"), account: "u", number: 0) }
        #expect(try await told("lockOut", "Ada"))
        clock.advance(milliseconds: 10 * 60_000)
        first.stop()
        let second = try desk()
        #expect(try await told("endLocks", "Ada"), "the line hears which locks are in force")
        clock.advance(milliseconds: 14 * 60_000)
        #expect(
            await code { try await second.signOn(signOn("B", "903117"), account: "u", number: 0) }
                == "AUTH-122")
        clock.advance(milliseconds: 60_000)
        #expect(
            await code { try await second.signOn(signOn("B", "903117"), account: "u", number: 0) } == "")
        second.stop()
    }

    @Test func theLockOfATerminalEndsByItself() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        for _ in 0..<5 {
            #expect(
                await code {
                    try await desk.signOn(signOn("NONE", "1", at: "ty2"), account: "u", number: 0)
                } == "AUTH-121")
        }
        #expect(try await told("lockOut", "u ty2"))
        do {
            _ = try await desk.signOn(signOn("B", "903117", at: "ty2"), account: "u", number: 0)
            Issue.record("the terminal is not locked")
        } catch let fault as ControlFault {
            // Nobody can unlock it: it has no name.
            #expect(fault.code == "AUTH-122" && !fault.remedy.contains("unlock"))
        }
        _ = asked.take()
        clock.advance(milliseconds: 15 * 60_000)
        #expect(try await told("endLocks", "[]"))
        desk.stop()
    }

    @Test func theBadgeOfWhoIsDisabledLocksNoTerminal() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        _ = try await desk.add(person("Ann", badge: "C"), Self.ada, number: 0)
        _ = try await desk.change("Ann", .disabled, OperatorChangeMessage(), Self.ada, number: 0)
        for _ in 0..<6 {
            #expect(
                await code { try await desk.signOn(signOn("C", "480215"), account: "u", number: 0) }
                    == "AUTH-121")
        }
        #expect(await code { try await desk.signOn(signOn("B", "903117"), account: "u", number: 0) } == "")
        desk.stop()
    }

    // MARK: Who expires

    @Test func nobodyIsAddedUntilADayThatIsPast() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        let past = person("Ann", badge: "C", until: "2025-11-20")
        #expect(await code { try await desk.add(past, Self.ada, number: 0) } == "AUTH-131")
        let today = person("Ann", badge: "C", until: "2025-11-21")
        #expect(await code { try await desk.add(today, Self.ada, number: 0) } == "")
        desk.stop()
    }

    @Test func aSessionEndsWithItsPersonsLastDay() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        _ = try await desk.add(person("Ann", badge: "C", until: "2025-11-21"), Self.ada, number: 0)
        var proof = Proof()
        proof.token = try await desk.signOn(
            signOn("C", "480215", new: "903117", at: "x"), account: "u", number: 0
        ).token
        let ask = { try await desk.authority(account: "u", number: 0, proof: proof) }
        #expect(await code(ask) == "")
        clock.advance(days: 1)
        #expect(await code(ask) == "AUTH-126")
        #expect(try await told("signOff", "u x", "expired"))
        // Ada, who has no last day, is signed on still.
        #expect(!asked.all.contains { $0.contains("signOff") && !$0.contains("u x") })
        desk.stop()
    }

    @Test func whoExpiredIsAddedAgain() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        _ = try await desk.add(person("Ann", badge: "C", until: "2025-11-21"), Self.ada, number: 0)
        let again = person("Ann", badge: "C", until: "2026-06-30")
        #expect(await code { try await desk.add(again, Self.ada, number: 0) } == "AUTH-136")
        clock.advance(days: 1)
        #expect(
            await code { try await desk.signOn(signOn("C", "480215"), account: "u", number: 0) }
                == "AUTH-123")
        #expect(await code { try await desk.add(again, Self.ada, number: 0) } == "")
        let on = signOn("C", "480215", new: "903117")
        #expect(await code { try await desk.signOn(on, account: "u", number: 0) } == "")
        #expect(desk.list.operators.map(\.name) == ["Ada", "Ann"])
        desk.stop()
    }

    /// Goal: a line always gets an admin who can let others sign on. Method: the last one without a last day
    /// is to be disabled; on another line the only one expires.
    @Test func anAdminWhoExpiredIsNoAdmin() async throws {
        let desk = try desk()
        _ = try await signOn(desk)
        var eve = person("Eve", badge: "E", until: "2025-11-21")
        eve.role = "admin"
        _ = try await desk.add(eve, Self.ada, number: 0)
        clock.advance(days: 1)
        let why = OperatorChangeMessage()
        #expect(
            await code { try await desk.change("Ada", .disabled, why, Self.ada, number: 0) } == "AUTH-138")
        desk.stop()
    }

    @Test func withoutAnAdminTheOwnerMakesOneAgain() async throws {
        let desk = try desk()
        var owner = Authority(account: "uid:root")
        owner.isOwner = true
        var ada = person("Ada", badge: "B", until: "2025-11-21")
        ada.role = "admin"
        _ = try await desk.add(ada, owner, number: 0)
        clock.advance(days: 1)
        ada.until = ""
        _ = try await desk.add(ada, owner, number: 0)
        _ = try await signOn(desk)
        #expect(asked.all.filter { $0.contains("addFirstAdmin") }.count == 2)
        desk.stop()
    }

    @Test func manyTriesOfOneAccountLeaveRoomForOthers() async throws {
        let thread = SecretThread()
        let gate = DispatchSemaphore(value: 0)
        // One job holds the thread; nothing is taken meanwhile.
        let begun = Notebook()
        let held = Task {
            try await thread.run(for: 1) {
                begun.add("begun")
                gate.wait()
            }
        }
        try thread.start {}
        for _ in 0..<500 where begun.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        let refused = Notebook()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    do { try await thread.run(for: 1) {} } catch { refused.add("busy") }
                }
            }
            for _ in 0..<200 where refused.all.count < 26 {
                try? await Task.sleep(for: .milliseconds(10))
            }
            #expect(refused.all.count == 30 - SecretThread.maxWaitingOfOne)
            // Another account still finds its place.
            group.addTask {
                do { try await thread.run(for: 2) {} } catch { Issue.record("\(error)") }
            }
            for _ in 0..<100 where thread.waitingCount <= SecretThread.maxWaitingOfOne {
                try? await Task.sleep(for: .milliseconds(10))
            }
            gate.signal()
        }
        try await held.value
        thread.stop()
        await #expect { try await thread.run(for: 1) {} } throws: { ($0 as? ControlFault)?.code == "CTL-107" }
    }

    @Test func aHashIsReadAsWrittenAndKnowsItsSecretAlone() throws {
        let hash = try SecretHash(Secret("480215"), cost: SecretHash.Cost(rounds: 1 << 10))
        let read = try #require(SecretHash(text: hash.text))
        #expect(read == hash)
        #expect(try read.matches(Secret("480215")))
        #expect(try !read.matches(Secret("480216")) && !read.matches(Secret("")))
        #expect(try SecretHash(Secret("480215"), cost: read.cost).key != hash.key)
        for text in [
            "", "scrypt", "scrypt$1000$8$1$a$b", hash.text + "$",
            hash.text.replacingOccurrences(of: "$8$", with: "$64$"),
        ] {
            #expect(SecretHash(text: text) == nil, "\(text)")
        }
    }

    /// - Source: RFC 7914, section 12, third vector: N 16384, r 8, p 1, cut to 32 of its 64 bytes.
    @Test func scryptIsTheOneOfTheRFC() throws {
        let salt = Array("SodiumChloride".utf8)
        let wanted = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        let key = try SecretHash.derive(
            Secret("pleaseletmein"), salt, SecretHash.Cost(rounds: 16_384, blockSize: 8, parallelism: 1))
        #expect(key.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() } == wanted)
    }

    @Test func secretsAreNotShown() {
        var message = SignOnMessage()
        message.secret = Secret("480215")
        var dumped = ""
        dump(ControlRequest.signOn(message), to: &dumped)
        for text in ["\(message)", "\(ControlRequest.signOn(message))", String(reflecting: message), dumped] {
            #expect(!text.contains("480215"), "\(text)")
        }
    }
}
