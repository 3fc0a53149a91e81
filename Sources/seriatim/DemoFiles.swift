import DemoIO
import Foundation

/// Files a demo writes: the line's configuration, an order and a serial list, as a real line would have them.
struct DemoFiles: Sendable {
    /// Directory of the line: configuration and state.
    let line: String
    var configuration: String { line + "/line.toml" }
    var order: String { line + "/order.toml" }
    var serials: String { line + "/serials.txt" }
    /// What the daemon says.
    var log: String { line + "/daemon.log" }

    /// Makes the directory and writes everything.
    ///
    /// - Parameter data: Directory given by the caller, or `nil` for a new one under the temporary files.
    init(_ plan: DemoPlan, addresses: DemoLine.Addresses, data: String?) throws {
        let root = try data.map(Self.absolute) ?? Self.newDirectory()
        line = root + "/line"
        guard !FileManager.default.fileExists(atPath: line + "/journal") else {
            throw CommandFailure(
                "DEMO-101 \(line): there is a line already. Name an empty directory with --data.", status: 73)
        }
        do {
            try FileManager.default.createDirectory(atPath: line, withIntermediateDirectories: true)
            let text = Self.configuration(plan, addresses, data: line, profiles: try ProfileOptions.shipped())
            try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
            try Data(Self.order(plan).utf8).write(to: URL(fileURLWithPath: order))
            let list = plan.serials.map { $0 + "\n" }.joined()
            try Data(list.utf8).write(to: URL(fileURLWithPath: serials))
        } catch let error as CocoaError {
            throw CommandFailure(
                "DEMO-102 \(line): \(error.localizedDescription). Name a directory that can be written.",
                status: 73)
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private static func newDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "seriatim-demo-\(ProcessInfo.processInfo.processIdentifier)"
        return path.hasPrefix("/") ? path : absolute(path)
    }

    private static func order(_ plan: DemoPlan) -> String {
        """
        batch = "\(DemoPlan.batch)"
        gtin = "\(DemoPlan.gtin)"
        product = "Demo tablets 20 mg, 30 pcs"
        lot = "\(DemoPlan.lot)"
        expiry = "\(DemoPlan.expiry)"
        quantity = \(plan.units)
        items_per_case = \(DemoPlan.unitsPerCase)
        items_per_pallet = \(DemoPlan.casesPerPallet)
        unit_pool = "\(DemoPlan.unitPool)"
        sscc_pool = "\(DemoPlan.ssccPool)"
        \(plan.isPreprinted ? "" : "[jobs]\ncoder = \"\(DemoLine.coderJob)\"\n")
        """
    }

    // MARK: The line

    private static func configuration(
        _ plan: DemoPlan, _ addresses: DemoLine.Addresses, data: String, profiles: String
    ) -> String {
        """
        # Written by seriatim demo.
        [line]
        name = "demo"
        data = "\(data)"
        profiles = ["\(profiles)"]
        \(tables(plan, addresses))
        """
    }

    /// Keys of `[line]` that follow from the plan, then devices and stations.
    static func tables(_ plan: DemoPlan, _ addresses: DemoLine.Addresses) -> String {
        let layout = plan.layout
        let hasSensor = plan.gate == .pass || plan.gate == .eject
        let passSensor =
            hasSensor ? "pass_sensor_mm = \(layout.passSensor - layout.partPresent)\n" : ""
        let readers = (["handheld"] + plan.played.map(\.name)).map { "\"\($0)\"" }.joined(separator: ", ")
        let confirm = plan.gate == .stop ? "" : "confirm_within_mm = 250\n"
        return """
            counts_per_metre = 1000
            max_speed_mm_s = \(plan.toldSpeed)
            drain_mm = \(layout.packer + 600)

            \(devices(plan, addresses))
            \(plan.isPreprinted ? "" : unitPrint)
            [[station]]
            kind = "unit-verify"
            name = "unit-check"
            cameras = ["unit-camera"]
            decide_within_mm = 130
            min_pitch_mm = 140

            [[station]]
            kind = "gate"
            name = "gate"
            mode = "\(plan.gate.rawValue)"
            distance_mm = \(layout.gate - layout.partPresent)
            \(passSensor)tolerance_mm = \(layout.gateTolerance)
            margin_mm = \(DemoPlan.gateMargin)
            \(confirm)max_rejects_in_row = 6

            \(packing)
            readers = [\(readers)]

            [rework]
            reintroduce = true

            [numbers]
            unit_block = \(DemoPlan.unitBlock)
            sscc_block = 20
            low_water = 50

            [epcis]
            location = "4012345000016"
            read_point = "4012345000016/LINE-1"
            time_zone = "Europe/Berlin"
            company_prefixes = ["4012345"]
            receiver = "4012345900019"

            """
    }

    private static func devices(_ plan: DemoPlan, _ addresses: DemoLine.Addresses) -> String {
        // The I/O is read at least three times while a unit crosses the window of the gate.
        let window = 2 * Int(plan.layout.gateTolerance) * 1_000 / plan.toldSpeed
        let pace = "poll_ms = \(max(1, min(5, window / 3)))\n"
        var all: [(name: String, profile: String, address: String)] = [
            ("line-io", "seriatim/line-io-1", "tcp:127.0.0.1:\(addresses.lineIO)"),
            ("unit-camera", "generic/reader-cr", "serial:\(addresses.unitCamera)?baud=115200"),
            ("case-camera", "generic/reader-stx-etx", "tcp:127.0.0.1:\(addresses.caseCamera)"),
            ("label-printer", "zebra/zpl", "tcp:127.0.0.1:\(addresses.printer)"),
            ("case-label-scanner", "generic/reader-cr", "serial:\(addresses.labelScanner)?baud=115200"),
            ("handheld", "generic/reader-cr", "serial:\(addresses.handheld)?baud=9600"),
        ]
        if !plan.isPreprinted {
            all.insert(("coder", "videojet/zipher", "tcp:127.0.0.1:\(addresses.coder)"), at: 1)
        }
        all += plan.played.map { ($0.name, $0.profile, $0.address) }
        return all.map { device in
            """
            [[device]]
            name = "\(device.name)"
            profile = "\(device.profile)"
            address = "\(device.address)"
            \(device.name == "line-io" ? pace : "")
            """
        }.joined(separator: "\n")
    }

    private static let unitPrint = """
        [[station]]
        kind = "unit-print"
        name = "coding"
        device = "coder"
        look_ahead = 20
        send_batch = 5
        max_skip = 3

        """

    private static let packing = """
        [[station]]
        kind = "case"
        name = "case-packing"
        item_readers = ["case-camera"]
        printer = "label-printer"
        label_readers = ["case-label-scanner", "handheld"]
        transit = 4

        [[station]]
        kind = "pallet"
        name = "palletising"
        item_readers = ["case-label-scanner", "handheld"]
        printer = "label-printer"
        label_readers = ["handheld"]
        transit = 2

        [[station]]
        kind = "rework"
        name = "rework"
        """
}
