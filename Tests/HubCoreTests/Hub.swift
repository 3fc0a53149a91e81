import GS1
import Testing

@testable import HubCore

/// A hub for tests: each request is synced and aged at once unless a test says otherwise.
final class Hub {
    static let gtin = "09506000134352"
    static let secret = "000102030405060708090a0b0c0d0e0f"

    var numbers: HubNumbers
    var records: [NumberRecord] = []
    var now: UInt64 = 1

    /// A hub in generation `g1` with a product, lines A and B that have reported, and pool `R` of `range`.
    init(limits: NumberLimits = NumberLimits(), range: UInt64 = 1_000, guesses: UInt64 = 0) {
        numbers = HubNumbers(limits: limits)
        ask(.beginGeneration(generation: "g1", by: "Anna", reason: "new", lines: []))
        ask(.start(boot: "boot"))
        ask(.define(Self.product(guesses: guesses), by: "Anna"))
        for line in ["A", "B"] {
            ask(.enrol(line: line, by: "Anna"))
            report(line, to: "g1")
        }
        if guesses == 0 { addRange("R", count: range) }
    }

    /// A hub that goes on from records, as after a start.
    init(records: [NumberRecord], start: Bool = true) throws {
        var state = NumberState()
        for record in records { try state.apply(record) }
        numbers = HubNumbers(state: state)
        self.records = records
        if start { ask(.start(boot: "boot")) }
    }

    static func product(guesses: UInt64 = 0) -> Product {
        var product = Product()
        product.gtin = gtin
        product.name = "Tablets"
        product.guesses = guesses
        return product
    }

    func instant(_ time: UInt64) -> HubInstant {
        HubInstant(monotonicNanoseconds: time, wallMilliseconds: 0)
    }

    func decide(_ request: NumberRequest) -> NumberDecision {
        let decision = numbers.handle(request, at: instant(now))
        records += decision.records
        return decision
    }

    @discardableResult func ask(_ request: NumberRequest) -> NumberAnswer {
        let held = decide(request).held
        numbers.durable(through: UInt64(records.count), at: instant(now))
        now += HubNumbers.ageNanoseconds
        return numbers.release(held, at: instant(now)) ?? .partTaken(-1)
    }

    func release(_ held: HeldAnswer, at time: UInt64) -> NumberAnswer? {
        numbers.release(held, at: instant(time))
    }

    /// The code of the refusal, if it was one.
    func fault(_ request: NumberRequest) -> HubRefusal.Code? {
        if case .refused(let refusal) = ask(request) { refusal.code } else { nil }
    }

    func remedy(_ request: NumberRequest) -> String {
        if case .refused(let refusal) = ask(request) { refusal.remedy } else { "" }
    }

    @discardableResult func addRange(
        _ name: String, prefix: String = "R", first: UInt64 = 0, count: UInt64, width: Int = 6,
        lines: [String] = []
    ) -> HubRefusal.Code? {
        fault(
            .addPool(
                PoolOffer(
                    name: name, key: .gtin(Self.gtin),
                    source: .range(prefix: prefix, first: first, count: count, width: width), lines: lines),
                lists: [], by: "Anna"))
    }

    func caller(_ line: String, last: AllotmentID? = nil, generation: String? = nil) -> LineCaller {
        LineCaller(line: line, generation: generation ?? numbers.state.generation, last: last)
    }

    func request(
        _ line: String, _ token: String, count: UInt64 = 10, pool: String = "R", last: AllotmentID? = nil
    ) -> NumberRequest {
        .request(caller(line, last: last), pool: pool, count: count, token: token)
    }

    func take(_ line: String, _ token: String, count: UInt64 = 10, pool: String = "R")
        -> AllottedBlock?
    {
        if case .allotted(let block, _) = ask(request(line, token, count: count, pool: pool)) {
            block
        } else {
            nil
        }
    }

    @discardableResult func report(
        _ line: String, to: String, past: [String] = [], shown: [ShownAllotment] = [], part: Int = 1,
        parts: Int = 1, attempt: String = "1"
    ) -> NumberAnswer {
        ask(
            .report(
                LineReport(
                    caller: caller(line, generation: past.last ?? ""), to: to, attempt: attempt, past: past,
                    part: part, parts: parts, shown: shown)))
    }

    func figures(_ pool: String) -> PoolFigures? { numbers.state.pools[pool]?.figures }
}

/// Serials as a file gives them.
func list(_ texts: [String], sha: String = "a") -> SerialList {
    SerialList(
        sha256: String(repeating: sha, count: 64), serials: texts.compactMap { try? SerialNumber($0) })
}
