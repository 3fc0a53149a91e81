import JournalCore

@testable import LineCore

// MARK: - What the line is made of

extension LineRig {
    static let gtin = "09506000134352"
    static let otherGTIN = "09506000134369"

    static func configuration(
        gate: GateMode = .eject, cameras: [String] = ["camera"], zone: ZoneRule = .reject, lanes: Int = 1
    ) -> LineConfiguration {
        LineConfiguration(
            name: "rig", lanes: (0..<lanes).map { lane($0, of: lanes, gate, cameras) },
            countsPerMetre: 1_000, maxMillimetresPerSecond: 1_000,
            packing: [
                PackStation(
                    name: "cases", level: .case, itemReaders: ["case-camera"], printer: "case-printer",
                    labelReaders: ["scanner", "handheld"], transit: 2),
                PackStation(
                    name: "pallets", level: .pallet, itemReaders: ["scanner"], printer: "pallet-printer",
                    labelReaders: ["handheld"], transit: 2),
            ],
            numbers: NumberRules(unitBlock: 24, ssccBlock: 6, lowWater: 10), zone: zone,
            drainMillimetres: 1_000)
    }

    /// Lanes are A, B, and so on; the devices of A have the names they have on a line with one lane.
    private static func lane(_ index: Int, of count: Int, _ gate: GateMode, _ cameras: [String]) -> Lane {
        let more = index == 0 ? "" : "-\(index + 1)"
        return Lane(
            name: count == 1 ? "" : String(UnicodeScalar(UInt8(65 + index))), io: "io" + more,
            unitPrint: UnitPrintStation(
                name: "coding" + more, device: "coder" + more, lookAhead: 8, sendBatch: 2, maxSkip: 4),
            unitVerify: UnitVerifyStation(
                name: "verify" + more, cameras: cameras.map { $0 + more }, decideWithinMillimetres: 90,
                minPitchMillimetres: 50, triggerLagMilliseconds: 50),
            gate: GateStation(
                name: "gate" + more, mode: gate, distanceMillimetres: 400, passSensorMillimetres: 500,
                toleranceMillimetres: 20, marginMillimetres: 50, confirmWithinMillimetres: 200,
                confirmTimeoutMilliseconds: 2_000, maxRejectsInRow: 30, signalMaxAgeMilliseconds: 100))
    }

    static var limits: JournalLimits {
        var limits = JournalLimits()
        limits.segmentBytes = 1 << 17
        limits.groupBytes = 1 << 15
        limits.chunkBytes = 1 << 15
        limits.reserveBytes = 0
        return limits
    }

    static var order: Order {
        var order = Order()
        order.batch = "B1"
        order.gtin = gtin
        order.product = "Testol"
        order.lot = "LOT1"
        order.expiry = "290331"
        order.quantity = 20
        order.packing[.case] = 2
        order.packing[.pallet] = 2
        order.unitPool = "units"
        order.ssccPool = "ssccs"
        return order
    }

    static func units(kind: PoolKind = .printed, name: String = "units", first: UInt64 = 1) -> PoolOffer {
        PoolOffer(
            name: name, kind: kind, key: gtin,
            content: .range(prefix: "S", first: first, count: 1_000, width: 6))
    }

    static func ssccs(name: String = "ssccs", first: UInt64 = 1) -> PoolOffer {
        PoolOffer(
            name: name, kind: .sscc, key: "39506000",
            content: .range(prefix: "", first: first, count: 1_000, width: 0))
    }

    static func serial(_ number: Int) -> String {
        let digits = String(number)
        return "S" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// What a camera reports of a unit's code; elements left out by an empty value.
    static func code(
        symbology: String = "]d2", gtin: String = Self.gtin, expiry: String = "290331", lot: String = "LOT1",
        serial: String, more: String = ""
    ) -> ReadResult {
        var text = symbology
        if !gtin.isEmpty { text += "01" + gtin }
        if !expiry.isEmpty { text += "17" + expiry }
        text += more
        if !lot.isEmpty { text += "10" + lot + "\u{1D}" }
        if !serial.isEmpty { text += "21" + serial }
        return .code(Array(text.utf8))
    }

    /// What a scanner reports of a container label.
    static func label(_ sscc: String) -> ReadResult { .code(Array("]C100\(sscc)".utf8)) }
}

// MARK: - What happened

extension LineRig {
    /// Serials that left for the coder, in order, and when.
    var sent: [(serial: String, at: UInt64)] {
        actions.compactMap {
            guard case .coder(.send(_, let values), _) = $0.action, let serial = values.last else {
                return nil
            }
            return (serial, $0.at)
        }
    }

    /// Numbers of the serials sent to the coder of a lane, in order.
    func sent(lane: Int) -> [Int] {
        actions.compactMap {
            guard case .coder(.send(_, let values), lane) = $0.action else { return nil }
            return values.last.flatMap { Int($0.dropFirst()) }
        }
    }

    /// Numbers of the serials sent last: as many as the coder holds at most.
    var inCoder: [Int] { sent.suffix(8).compactMap { Int($0.serial.dropFirst()) } }

    /// Labels that left for a printer.
    var labels: [LabelOrder] {
        actions.compactMap { if case .label(let order) = $0.action { order } else { nil } }
    }

    /// Tracks that were ever told to pass.
    var passSignals: [UInt64] {
        actions.compactMap {
            switch $0.action {
            case .gate(let signal, _): signal.kind == .pass ? signal.track : nil
            case .verdict(let verdict, _): verdict.pass ? verdict.track : nil
            case .outputs, .coder, .selectJob, .readJob, .label, .weigh, .feedback, .answer, .checkpoint: nil
            }
        }
    }

    /// Outputs last written.
    var outputs: LineOutputs { outputs(lane: 0) }

    /// Outputs last written to the I/O of a lane.
    func outputs(lane: Int) -> LineOutputs {
        for entry in actions.reversed() {
            if case .outputs(let outputs, lane) = entry.action { return outputs }
        }
        return LineOutputs()
    }

    /// Whoever holds the scanner has seen what it refused.
    mutating func seen() {
        give(.read(device: "handheld", .code(Array("]C0SR/OK".utf8))))
    }

    /// Feedback last given.
    var feedback: Bool? {
        for entry in actions.reversed() { if case .feedback(_, let good) = entry.action { return good } }
        return nil
    }

    /// Serials accepted on units, in order.
    var verified: [String] {
        records.compactMap { if case .unitVerified(let fact) = $0.record { fact.serial } else { nil } }
    }

    /// Why a track was rejected; `nil` if it was not.
    func rejection(of track: UInt64) -> String? {
        for entry in records {
            switch entry.record {
            case .unitRejected(let fact), .unitDiverted(let fact):
                if fact.track == track { return fact.reason }
            default: continue
            }
        }
        return nil
    }

    /// Why the batch is held, with the facts.
    var why: String { line.state.runningBatch?.hold.map { "\($0.reason) \($0.station): \($0.detail)" } ?? "" }

    /// Why the batch is held.
    var stop: StopReason? { line.status.stop }
}

extension GateMode {
    /// Those in which something throws units out.
    static let gates: [GateMode] = [.plc, .pass, .eject]
}
