import ArgumentParser
import ControlAPI

/// How the line stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the line stands.")

    @OptionGroup var client: ClientOptions

    func run() async throws {
        let status: StatusAnswer = try await client.ask(.status)
        if client.json { return Output.json(status) }
        Output.line("\(status.line): \(status.machine)  (\(status.at), \(status.starts) starts)")
        if let stop = status.stop { StatusText.print(stop) }
        if let batch = status.batch { StatusText.print(batch) }
        for name in status.suspended {
            Output.line("batch \(name) suspended; it goes on: seriatim batch start \(name)")
        }
        if let changeover = status.changeover { StatusText.print(changeover) }
        Output.line(
            "on the belt \(status.onBelt), in the coder \(status.coderWaiting), "
                + "serials left \(status.serialsLeft)"
        )
        for lane in status.lanes where status.lanes.count > 1 {
            Output.line("  lane \(lane.name): on the belt \(lane.onBelt), in the coder \(lane.coderWaiting)")
        }
        if let time = StatusText.timeLeft(status) { Output.line(time) }
        if !status.takenOut.isEmpty {
            Output.line("out for in-process control: \(status.takenOut.joined(separator: " "))")
        }
        for station in status.packing { StatusText.print(station) }
        for balance in status.balance { StatusText.print(balance) }
        for device in status.devices where device.condition != "connected" {
            Output.line("\(device.name): \(device.condition) \(device.detail)")
        }
        for device in status.devices where !device.answerAt.isEmpty { StatusText.print(scanAt: device) }
        if status.verifyingJournal {
            Output.line(
                "journal: what the start did not read is still being verified; no batch is closed yet")
        }
        for alarm in status.alarms where !isShown(alarm, status) { StatusText.print(alarm) }
        StatusText.print(signedOn: status)
    }

    /// The stop stands above already.
    private func isShown(_ alarm: AlarmAnswer, _ status: StatusAnswer) -> Bool {
        alarm.code == status.stop?.code && alarm.station == status.stop?.station
    }
}

/// Parts of the status in words.
enum StatusText {
    static func print(_ stop: StopAnswer) {
        let detail = [stop.station, stop.detail].filter { !$0.isEmpty }.joined(separator: ": ")
        Output.line("\(stop.code) \(stop.text)\(detail.isEmpty ? "" : " (\(detail))")")
        Output.line("  \(stop.remedy)")
    }

    /// `line time left: numbers 83 min, disk 4300 min`; `nil` without a batch on the line.
    static func timeLeft(_ status: StatusAnswer) -> String? {
        guard ["Starting", "Execute", "Held", "Completing"].contains(status.machine) else { return nil }
        func words(_ time: MinutesAnswer?) -> String { time.map { "\($0.minutes) min" } ?? "not known yet" }
        return "line time left: numbers \(words(status.numbersTimeLeft)), disk \(words(status.diskTimeLeft))"
    }

    static func print(_ batch: BatchAnswer) {
        let order = batch.order ?? OrderMessage()
        let isOnLine = ["running", "held"].contains(batch.state)
        let marks = [
            isOnLine && batch.setUp ? ", set-up" : "",
            isOnLine && batch.ending ? batch.suspends ? ", to be suspended" : ", ending" : "",
        ].joined()
        Output.line(
            "batch \(order.batch) \(batch.state)\(marks): "
                + "\(order.product) GTIN \(order.gtin) "
                + "lot \(order.lot) expiry \(order.expiry)")
        if batch.productVersion > 0 {
            let labels = batch.labels.map { "; label of \($0.level)s \($0.name) version \($0.version)" }
            Output.line("  product version \(batch.productVersion)\(labels.joined())")
        }
        Output.line(
            "  units \(batch.tracked) = passed \(batch.passed) + rejected \(batch.rejected)"
                + " + cleared \(batch.cleared)"
                + " + open \(batch.open)")
        let serials = batch.serials.map { "\($0.name) \($0.count)" }.joined(separator: " + ")
        Output.line("  issued \(batch.issued)\(serials.isEmpty ? "" : " = \(serials)")")
        if batch.state != "closed" {
            Output.line("  without an end yet \(batch.remainder), returned at the close \(batch.toReturn)")
        }
        if batch.state == "waiting" {
            Output.line("  opened by \(batch.openedBy); waits for its release by another person")
        }
        for job in batch.jobs { print(job, isOnLine: isOnLine) }
        for parked in batch.parked { Output.line("  put aside at \(parked.name): \(parked.count) items") }
        if batch.recovered + batch.counted > 0 {
            Output.line(
                "  rejected \(batch.rejected): \(batch.recovered) recovered, "
                    + "\(batch.counted) counted unreadable"
            )
        }
        for reason in batch.reasons { Output.line("  rejected \(reason.name): \(reason.count)") }
        if !batch.deviation.isEmpty {
            Output.line(
                "  closed with \(batch.remainder) open serials and \(batch.orphans) items in no container: "
                    + "\(batch.closeReason) (\(batch.deviation))")
        }
    }

    /// `job of coder: CARTON-12, read back`
    private static func print(_ job: JobAnswer, isOnLine: Bool) {
        let words =
            switch job.state {
            case "loaded": ", read back"
            case "asked": ", being loaded"
            case "refused": ", REFUSED: \(job.detail)"
            default: isOnLine ? ", not read back yet" : ""
            }
        Output.line("  job of \(job.device): \(job.job)\(words)")
    }

    static func print(_ changeover: ChangeoverAnswer) {
        if !changeover.firstArticle.isEmpty {
            Output.line("first article to approve: serial \(changeover.firstArticle)")
        }
        if !changeover.challenges.isEmpty {
            let lanes = changeover.dueOn.joined(separator: " and ")
            let on = lanes.isEmpty ? "" : "; the first on lane \(lanes)"
            Output.line("challenges due: \(changeover.challenges.joined(separator: ", "))\(on)")
        }
        if !changeover.laid.isEmpty { Output.line("challenge under way: \(changeover.laid)") }
        if changeover.needsClearance { Output.line("the line is to be cleared before a batch starts") }
    }

    static func print(_ station: PackingAnswer) {
        var text = "\(station.station): \(station.open) of \(station.capacity) in the open \(station.level)"
        text += ", \(station.closed) closed"
        if !station.transit.isEmpty { text += ", label to read: \(station.transit.joined(separator: " "))" }
        if !station.unproved.isEmpty {
            text += ", item and label to read: \(station.unproved.joined(separator: " "))"
        }
        if !station.diverted.isEmpty {
            text += ", on the side way: \(station.diverted.joined(separator: " "))"
        }
        if station.proofDue { text += ", of the next one item and label to read" }
        if !station.filling.isEmpty { text += ", label \(station.filling) comes first" }
        if station.byHand { text += ", packs by hand" }
        if !station.readingAgain.isEmpty { text += ", reading again \(station.readingAgain)" }
        Output.line(text)
    }

    /// `handheld 07:31:02Z refused: SSCC ... is not of this line`
    static func print(scanAt device: DeviceAnswer) {
        let time = device.answerAt.dropFirst(11).prefix(8)
        let text = device.answerGood ? device.answer : "refused: \(device.answer)"
        Output.line("\(device.name) \(time)Z \(text)")
    }

    /// Who may be asked, or that nobody can be.
    static func print(signedOn status: StatusAnswer) {
        guard status.signsOn else {
            return Output.line("nobody signs on at this line: the Unix account acts")
        }
        if status.signedOn.isEmpty { Output.line("nobody is signed on") }
        for person in status.signedOn {
            Output.line("signed on: \(person.name) (\(person.role)) at \(person.terminal)")
        }
    }

    static func print(_ alarm: AlarmAnswer) {
        let place = alarm.station.isEmpty ? "" : " \(alarm.station)"
        let detail = alarm.detail.isEmpty ? "" : ": \(alarm.detail)"
        let name = "\(alarm.priority.uppercased()) \(alarm.code)\(place)"
        Output.line("\(name): \(alarm.text)\(detail)  (\(words(of: alarm)))")
        if !alarm.remedy.isEmpty, alarm.state != "returned" { Output.line("  \(alarm.remedy)") }
    }

    private static func words(of alarm: AlarmAnswer) -> String {
        switch alarm.state {
        case "unacknowledged": "not acknowledged"
        case "returned": "went away, not acknowledged"
        default: alarm.state
        }
    }

    /// `camera: units judged 120 = passed 100 + rejected 18 + on the belt 2`
    static func print(_ balance: BalanceAnswer) {
        let parts = balance.parts.map { "\($0.name) \($0.count)" }.joined(separator: " + ")
        let missing = balance.missing > 0 ? "  MISSING \(balance.missing)" : ""
        Output.line("\(balance.station): \(balance.what) \(balance.total) = \(parts)\(missing)")
    }
}

/// The alarms of the line.
struct AlarmsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "The alarms that are not over.", subcommands: [List.self, Ack.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the alarms.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let status: StatusAnswer = try await client.ask(.status)
            if status.alarms.isEmpty, !client.json { Output.line("no alarms") }
            for alarm in status.alarms {
                client.json ? Output.json(alarm) : StatusText.print(alarm)
            }
        }
    }

    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Acknowledge the alarms of a code.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Code of the alarm, for example DEV-201.") var code: String
        @Option(help: "Station or device; without it every one that has the alarm.") var station: String?

        func run() async throws {
            var message = AcknowledgeMessage()
            message.station = station ?? ""
            try await client.tell(.acknowledge(code, message))
        }
    }
}
