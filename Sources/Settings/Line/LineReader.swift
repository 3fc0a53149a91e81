import DeviceCore
import LineCore

/// Reads `line.toml`: tables first, then what they must have in common.
struct LineReader {
    /// Most stations and devices of one line.
    static let maxStations = 64
    static let maxDevices = 64
    /// Longest distance on a line, millimetres.
    static let maxMillimetres = 100_000
    /// Longest path of a Unix socket, in bytes: what NIO takes. The system takes four more.
    static let maxSocketBytes = 103

    static let noBelt = "there is no belt"

    let root: TableReader
    /// Directory of the file; its paths are seen from here.
    let directory: String
    /// Directories of shipped profiles, unless the file names its own.
    let profiles: [String]

    var report: SettingsReport { root.report }

    /// Reads everything; faults go to the report.
    ///
    /// - Returns: `nil` if a station is missing, which is then reported.
    mutating func read() -> LoadedLine? {
        let line = root.table("line")
        let name = line.string("name", .name)
        let data = path(line, "data", default: nil)
        let belt = belt(line)
        let zone: ZoneRule = line.word("zone", default: .reject, fallback: .reject)
        let isBench = belt.measure == .none
        if isBench { line.ignores("drain_mm", because: Self.noBelt) }
        let drain = isBench ? 1 : line.integer("drain_mm", 1...Self.maxMillimetres)
        let store = profileStore(line)
        let devices = DeviceReader(store: store, directory: directory).read(
            root.tables("device", atMost: Self.maxDevices))
        let lanes = lanes(line, devices, isBench: isBench)
        line.finish()

        var stations = StationReader(
            lanes: lanes, devices: devices, directory: directory, store: store, report: report)
        stations.isBench = isBench
        stations.read(root.tables("station", atMost: Self.maxStations), inFile: root)
        if !isBench {
            stations.checkDrain(drain, at: line)
            stations.checkCycles(
                maxMillimetresPerSecond: belt.maxSpeed, countsPerMetre: belt.countsPerMetre, at: line)
        }
        if let speeds = belt.speeds { stations.checkTime(speeds, at: line) }
        for lane in lanes { devices.checkMeasure(lane.io, isTimed: belt.speeds != nil, line) }
        stations.checkDevicesAreUsed()
        let numbers = numbers(lookAhead: stations.lanes.compactMap { $0.unitPrint?.lookAhead }.reduce(0, +))
        let journal = journal()
        let socket = socket(data: data)
        let events = root.optionalTable("epcis").map { table in
            EventReader(table: table).read(stations: Set(stations.packing.map(\.name)))
        }
        let reasons = ReasonReader.read(root.tables("reasons", atMost: ReasonReader.maxReasons))
        let operators = root.optionalTable("operators").map { OperatorReader(table: $0).read() }
        let reintroduced = reintroduced()
        let orderFolder = orderFolder(data: data, line)
        let changeover = root.optionalTable("changeover").map { ChangeoverReader(table: $0).read() }
        root.finish()

        let whole = stations.lanes.compactMap(\.lane)
        guard whole.count == lanes.count else { return nil }
        var configuration = LineConfiguration(
            name: name, lanes: whole, countsPerMetre: belt.countsPerMetre,
            maxMillimetresPerSecond: belt.maxSpeed, packing: stations.packing,
            numbers: numbers, zone: zone, drainMillimetres: drain)
        configuration.operators = operators
        configuration.link = stations.link
        configuration.timedMillimetresPerSecond = belt.speeds?.nominal
        configuration.handhelds = stations.handhelds
        configuration.reasons = reasons
        configuration.reintroduced = reintroduced
        configuration.changeover = changeover ?? ChangeoverRules()
        configuration.beacons = devices.settings.filter { $0.profile.kind == .beacon }.map(\.name)
        configuration.optionalDevices = devices.settings.filter { $0.atStart == .ignore }.map(\.name)
        configuration.jobDevices = devices.settings.compactMap { device in
            device.profile.jobNames.map {
                JobDevice(name: device.name, forbidden: $0.forbidden, maxBytes: $0.maxBytes)
            }
        }
        var loaded = LoadedLine(
            configuration: configuration, dataDirectory: data, controlSocket: socket, journal: journal,
            devices: devices.settings, labels: stations.labels, events: events,
            effective: report.effective + devices.profileValues)
        loaded.orderFolder = orderFolder
        return loaded
    }

    /// The folder into which other systems put orders; empty where they do not. No file of the line's own may
    /// lie in it or around it.
    private func orderFolder(data: String, _ line: TableReader) -> String {
        guard let table = root.optionalTable("orders") else { return "" }
        defer { table.finish() }
        let folder = path(table, "folder", default: nil)
        let isApart = [directory, data].allSatisfy { !Paths.isInside($0, folder) }
        table.require(
            isApart && !Paths.isInside(folder, data), .contradiction, "folder",
            with: [line.place("data")],
            "files of the line lie in \(Printable.quoted(folder)) or around it",
            "Name a folder of its own, as \"orders\": whatever is put there is taken away.")
        return folder
    }

    /// What measures the belt: an encoder, or the time for which it runs.
    private func belt(
        _ line: TableReader
    ) -> (measure: BeltMeasure, countsPerMetre: Int, maxSpeed: Int, speeds: BeltSpeeds?) {
        let measure: BeltMeasure = line.word("belt", default: .encoder, fallback: .encoder)
        let speed = 1...20_000
        switch measure {
        case .encoder:
            for key in ["speed_mm_s", "min_speed_mm_s"] {
                line.ignores(key, because: "an encoder measures the belt")
            }
            let counts = line.integer("counts_per_metre", 1...1_000_000)
            return (measure, counts, line.integer("max_speed_mm_s", speed), nil)
        case .none:
            for key in ["counts_per_metre", "speed_mm_s", "min_speed_mm_s", "max_speed_mm_s"] {
                line.ignores(key, because: Self.noBelt)
            }
            return (measure, 1_000, 1, nil)
        case .time:
            line.ignores("counts_per_metre", because: "time measures the belt")
            let nominal = line.integer("speed_mm_s", speed)
            let slowest = line.integer("min_speed_mm_s", speed)
            let fastest = line.integer("max_speed_mm_s", speed)
            line.require(
                slowest <= nominal && nominal <= fastest, .contradiction, "speed_mm_s",
                with: [line.place("min_speed_mm_s"), line.place("max_speed_mm_s")],
                "speed_mm_s \(nominal) is not between min_speed_mm_s \(slowest) and "
                    + "max_speed_mm_s \(fastest)",
                "Measure the belt: its usual, least and highest speed while it runs.")
            return (measure, 1_000, fastest, BeltSpeeds(nominal: nominal, slowest: slowest, fastest: fastest))
        }
    }

    private func path(_ table: TableReader, _ key: String, default standard: String?) -> String {
        let text = table.string(key, .path, default: standard)
        return text.isEmpty ? text : Paths.join(directory, text)
    }

    private func profileStore(_ line: TableReader) -> ProfileStore {
        let shipped = line.strings("profiles", .path, count: 1...16, default: profiles)
        let site = path(line, "site_profiles", default: "devices")
        return ProfileStore(shipped: shipped.map { Paths.join(directory, $0) }, site: site)
    }

    /// - Parameter lookAhead: Records that wait in the coders of all lanes at most; 0 without any.
    private func numbers(lookAhead: Int) -> NumberRules {
        let table = root.table("numbers")
        let rules = NumberRules(
            unitBlock: table.integer("unit_block", 1...100_000, default: 200),
            ssccBlock: table.integer("sscc_block", 1...10_000, default: 20),
            lowWater: table.integer("low_water", 0...10_000_000, default: 1_000),
            lowMinutes: table.integer("low_minutes", 0...100_000, default: 30))
        table.require(
            rules.unitBlock >= lookAhead, .contradiction, "unit_block",
            "unit_block \(rules.unitBlock) is less than look_ahead \(lookAhead)",
            "Reserve at least as many serials as the coders may hold together.")
        table.finish()
        return rules
    }

    /// After which reject reasons a good unit may come back.
    private func reintroduced() -> Set<RejectReason> {
        let table = root.table("rework")
        defer { table.finish() }
        guard table.boolean("reintroduce", default: false) else {
            table.ignores("reintroduce_reasons", because: "reintroduce is false")
            return []
        }
        let reasons = table.words("reintroduce_reasons", default: RejectReason.ofPlaceAndTime)
        let never: [RejectReason] = [.setUp, .challenge, .refusedArticle, .jobUnproven]
        table.require(
            !reasons.contains(where: never.contains), .contradiction, "reintroduce_reasons",
            "\(never.map(\.rawValue).joined(separator: ", ")) are reasons after which nothing comes back",
            "Leave them out.")
        return Set(reasons)
    }

    private func journal() -> JournalSettings {
        let table = root.table("journal")
        let segment = table.integer("segment_mb", 4...65_536, default: 64)
        let reserve = table.integer("reserve_mb", 4...1_048_576, default: 64)
        table.finish()
        return JournalSettings(segmentBytes: segment << 20, reserveBytes: reserve << 20)
    }

    /// Reads nothing but where the line's data are.
    func dataDirectory() -> String { path(root.table("line"), "data", default: nil) }

    /// Reads nothing but what tells the control socket.
    func controlSocket() -> String { socket(data: dataDirectory()) }

    private func socket(data: String) -> String {
        let table = root.table("control")
        // A default is seen from the data directory, what the file says from the file's.
        let standard = Paths.join(data, "run/control.sock")
        let text = table.string("socket", .path, default: standard)
        let socket = table.has("socket") ? Paths.join(directory, text) : standard
        table.require(
            socket.utf8.count <= Self.maxSocketBytes, .badText, "socket",
            "the path of the control socket has \(socket.utf8.count) bytes",
            "At most \(Self.maxSocketBytes) are possible; set a shorter one.")
        table.finish()
        return socket
    }
}
