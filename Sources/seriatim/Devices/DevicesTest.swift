import ArgumentParser
import ControlAPI
import DeviceCore
import LineCore
import Settings

extension DevicesCommand {
    /// A device's self-check.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check one device by itself: connection, start, state and what it is for.",
            discussion: """
                NAME is a device of the configuration; an address needs --profile. The line must not \
                run: it holds its devices. A reader is triggered, or waits for a code shown to it; \
                printers and coders are asked for their state and print nothing; a scale weighs what \
                stands on it; an I/O gets all outputs off but the green lamp, and must notice that \
                nobody renews them. Status 1 if a check failed.
                """)
        @OptionGroup var options: ProfileOptions
        @Argument(help: "Name of a device of --config, or an address.") var device: String
        @Option(help: "Configuration of the line.") var config: String?
        @Option(help: "Profile of an address.") var profile: String?
        @Option(help: "Longest wait for a code, in seconds, 1 to 3600.") var seconds = 15

        func validate() throws {
            guard (1...3600).contains(seconds) else { throw ValidationError("--seconds must be 1 to 3600.") }
        }

        func run() async throws {
            let (address, profile, name) = try await subject()
            let own = try OwnLink(address, profile: profile)
            var check = Checklist()
            await own.start()
            let isThere = await own.wait(profile.answerLimit) { $0.contains(.connected) }
            let why = own.trouble.isEmpty ? "it did not take its start in time" : own.trouble
            check.note("connected", isThere ? nil : why)
            if isThere { await inspect(own, profile, &check) }
            await own.close()
            Output.line(
                "profile \(name), evidence: \(profile.evidence.rawValue) (\(profile.evidence.meaning))")
            if check.failed > 0 {
                throw CommandFailure(
                    "CLI-167 \(device): \(check.failed) of \(check.count) checks failed. Look on with: "
                        + "seriatim devices watch '\(address.place)' --profile \(name).", status: 1)
            }
        }

        private func subject() async throws -> (DeviceAddress, DeviceProfile, String) {
            guard let config else {
                guard let profile else {
                    throw CommandFailure(
                        "CLI-168 \(device): what is it? Give --config FILE for a device of the line, or "
                            + "--profile NAME for an address.", status: 64)
                }
                return (try AddressArgument.read(device), try options.load(profile), profile)
            }
            let loaded = try ConfigFile.load(config, profiles: options.profiles)
            guard let settings = loaded.devices.first(where: { $0.name == device }) else {
                let known = loaded.devices.map(\.name).joined(separator: ", ")
                throw CommandFailure(
                    "CLI-169 \(device): \(config) has no such device. It has: \(known).", status: 64)
            }
            let runs: StatusAnswer? = try? await ControlClient(socket: loaded.controlSocket).ask(.status)
            if runs != nil {
                throw CommandFailure(
                    "CLI-170 \(device): the line runs and holds it. Stop the line, or look on: "
                        + "seriatim devices watch \(device) --config \(config).", status: 75)
            }
            return (settings.address, settings.profile, settings.profileName)
        }

        private func inspect(_ own: OwnLink, _ profile: DeviceProfile, _ check: inout Checklist) async {
            for case .identified(let identity) in own.told { check.note("it says \(identity.text)", nil) }
            switch profile.kind {
            case .reader: await read(own, profile, &check)
            case .coder, .labelPrinter: await state(own, profile, &check)
            case .beacon: await lamps(own, profile, &check)
            case .lineIO: await watchdog(own, profile, &check)
            case .scale: await weigh(own, &check)
            }
        }

        /// With all outputs off but a lamp, the controller must notice by itself that nobody renews the
        /// heartbeat.
        private func watchdog(_ own: OwnLink, _ profile: DeviceProfile, _ check: inout Checklist) async {
            func inputs(_ told: [DeviceEvent]) -> [LineIOInputs] {
                told.compactMap { if case .inputs(let inputs) = $0 { inputs } else { nil } }
            }
            let answers = await own.wait(profile.answerLimit) { !inputs($0).isEmpty }
            let contract = profile.modbus.flatMap {
                $0.module == nil ? ", contract version \($0.contract)" : ""
            }
            check.note(
                "inputs are read\(contract ?? "")",
                answers ? nil : own.trouble.isEmpty ? "none came" : own.trouble)
            guard answers else { return }
            let limit = profile.modbus?.watchdogMilliseconds ?? 0
            guard limit > 0 else {
                return check.note(
                    "its watchdog", "its profile names none; set it at the device, then watchdogMilliseconds")
            }
            if let module = profile.modbus?.module, module.watchdog == nil, module.outputBits[.green] == nil {
                return check.note("its watchdog", "no output green to see it by: wire one in its profile")
            }
            // What stands by itself proves nothing: one lamp is on, and must fall where only that can be
            // seen.
            var outputs = LineIOOutputs()
            outputs.green = true
            own.perform(.setOutputs(outputs))
            let isSeen = await own.wait(profile.answerLimit) { told in
                inputs(told).last?.watchdogTripped == false
            }
            let began = ContinuousClock.now
            check.note("it sees the heartbeat", isSeen ? nil : "its watchdog stays tripped")
            guard isSeen else { return }
            let patience = Duration.milliseconds(2 * limit + 500)
            // A connection that ends in between proves nothing: the next one begins anew.
            _ = await own.wait(patience) { inputs($0).last?.watchdogTripped == true || $0.contains(.stale) }
            let isTripped = inputs(own.told).last?.watchdogTripped == true && !own.told.contains(.stale)
            let took = Int((ContinuousClock.now - began) / .milliseconds(1))
            // Time to see it: a cycle, a check, a reply.
            if isTripped, took > limit * 3 / 2 + 300 {
                return check.note("its watchdog", "it tripped after \(took) ms; its profile says \(limit)")
            }
            check.note(
                isTripped
                    ? "its watchdog tripped by itself, after \(took) ms" : "its watchdog trips by itself",
                isTripped ? nil : "not within \(patience): the belt would run on when this program hangs")
        }

        private func weigh(_ own: OwnLink, _ check: inout Checklist) async {
            Output.line("put something on it, within \(seconds) s")
            Output.flush()
            var why = ""
            let end = ContinuousClock.now + .seconds(seconds)
            repeat {
                let before = own.told.count
                own.perform(.weigh)
                _ = await own.wait(.seconds(15)) { told in
                    told.dropFirst(before).contains {
                        switch $0 {
                        case .weight, .notWeighed, .stale: true
                        default: false
                        }
                    }
                }
                let told = own.told.dropFirst(before)
                for case .weight(let milligrams) in told {
                    return check.note("it weighs \(Grams.text(milligrams)) g: is that right?", nil)
                }
                for case .notWeighed(let text) in told { why = text }
                // A scale that is not at rest is so at once.
                _ = await own.wait(.milliseconds(500)) { _ in false }
            } while ContinuousClock.now < end
            check.note("it weighs", why.isEmpty ? "no answer" : why)
        }

        private func lamps(_ own: OwnLink, _ profile: DeviceProfile, _ check: inout Checklist) async {
            var outputs = LineIOOutputs()
            for (name, lamp) in [
                ("red", \LineIOOutputs.red), ("amber", \.amber), ("green", \.green), ("horn", \.horn),
            ] {
                outputs[keyPath: lamp] = true
                let before = own.told.count { $0 == .outputsWritten }
                own.perform(.setOutputs(outputs))
                let isTaken = await own.wait(profile.answerLimit) { told in
                    told.count { $0 == .outputsWritten } > before
                }
                check.note("\(name) was sent: is it on?", isTaken ? nil : "it was not taken")
                _ = await own.wait(.seconds(1)) { _ in false }
                outputs[keyPath: lamp] = false
            }
            own.perform(.setOutputs(LineIOOutputs()))
            _ = await own.wait(.milliseconds(300)) { _ in false }
        }

        private func read(_ own: OwnLink, _ profile: DeviceProfile, _ check: inout Checklist) async {
            let isTriggered = profile.commands["trigger"] != nil
            Output.line(isTriggered ? "triggering it; show it a code" : "show it a code, within \(seconds) s")
            Output.flush()
            if isTriggered { own.perform(.trigger(true)) }
            _ = await own.wait(.seconds(seconds)) { told in
                told.contains { if case .read = $0 { true } else { $0 == .noRead } }
            }
            // What stands behind a read shows only when nothing follows it.
            let gap = profile.framing.interByteTimeoutMilliseconds
            _ = await own.wait(.milliseconds(gap + 300)) { _ in false }
            if profile.commands["triggerOff"] != nil { own.perform(.trigger(false)) }
            let told = own.told
            if case .read(let bytes)? = told.first(where: { if case .read = $0 { true } else { false } }) {
                check.note("read \(ByteText.text(bytes))", nil)
                let identifier = profile.reader?.symbologyIdentifier == true
                let isThere = bytes.first == UInt8(ascii: "]") && bytes.count > 3
                if identifier {
                    check.note(
                        "the symbology identifier is sent",
                        isThere ? nil : "switch it on at the reader: AIM identifier")
                }
            } else {
                check.note(
                    "a code was read",
                    told.contains(.noRead) ? "it answered that it read none" : "nothing came in \(seconds) s")
            }
            for case .frameFault(let fault) in told {
                check.note(
                    "frames are whole",
                    "\(fault.description). Is the terminator what the reader sends? Look on: "
                        + "seriatim devices watch, and set terminator in [[device]]")
            }
            for case .fault(let fault) in told where fault.code != .symbologyIdentifierMissing {
                check.note("nothing was at fault", fault.description)
            }
            if profile.commands["feedbackGood"] != nil {
                own.perform(.feedback(good: true))
                _ = await own.wait(.milliseconds(300)) { _ in false }
                check.note("good signal sent: was it heard or seen?", nil)
            }
        }

        private func state(_ own: OwnLink, _ profile: DeviceProfile, _ check: inout Checklist) async {
            guard profile.commands["status"] != nil else {
                return check.note("its state cannot be asked; nothing more to check", nil)
            }
            var known: PrinterStatus?
            _ = await own.wait(profile.answerLimit) { told in
                for case .printerStatus(let status) in told where status.isKnown { known = status }
                return known != nil
            }
            check.note("it tells its state", known == nil ? "no answer: unknown" : nil)
            if let known { check.note("it can print", known.isReady ? nil : known.words) }
        }
    }

    /// Checks as they are made.
    private struct Checklist {
        private(set) var failed = 0
        private(set) var count = 0

        mutating func note(_ what: String, _ failure: String?) {
            count += 1
            if failure != nil { failed += 1 }
            Output.line((failure == nil ? "ok      " : "FAILED  ") + what + (failure.map { ": \($0)" } ?? ""))
            Output.flush()
        }
    }
}

extension DeviceProfile.Evidence {
    /// What it means, for a technician.
    var meaning: String {
        switch self {
        case .manual: "written from documents; it has met no hardware"
        case .transcript: "bytes recorded from a device are replayed by the tests"
        case .hardware: "it ran against the device"
        }
    }
}
