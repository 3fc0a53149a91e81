import SystemIO

/// One line on stderr that tells how far a long command is: bar, rate and time left.
///
///     [##########----------]  52 %  12.4 MB/s  8 s left
///
/// Only on a terminal; elsewhere a line every ten seconds.
struct ProgressBar {
    private static let width: UInt64 = 30
    private static let terminalNanoseconds: UInt64 = 100_000_000
    private static let logNanoseconds: UInt64 = 10_000_000_000

    private let total: UInt64
    private let isShown: Bool
    private let isTerminal = StandardError.isTerminal
    private let began = MonotonicClock.now()
    private var first: UInt64?
    private var last: UInt64
    private var isDrawn = false

    /// - Parameters:
    ///   - total: Bytes at the end.
    ///   - isShown: `false` for a command that is silent.
    init(total: UInt64, isShown: Bool) {
        self.total = total
        self.isShown = isShown
        last = began
    }

    /// Shows that `done` bytes of all are done. What was done at the first call is not counted for the rate.
    mutating func show(_ done: UInt64) {
        let now = MonotonicClock.now()
        let start = first ?? done
        first = start
        guard isShown, now - last >= (isTerminal ? Self.terminalNanoseconds : Self.logNanoseconds) else {
            return
        }
        last = now
        let text = text(done, since: start, seconds: Double(now - began) / 1e9)
        isDrawn = isTerminal
        StandardError.write(isTerminal ? "\r\(text)\u{1B}[K" : "\(text)\n")
    }

    /// Takes the line away: the summary follows.
    mutating func clear() {
        if isDrawn { StandardError.write("\r\u{1B}[K") }
        isDrawn = false
    }

    private func text(_ done: UInt64, since start: UInt64, seconds: Double) -> String {
        let part = total == 0 ? Self.width : min(Self.width, done / max(1, total / Self.width))
        let bar =
            String(repeating: "#", count: Int(part)) + String(repeating: "-", count: Int(Self.width - part))
        let percent = total == 0 ? 100 : min(100, UInt64(Double(done) / Double(total) * 100))
        let rate = seconds > 0 && done > start ? Double(done - start) / seconds : 0
        var text = "[\(bar)] \(percent) %  \(ReplayReport.size(UInt64(rate)))/s"
        if rate > 0, done < total { text += "  \(UInt64(Double(total - done) / rate) + 1) s left" }
        return text
    }
}
