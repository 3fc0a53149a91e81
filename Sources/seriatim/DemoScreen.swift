import ControlAPI
import DemoIO
import Foundation
import Simulator

/// The demo's live picture: the belt in a few rows of text, redrawn on a terminal, else one line a second.
struct DemoScreen {
    private let isTerminal = isatty(1) == 1
    private let isQuiet: Bool
    private let plan: DemoPlan
    private let start = ContinuousClock.now
    private var rowsDrawn = 0
    private var lastDrawn: ContinuousClock.Instant?
    /// The last thing that happened, for the row under the picture.
    private var news = ""

    /// - Parameter isQuiet: Draws and says nothing; for `--json`.
    init(_ plan: DemoPlan, isQuiet: Bool) {
        self.plan = plan
        self.isQuiet = isQuiet
    }

    /// Says something that stays on the screen.
    mutating func say(_ text: String) {
        guard !isQuiet else { return }
        erase()
        print(text)
        Output.flush()
        lastDrawn = nil
    }

    /// Notes what happened; it is shown with the next picture, and at once where there is none.
    mutating func note(_ text: String) {
        news = text
        if !isTerminal { say(String(format: "%6.1f s  %@", seconds, text)) }
    }

    /// Draws the line as it is now, if it is time to.
    mutating func draw(_ world: World, _ status: StatusAnswer?) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < (isTerminal ? .milliseconds(90) : .seconds(1)) { return }
        lastDrawn = now
        guard isTerminal else {
            print(String(format: "%6.1f s  ", seconds) + counters(world, status))
            return Output.flush()
        }
        erase()
        let rows = picture(world, status)
        print(rows.map { $0 + "\u{1B}[K" }.joined(separator: "\n"))
        rowsDrawn = rows.count
        Output.flush()
    }

    /// Seconds since the demo began.
    var seconds: Double {
        let passed = ContinuousClock.now - start
        return Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
    }

    private mutating func erase() {
        if rowsDrawn > 0 { print("\u{1B}[\(rowsDrawn)A\u{1B}[J", terminator: "") }
        rowsDrawn = 0
    }

    // MARK: Rows

    private static let columns = 64

    private func picture(_ world: World, _ status: StatusAnswer?) -> [String] {
        let speed = plan.isStepped ? "as fast as it can" : "\(plan.rate) a minute"
        let state = status.map { $0.machine } ?? "controller down"
        return [
            String(format: "  %5.1f s   %@, gate %@   line: %@", seconds, speed, plan.gate.rawValue, state),
            "",
            "  " + stations(world),
            "  " + belt(world) + (world.isMoving ? " >>" : " ||"),
            "  " + pointers(world),
            "  " + counters(world, status),
            "  " + (status?.stop.map { "\($0.code): \($0.text)" } ?? news),
        ]
    }

    private func column(_ distance: Int64, _ world: World) -> Int {
        let length = max(1, world.layout.packer)
        return Int(min(max(distance, 0), length) * Int64(Self.columns - 1) / length)
    }

    /// Printed cartons are `#`, blank ones `o`.
    private func belt(_ world: World) -> String {
        var row = [Character](repeating: "_", count: Self.columns)
        for place in world.cartonsOnBelt {
            let isBlank = world.carton(place.carton)?.print == nil
            row[column(place.distance, world)] = isBlank ? "o" : "#"
        }
        return String(row)
    }

    private func stations(_ world: World) -> String {
        let layout = world.layout
        var row = [Character](repeating: " ", count: Self.columns + 8)
        for (name, place) in [
            ("coder", layout.coder), ("camera", layout.unitCamera), ("gate", layout.gate),
            ("case camera", layout.caseCamera), ("packer", layout.packer),
        ] where !(plan.isPreprinted && name == "coder") {
            let first = max(0, column(place, world) - name.count / 2)
            for (offset, letter) in name.enumerated() where first + offset < row.count {
                row[first + offset] = letter
            }
        }
        return String(row)
    }

    private func pointers(_ world: World) -> String {
        let layout = world.layout
        var row = [Character](repeating: " ", count: Self.columns)
        for place in [layout.coder, layout.unitCamera, layout.gate, layout.caseCamera, layout.packer] {
            row[column(place, world)] = "^"
        }
        return String(row)
    }

    private func counters(_ world: World, _ status: StatusAnswer?) -> String {
        let tally = world.tally
        let closed = status?.packing.map(\.closed) ?? []
        let packed = closed.count == 2 ? "cases \(closed[0])  pallets \(closed[1])" : "controller down"
        return "fed \(tally.fed)/\(plan.units)  passed \(tally.passed)  bin \(tally.rejected + tally.taken)  "
            + "open case \(world.cartonsInOpenCase.count)/\(DemoPlan.unitsPerCase)  \(packed)"
    }
}
