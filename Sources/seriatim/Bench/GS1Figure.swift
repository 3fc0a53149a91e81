import Crypto
import GS1

/// Parsing a code with every rule checked, against SHA-256 of the same bytes, in turn.
enum GS1Figure: BenchFigure {
    static let name = "gs1.parse"

    /// One way to write a code.
    private struct Form: Sendable {
        let name: String
        let text: String
        /// Nanoseconds of the GS1 reference implementation in C, where it was measured.
        let reference: Double?
        let parse: @Sendable ([UInt8]) throws -> ElementString
    }

    private static let forms = [
        Form(
            name: name, text: "]d2010950600013435221A0001BCDE\u{1D}1727123110LOT1",
            reference: 510, parse: { try ElementString.parse(scan: $0) }),
        Form(
            name: name + ".sscc", text: "]C100395060001234567894", reference: nil,
            parse: { try ElementString.parse(scan: $0) }),
        Form(
            name: name + ".bracketed", text: "(01)09506000134352(21)A0001BCDE(17)271231(10)LOT1",
            reference: 650, parse: { try ElementString.parse(bracketed: $0) }),
        Form(
            name: name + ".digital_link",
            text: "]Q1https://id.gs1.org/01/09506000134352/10/LOT1/21/A0001BCDE?17=271231",
            reference: 1_100, parse: { try ElementString.parse(scan: $0) }),
    ]

    static func measure(_ run: BenchRun) async throws -> [BenchResult] {
        let rounds = run.size(200, quick: 40)
        return try await BenchThread.run { try forms.map { try measure($0, rounds: rounds) } }
    }

    private static func measure(_ form: Form, rounds: Int) throws -> BenchResult {
        let perRound = 5_000
        let bytes = Array(form.text.utf8)
        var parsed: [Double] = []
        var hashed: [Double] = []
        var seen = 0
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<perRound { seen &+= try form.parse(bytes).identifiers.count }
            let middle = ContinuousClock.now
            for _ in 0..<perRound { seen &+= SHA256.hash(data: bytes).withUnsafeBytes { Int($0[0]) } }
            let end = ContinuousClock.now
            parsed.append(Double(BenchClock.nanoseconds(middle - start)) / Double(perRound))
            hashed.append(Double(BenchClock.nanoseconds(end - middle)) / Double(perRound))
        }
        withExtendedLifetime(seen) {}
        let (value, sha256) = (BenchNumber.median(parsed), BenchNumber.median(hashed))
        return BenchResult(
            name: form.name, value: value, unit: "ns",
            details: [.init(name: "bytes", value: Double(bytes.count))],
            baseline: [.init(name: "sha256", value: sha256)],
            baselineText: BenchNumber.text(sha256) + " ns sha256",
            target: form.reference.map {
                .init(text: "<= \(BenchNumber.text($0)) ns", isHeld: value <= $0)
            },
            note:
                "Median of \(rounds) rounds of \(perRound) parses of \(bytes.count) bytes."
        )
    }
}
