import ArgumentParser
import DeviceCore
import DeviceIO

extension DevicesCommand {
    /// Asks a device who it is.
    struct Probe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a device who it is.",
            discussion: """
                Opens the address and says what a profile says behind each connection: its start and its \
                first question for the state. Without --profile those are tried that know the port by its \
                USB numbers or the usual TCP port; other models are never spoken to at random. Stop the \
                line first, or name a device it does not use. Status 1 if no profile's question was answered.
                """)
        @OptionGroup var options: ProfileOptions
        @Argument(help: "Address, as serial:/dev/ttyUSB0 or tcp:192.168.10.21:23.") var address: String
        @Option(help: "Profile to try; may be given several times.") var profile: [String] = []

        func run() async throws {
            let address = try AddressArgument.read(address)
            let candidates = try candidates(address)
            guard !candidates.isEmpty else {
                let names = try options.all().map(\.name).joined(separator: ", ")
                throw CommandFailure(
                    "CLI-166 \(address): no profile knows it by its numbers or port. Name one with "
                        + "--profile: \(names).",
                    status: 64)
            }
            var isKnown = false
            Output.line("asking \(address) as \(candidates.map(\.name).joined(separator: ", "))")
            Output.flush()
            for (name, profile) in candidates {
                let verdict = try await Self.ask(address, profile)
                Output.line("\(name): \(verdict.text)")
                Output.flush()
                isKnown = isKnown || verdict.isProof
                if verdict.text.hasPrefix("DEV-150") { break }
            }
            if !isKnown {
                throw CommandFailure(
                    "CLI-175 \(address): no profile's question was answered. Check power, cable and "
                        + "settings, or look on: seriatim devices watch '\(address.place)'.", status: 1)
            }
        }

        private func candidates(_ address: DeviceAddress) throws -> [(name: String, profile: DeviceProfile)] {
            guard profile.isEmpty else { return try profile.map { ($0, try options.load($0)) } }
            // One with a parameter that only a line's configuration sets cannot be tried at random.
            let all = try options.all().filter { (try? $0.profile.withParametersInForce()) != nil }
            switch address {
            case .tcp(_, let port): return all.filter { $0.profile.tcpPort == port }
            case .serial(let name, _), .input(let name):
                let ports = PortCensus.look()
                guard let node = try? name.node(of: address.portKind, among: ports),
                    let port = ports.first(where: { $0.isNamed(node) })
                else { return [] }
                return all.filter { $0.profile.usb.contains { USBIdentifier($0) == port.usb } }
            }
        }

        /// What came of asking, and whether it proves that the profile's device is there.
        struct Verdict {
            var text: String
            var isProof: Bool
        }

        static func ask(_ address: DeviceAddress, _ profile: DeviceProfile) async throws -> Verdict {
            let own = try OwnLink(address, profile: profile)
            await own.start()
            let began = ContinuousClock.now
            _ = await own.wait(profile.answerLimit) { told in
                // Nobody there: the next tries will say the same.
                let isRefused = own.trouble.hasPrefix("DEV-150") && ContinuousClock.now - began > .seconds(1)
                return isRefused || verdict(told, profile)?.isProof == true
            }
            let told = own.told
            let trouble = own.trouble
            await own.close()
            if let verdict = verdict(told, profile) { return verdict }
            return Verdict(text: trouble.isEmpty ? "it does not answer" : trouble, isProof: false)
        }

        static func verdict(_ told: [DeviceEvent], _ profile: DeviceProfile) -> Verdict? {
            for event in told {
                switch event {
                case .identified(let identity):
                    return Verdict(text: "it says \(identity.text)", isProof: true)
                case .printerStatus(let status) where status.isKnown:
                    return Verdict(
                        text: "it answers: \(status.isReady ? "ready" : status.words)", isProof: true)
                case .inputs: return Verdict(text: "it answers, contract and all", isProof: true)
                case .outputsWritten where profile.commands.contains { !$0.value.accepted.isEmpty }:
                    return Verdict(text: "it takes its lamps as this model does", isProof: true)
                case .jobRead(let job): return Verdict(text: "it answers: job \(job)", isProof: true)
                default: break
                }
            }
            if told.contains(.connected) {
                if profile.commands["status"] != nil || profile.modbus != nil {
                    for case .noise(let bytes) in told where !bytes.isEmpty {
                        return Verdict(
                            text: "it answers otherwise than this model: \(ByteText.text(bytes.prefix(60)))",
                            isProof: false)
                    }
                    for case .frameFault(let fault) in told {
                        return Verdict(text: "\(fault)", isProof: false)
                    }
                    for case .fault(let fault) in told { return Verdict(text: "\(fault)", isProof: false) }
                    return Verdict(text: "it is open, was asked and did not answer", isProof: false)
                }
                let isAsked = profile.start.contains { !$0.isOptional && !$0.command.accepted.isEmpty }
                if isAsked { return Verdict(text: "it takes its start as this model does", isProof: true) }
                if profile.kind == .beacon {
                    return Verdict(text: "it is open; this device never answers", isProof: false)
                }
                return Verdict(
                    text:
                        "it is open; this profile asks nothing, only a read proves it (seriatim "
                        + "devices watch)",
                    isProof: false)
            }
            for case .fault(let fault) in told { return Verdict(text: fault.description, isProof: false) }
            return nil
        }
    }
}

extension DeviceAddress {
    /// Kind of port it is; TCP has none and counts as serial.
    var portKind: PluggedPort.Kind {
        if case .input = self { return .input }
        return .serial
    }
}

extension DeviceIdentity {
    /// What is known, in a row.
    var text: String { [model, version, serial].filter { !$0.isEmpty }.joined(separator: " ") }
}

extension DeviceProfile {
    /// Long enough for the start with all its tries, and for one answer behind it.
    var answerLimit: Duration {
        let steps = start.reduce(0) { sum, step in
            let wait = step.command.timeoutMilliseconds
            let one =
                step.command.accepted.isEmpty
                ? timing.settleMilliseconds : wait > 0 ? wait : timing.replyTimeoutMilliseconds
            return sum + one * (step.isRetrySafe ? 2 : 1)
        }
        return .milliseconds(1500 + timing.settleMilliseconds + 2 * timing.replyTimeoutMilliseconds + steps)
    }
}
