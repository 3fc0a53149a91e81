import DeviceCore
import LineCore
import SystemIO

/// Reads the `[[station]]` tables and checks what they must have in common.
struct StationReader {
    /// What a station is.
    enum Kind: String, CaseIterable {
        case unitPrint = "unit-print"
        case unitVerify = "unit-verify"
        case gate
        case bundle
        case `case`
        case shipper
        case pallet
        case link
        case rework
    }

    let devices: DeviceTables
    let directory: String
    let store: ProfileStore
    let report: SettingsReport

    /// The lanes with their stations.
    private(set) var lanes: [LaneDraft]
    private(set) var packing: [PackStation] = []
    private(set) var link: LinkStation?
    private(set) var handhelds: [String] = []
    private(set) var labels: [LabelSettings] = []
    /// There is no belt, and no I/O.
    var isBench = false
    private var tables: [Kind: TableReader] = [:]
    private var names: [String: TableReader] = [:]
    private var used: Set<String> = []

    init(
        lanes: [LaneDraft], devices: DeviceTables, directory: String, store: ProfileStore,
        report: SettingsReport
    ) {
        self.lanes = lanes
        self.devices = devices
        self.directory = directory
        self.store = store
        self.report = report
    }

    /// Reads every station, then checks them together.
    mutating func read(_ stations: [TableReader], inFile root: TableReader) {
        var areKindsKnown = true
        for table in stations {
            let kind: Kind = table.word("kind", fallback: .gate)
            guard report.isSound(table.place("kind")) else {
                areKindsKnown = false
                continue
            }
            let isOfLane = LaneDraft.kinds.contains(kind)
            if !isOfLane { table.ignores("lane", because: "lanes share the \(kind.rawValue) station") }
            guard let lane = isOfLane ? lane(of: table) : 0 else {
                areKindsKnown = false
                continue
            }
            if let first = isOfLane ? lanes[lane].tables[kind] : tables[kind] {
                let owner = lanes[lane].name.isEmpty || !isOfLane ? "the line" : "lane \(lanes[lane].name)"
                table.fail(
                    .stationCount, "kind", "\(first.path) is the \(kind.rawValue) of \(owner) already",
                    "There is one station of this kind\(isOfLane ? " to a lane" : "").")
                continue
            }
            if isOfLane { lanes[lane].tables[kind] = table } else { tables[kind] = table }
            read(table, kind, lane)
            table.finish()
        }
        packing.sort { $0.level < $1.level }
        labels.sort { $0.level < $1.level }
        if areKindsKnown { checkKinds(root) }
        checkTogether()
    }

    /// The lane a station belongs to, as an index; `nil` for one there is not.
    private func lane(of table: TableReader) -> Int? {
        guard !lanes[0].name.isEmpty else {
            table.ignores("lane", because: "the line has one lane")
            return 0
        }
        let name = table.string("lane", .name)
        guard report.isSound(table.place("lane")) else { return nil }
        if let index = lanes.firstIndex(where: { $0.name == name }) { return index }
        let known = lanes.map(\.name)
        table.fail(
            .noSuchLane, "lane", "there is no lane \(Printable.quoted(name))",
            Nearest.to(name, in: known).map { "Did you mean \($0)?" }
                ?? "Known: \(known.joined(separator: ", ")).")
        return nil
    }

    /// - Parameter lane: The lane of a station that belongs to one.
    private mutating func read(_ table: TableReader, _ kind: Kind, _ lane: Int) {
        let name = table.string("name", .name)
        if report.isSound(table.place("name")) {
            if let first = names[name] {
                table.fail(
                    .repeated, "name", "\(first.path) has the name \(Printable.quoted(name)) too",
                    "Give each station its own.")
            }
            names[name] = table
        }
        switch kind {
        case .unitPrint: lanes[lane].unitPrint = readUnitPrint(table, name)
        case .unitVerify: lanes[lane].unitVerify = readUnitVerify(table, name)
        case .gate: lanes[lane].gate = readGate(table, name)
        case .bundle: readPacking(table, name, .bundle)
        case .case: readPacking(table, name, .case)
        case .shipper: readPacking(table, name, .shipper)
        case .pallet: readPacking(table, name, .pallet)
        case .link: link = readLink(table, name)
        case .rework:
            let readers = readers(table, "readers")
            handhelds = readers + handhelds.filter { !readers.contains($0) }
        }
    }

    private mutating func device(_ table: TableReader, _ key: String, _ kind: DeviceProfile.Kind) -> String {
        let name = table.string(key, .name)
        devices.check(name, kind, table, key)
        used.insert(name)
        return name
    }

    private mutating func readers(_ table: TableReader, _ key: String) -> [String] {
        let names = table.strings(key, .name, count: 1...16)
        for name in names { devices.check(name, .reader, table, key) }
        used.formUnion(names)
        return names
    }

    // MARK: Units

    private mutating func readUnitPrint(_ table: TableReader, _ name: String) -> UnitPrintStation {
        let station = UnitPrintStation(
            name: name, device: device(table, "device", .coder),
            lookAhead: table.integer("look_ahead", 1...10_000, default: 20),
            sendBatch: table.integer("send_batch", 1...1_000, default: 5),
            maxSkip: table.integer("max_skip", 1...1_000, default: 3))
        table.require(
            station.sendBatch <= station.lookAhead, .contradiction, "send_batch",
            with: [table.place("look_ahead")],
            "send_batch \(station.sendBatch) is more than look_ahead \(station.lookAhead)",
            "Nothing would be sent; use at most look_ahead.")
        return station
    }

    private mutating func readUnitVerify(_ table: TableReader, _ name: String) -> UnitVerifyStation {
        let cameras = readers(table, "cameras")
        guard !isBench else {
            for key in ["decide_within_mm", "min_pitch_mm", "trigger_lag_ms"] {
                table.ignores(key, because: LineReader.noBelt)
            }
            table.require(
                cameras.count == 1, .contradiction, "cameras", with: [],
                "\(cameras.count) cameras, and units are presented by hand",
                "Name the one they are presented to.")
            return UnitVerifyStation(
                name: name, cameras: cameras, decideWithinMillimetres: 1, minPitchMillimetres: 2,
                triggerLagMilliseconds: 1)
        }
        return UnitVerifyStation(
            name: name, cameras: cameras,
            decideWithinMillimetres: table.integer("decide_within_mm", 1...LineReader.maxMillimetres),
            minPitchMillimetres: table.integer("min_pitch_mm", 1...LineReader.maxMillimetres),
            triggerLagMilliseconds: table.integer("trigger_lag_ms", 1...10_000, default: 50))
    }

    private func readGate(_ table: TableReader, _ name: String) -> GateStation {
        let mode: GateMode = table.word("mode", fallback: .eject)
        table.require(
            (mode == .none) == isBench, .contradiction, "mode",
            isBench
                ? "mode \(mode.rawValue) with belt = \"none\"" : "mode none with a belt",
            isBench
                ? "Without a belt there is no gate: use mode = \"none\"."
                : "Say belt = \"none\" in [line], or name what throws bad units out.")
        guard !isBench else { return readBench(table, name) }
        let reach = 1...LineReader.maxMillimetres
        let distance = table.integer("distance_mm", reach)
        return GateStation(
            name: name, mode: mode, distanceMillimetres: distance,
            passSensorMillimetres: passSensor(table, mode, gate: distance),
            toleranceMillimetres: table.integer("tolerance_mm", reach),
            marginMillimetres: table.integer("margin_mm", reach),
            confirmWithinMillimetres: confirmation(table, mode, "confirm_within_mm") {
                table.integer("confirm_within_mm", reach)
            },
            confirmTimeoutMilliseconds: confirmation(table, mode, "confirm_timeout_ms") {
                table.integer("confirm_timeout_ms", 10...60_000, default: 2_000)
            },
            maxRejectsInRow: table.integer("max_rejects_in_row", 1...10_000, default: 5),
            signalMaxAgeMilliseconds: table.integer("signal_max_age_ms", 1...10_000, default: 200))
    }

    /// Without a belt there are no places.
    private func readBench(_ table: TableReader, _ name: String) -> GateStation {
        for key in [
            "distance_mm", "pass_sensor_mm", "tolerance_mm", "margin_mm", "confirm_within_mm",
            "confirm_timeout_ms", "signal_max_age_ms",
        ] { table.ignores(key, because: LineReader.noBelt) }
        return GateStation(
            name: name, mode: .none, distanceMillimetres: 1, passSensorMillimetres: 1,
            toleranceMillimetres: 1, marginMillimetres: 1, confirmWithinMillimetres: 1,
            confirmTimeoutMilliseconds: 1,
            maxRejectsInRow: table.integer("max_rejects_in_row", 1...10_000, default: 5),
            signalMaxAgeMilliseconds: 1)
    }

    /// In mode `stop` a person takes bad units off: no sensor confirms it.
    private func confirmation(
        _ table: TableReader, _ mode: GateMode, _ key: String, _ read: () -> Int
    ) -> Int {
        guard mode == .stop else { return read() }
        table.ignores(key, because: "in mode stop a person takes bad units off the belt")
        return 1
    }

    private func passSensor(_ table: TableReader, _ mode: GateMode, gate: Int) -> Int {
        switch mode {
        case .plc:
            table.ignores("pass_sensor_mm", because: "in mode plc the PLC reports what passed")
            return gate
        case .none: return gate
        case .stop:
            table.ignores("pass_sensor_mm", because: "in mode stop travel tells what passed")
            return gate
        case .pass, .eject:
            let sensor = table.integer("pass_sensor_mm", 1...LineReader.maxMillimetres)
            table.require(
                sensor > gate, .distances, "pass_sensor_mm",
                with: [table.place("mode"), table.place("distance_mm")],
                "the pass sensor at \(sensor) mm is not behind the gate at \(gate) mm",
                "Mode \(mode.rawValue) needs a sensor behind the gate that sees what passed.")
            return sensor
        }
    }

    // MARK: Packing

    private mutating func readPacking(_ table: TableReader, _ name: String, _ level: PackLevel) {
        let mode = packMode(table, level)
        var station = PackStation(
            name: name, level: level, itemReaders: readers(table, "item_readers"),
            printer: device(table, "printer", .labelPrinter), labelReaders: readers(table, "label_readers"),
            transit: table.integer("transit", 1...100, default: level < .shipper && mode != .manual ? 2 : 1),
            proveEvery: table.integer("prove_every", 0...PackStation.maxProveEvery, default: 0))
        station.mode = mode
        if level < .shipper {
            station.reparents = table.boolean("reparent", default: false)
        } else {
            table.ignores("reparent", because: "units alone are re-parented")
        }
        station.labels = table.integer("labels", 1...PackStation.maxLabels, default: 1)
        station.divertsInRow = table.integer("divert", 0...20, default: 0)
        table.require(
            station.labels == 1 || station.divertsInRow == 0, .contradiction, "divert",
            with: [table.place("labels")],
            "divert with \(station.labels) labels a container",
            "Which of its readers turns the divert would not be known; use one label, or divert = 0.")
        if station.mode == .manual {
            let first: FirstWord = table.word("first", default: .items, fallback: .items)
            station.isLabelFirst = first == .label
            table.require(
                station.transit == 1, .contradiction, "transit",
                "transit \(station.transit) in mode manual",
                "One label is read before the next; leave it out.")
            for reader in station.itemReaders where !handhelds.contains(reader) { handhelds.append(reader) }
        } else {
            table.ignores("first", because: "a person alone scans a label before what goes in")
        }
        if table.has("scale") {
            station.scale = device(table, "scale", .scale)
            table.require(
                !station.isLabelFirst, .contradiction, "scale", with: [table.place("first")],
                "a scale where the label is read before what goes in",
                "A container is weighed when its label is read: use first = \"items\", or no scale.")
        }
        packing.append(station)
        let reader = LabelReader(table: table, directory: directory, store: store, devices: devices)
        if let label = reader.read(station) { labels.append(label) }
    }

    private enum FirstWord: String, CaseIterable {
        case items, label
    }

    private enum PackModeWord: String, CaseIterable {
        case single, layer, manual
    }

    private func packMode(_ table: TableReader, _ level: PackLevel) -> PackMode {
        let word: PackModeWord = table.word("mode", default: .single, fallback: .single)
        if word != .layer {
            for key in ["separator", "layers"] {
                table.ignores(key, because: "mode \(word.rawValue) reads one code at a time")
            }
        }
        switch word {
        case .single: return .single
        case .manual: return .manual
        case .layer:
            table.require(
                level < .shipper, .contradiction, "mode", "mode layer at a \(level.rawValue) station",
                "A layer is of units; use single or manual.")
            return .layer(
                separator: separator(table), perContainer: table.integer("layers", 1...100, default: 1))
        }
    }

    /// What stands between the codes of one message.
    private func separator(_ table: TableReader) -> UInt8 {
        let text = table.string("separator", .line(maxBytes: 1), default: "|")
        let byte = text.utf8.first ?? 0
        table.require(
            Separator.isSafe(byte), .badText, "separator",
            "\(Printable.quoted(text)) may stand in a code", "Use a character no GS1 code has, as | or ~.")
        return byte
    }

    /// Its readers read pairs and nothing else.
    private mutating func readLink(_ table: TableReader, _ name: String) -> LinkStation {
        LinkStation(name: name, readers: readers(table, "readers"), separator: separator(table))
    }

    private func checkLink() {
        guard let link, let table = tables[.link] else { return }
        var others = cameras + handhelds
        for station in packing { others += station.itemReaders + station.labelReaders }
        for reader in link.readers where others.contains(reader) {
            table.fail(
                .repeated, "readers", "\(reader) reads at another station too",
                "A reader of pairs reads pairs and nothing else.")
        }
    }

    // MARK: Together

    private func checkKinds(_ root: TableReader) {
        // Lanes share the order: all of its codes are printed here, or none.
        let prints = lanes.contains { $0.tables[.unitPrint] != nil }
        for lane in lanes {
            let needed = [Kind.unitVerify, .gate] + (prints ? [.unitPrint] : [])
            let missing = needed.filter { lane.tables[$0] == nil }.map { "\"\($0.rawValue)\"" }
            guard !missing.isEmpty else { continue }
            root.fail(
                .stationCount, "station",
                "\(lane.name.isEmpty ? "the line" : "lane \(lane.name)") has no station of kind "
                    + missing.joined(separator: " and "),
                "Add one [[station]] of each kind that is missing.")
        }
    }

    private var cameras: [String] { lanes.flatMap { $0.unitVerify?.cameras ?? [] } }

    private func checkTogether() {
        checkLaneDevices()
        for lane in lanes {
            guard let unitVerify = lane.unitVerify, let table = lane.tables[.unitVerify] else { continue }
            table.require(
                unitVerify.decideWithinMillimetres < unitVerify.minPitchMillimetres, .distances,
                "decide_within_mm",
                with: [table.place("min_pitch_mm")],
                "decide_within_mm \(unitVerify.decideWithinMillimetres) is not less than min_pitch_mm "
                    + "\(unitVerify.minPitchMillimetres)",
                "A read could belong to the next unit; decide sooner.")
            checkGate(unitVerify, table, lane)
            checkCameras(unitVerify, table)
        }
        checkItemReaders()
        checkScales()
        checkHandhelds()
        checkLabels()
        checkLink()
    }

    /// A coder or camera serves one lane: whose unit it speaks of must be certain.
    private func checkLaneDevices() {
        var owners: [String: String] = [:]
        for lane in lanes {
            let coder = lane.unitPrint.map { [(Kind.unitPrint, "device", $0.device)] } ?? []
            let cameras = (lane.unitVerify?.cameras ?? []).map { (Kind.unitVerify, "cameras", $0) }
            for (kind, key, device) in coder + cameras {
                if let owner = owners[device], owner != lane.name {
                    lane.tables[kind]?.fail(
                        .repeated, key, "\(device) serves lane \(owner) too", "Give each lane its own.")
                }
                owners[device] = lane.name
            }
        }
    }

    private func table(of station: PackStation) -> TableReader? {
        Kind(rawValue: station.level.rawValue).flatMap { tables[$0] }
    }

    /// What stands on a scale must be certain.
    private func checkScales() {
        var owners: [String: String] = [:]
        for station in packing where !station.scale.isEmpty {
            if let owner = owners[station.scale] {
                table(of: station)?.fail(
                    .repeated, "scale", "\(station.scale) weighs for \(owner) too",
                    "Give each station its own.")
            }
            owners[station.scale] = station.name
        }
    }

    /// Each label of a container needs its reader, or a person who turns to it.
    private func checkLabels() {
        for station in packing where station.labels > station.labelReaders.count {
            guard let table = table(of: station) else { continue }
            table.require(
                station.labelReaders.contains(where: handhelds.contains), .contradiction, "labels",
                with: [table.place("label_readers")],
                "\(station.labels) labels a container and \(station.labelReaders.count) fixed readers",
                "Name a reader for each label, or one that is in a person's hand.")
        }
    }

    private func checkHandhelds() {
        guard let table = tables[.rework] else { return }
        for reader in handhelds {
            guard let verify = lanes.compactMap(\.unitVerify).first(where: { $0.cameras.contains(reader) })
            else { continue }
            table.fail(
                .repeated, "readers", "\(reader) is a camera of \(verify.name)",
                "A person's scanner takes commands; a unit camera reads units and nothing else.")
        }
    }

    private func checkGate(_ verify: UnitVerifyStation, _ table: TableReader, _ lane: LaneDraft) {
        guard !isBench, let gate = lane.gate, let gateTable = lane.tables[.gate] else { return }
        let room = gate.distanceMillimetres - gate.marginMillimetres - gate.toleranceMillimetres
        let distances = ["distance_mm", "margin_mm", "tolerance_mm"].map(gateTable.place)
        table.require(
            verify.decideWithinMillimetres < room, .distances, "decide_within_mm", with: distances,
            "decide_within_mm \(verify.decideWithinMillimetres) is not less than distance_mm - margin_mm - "
                + "tolerance_mm of the gate, \(room)",
            "The verdict would come too late; decide sooner or move the gate.")
        gateTable.require(
            gate.toleranceMillimetres <= verify.minPitchMillimetres / 2, .distances, "tolerance_mm",
            with: [table.place("min_pitch_mm")],
            "tolerance_mm \(gate.toleranceMillimetres) is more than half of min_pitch_mm "
                + "\(verify.minPitchMillimetres)",
            "A signal could meet the neighbour; use at most \(verify.minPitchMillimetres / 2).")
    }

    private func checkCameras(_ verify: UnitVerifyStation, _ table: TableReader) {
        for station in packing {
            for camera in verify.cameras
            where station.itemReaders.contains(camera) || station.labelReaders.contains(camera) {
                table.fail(
                    .repeated, "cameras", "\(camera) reads at station \(station.name) too",
                    "A unit camera reads units and nothing else.")
            }
        }
    }

    private func checkItemReaders() {
        for (place, station) in packing.enumerated() {
            guard let table = table(of: station) else { continue }
            for before in packing[..<place] {
                // A person scans units into the case and labels onto the pallet: which it is, the code says.
                guard before.mode != .manual || station.mode != .manual else { continue }
                for reader in before.itemReaders where station.itemReaders.contains(reader) {
                    table.fail(
                        .repeated, "item_readers", "\(reader) reads the items of \(before.name) too",
                        "Which station a read is for must be certain; name another reader.")
                }
            }
        }
    }

    /// The belt must run far enough to empty the line.
    func checkDrain(_ drain: Int, at line: TableReader) {
        for lane in lanes {
            guard let gate = lane.gate, let table = lane.tables[.gate] else { continue }
            let least =
                max(gate.distanceMillimetres, gate.passSensorMillimetres) + gate.toleranceMillimetres
            line.require(
                drain >= least, .distances, "drain_mm",
                with: ["distance_mm", "pass_sensor_mm", "tolerance_mm"].map(table.place),
                "drain_mm \(drain) does not bring the last unit\(lane.words) past the gate and its sensor "
                    + "at \(least) mm",
                "Use the travel from feed to exit.")
        }
    }

    /// Without an encoder only a gate that rejects unless told is safe, and its window must be wide enough
    /// for every speed of the belt. That it is narrow enough for the neighbours is checked for every line.
    func checkTime(_ speeds: BeltSpeeds, at line: TableReader) {
        for lane in lanes { checkTime(speeds, lane, at: line) }
    }

    private func checkTime(_ speeds: BeltSpeeds, _ lane: LaneDraft, at line: TableReader) {
        guard let gate = lane.gate, let table = lane.tables[.gate] else { return }
        table.require(
            gate.mode == .pass, .contradiction, "mode", with: [line.place("belt")],
            "mode \(gate.mode.rawValue) with belt = \"time\"",
            "Only mode pass rejects what time cannot place; use it, or connect an encoder.")
        let error = speeds.error(after: gate.passSensorMillimetres)
        table.require(
            gate.toleranceMillimetres >= error, .distances, "tolerance_mm",
            with: ["speed_mm_s", "min_speed_mm_s", "max_speed_mm_s"].map(line.place)
                + [table.place("pass_sensor_mm")],
            "tolerance_mm \(gate.toleranceMillimetres) is less than the \(error) mm by which a unit may be "
                + "early or late at the pass sensor",
            "Bring the gate nearer to the camera, keep the belt's speed steadier, or connect an encoder.")
    }

    /// A gate acts within a window of the belt: the I/O must see it at least three times, and must stop the
    /// belt by itself when it hears nothing.
    func checkCycles(maxMillimetresPerSecond speed: Int, countsPerMetre: Int, at line: TableReader) {
        for lane in lanes {
            checkCycle(of: lane.io, lane, maxMillimetresPerSecond: speed, at: line)
            checkCounts(lane, countsPerMetre: countsPerMetre, at: line)
        }
    }

    /// What is less than a count apart stands at one place for the line.
    private func checkCounts(_ lane: LaneDraft, countsPerMetre: Int, at line: TableReader) {
        guard let gate = lane.gate, let table = lane.tables[.gate], line.has("counts_per_metre") else {
            return
        }
        let window = 2 * gate.toleranceMillimetres
        let least = (3_000 + window - 1) / max(window, 1)
        line.require(
            window * countsPerMetre >= 3_000, .distances, "counts_per_metre",
            with: [table.place("tolerance_mm")],
            "the window of the gate, twice tolerance_mm \(gate.toleranceMillimetres), is \(window) mm: "
                + "less than three counts of the encoder, \(countsPerMetre) a metre",
            "Check counts_per_metre; an encoder must give at least \(least), or the window be wider.")
    }

    private func checkCycle(
        of io: String, _ lane: LaneDraft, maxMillimetresPerSecond speed: Int, at line: TableReader
    ) {
        guard let gate = lane.gate, let table = lane.tables[.gate],
            let profile = devices.settings.first(where: { $0.name == io })?.profile, let map = profile.modbus
        else { return }
        let cycle = profile.timing.pollIntervalMilliseconds
        let window = 2 * gate.toleranceMillimetres * 1_000 / max(speed, 1)
        let least = (3 * cycle * speed + 1_999) / 2_000
        table.require(
            window >= 3 * cycle, .distances, "tolerance_mm", with: [line.place("max_speed_mm_s")],
            "the window of the gate, twice tolerance_mm \(gate.toleranceMillimetres), is \(window) ms wide "
                + "at \(speed) mm/s: less than three cycles of \(io), \(cycle) ms each",
            "Use at least \(least) mm, or a faster cycle (poll_ms).")
        guard let place = devices.places[io] else { return }
        if let module = map.module {
            let tolerance = gate.toleranceMillimetres * 1_000 / max(speed, 1)
            // The place of a unit is known to a look, and so is its passing.
            let widest = tolerance - 2 * cycle
            place.require(
                module.gateWindowMilliseconds <= widest, .distances, "gate_window_ms",
                with: [table.place("tolerance_mm")],
                "the gate of \(io) is open \(module.gateWindowMilliseconds) ms before and after the place of "
                    + "a unit, known to two cycles of \(cycle) ms; tolerance_mm "
                    + "\(gate.toleranceMillimetres) is \(tolerance) ms at \(speed) mm/s",
                widest >= 5
                    ? "Set gate_window_ms to \(widest) or less." : "Use more tolerance_mm, or a slower belt.")
        }
        place.require(
            map.watchdogMilliseconds > 0, .contradiction, "profile",
            "the profile of \(io) sets no I/O watchdog: when this program hangs, the belt runs on",
            "Set the controller's watchdog, then say so in its profile: watchdogMilliseconds.")
        place.require(
            map.watchdogMilliseconds == 0 || map.watchdogMilliseconds >= 3 * cycle, .contradiction, "profile",
            "the I/O watchdog of \(io), \(map.watchdogMilliseconds) ms, is less than three cycles of "
                + "\(cycle) ms",
            "The belt would stop by chance: set it higher, or poll faster (poll_ms).")
    }

    /// A device no station uses is a slip, most likely in a station. A beacon needs none, but a belt.
    func checkDevicesAreUsed() {
        guard report.errors.isEmpty else { return }
        let ios = lanes.map(\.io)
        for device in devices.settings where !ios.contains(device.name) && !used.contains(device.name) {
            guard device.profile.kind != .beacon else {
                if isBench {
                    devices.places[device.name]?.fail(
                        .unusedKey, "name", "a line without a belt has no lamps for \(device.name)",
                        "Remove the device.")
                }
                continue
            }
            devices.places[device.name]?.fail(
                .unusedKey, "name", "no station uses device \(device.name)",
                "Name it in a station, or remove it.")
        }
    }
}
