import GS1
import Testing

/// Goal: no text traps, and what is accepted is written so that it reads back the same, in every form.
/// Method: codes drawn from the dictionary by seed, whole and damaged; `seriatim gs1 fuzz` tries a million.
@Suite struct FuzzTests {
    @Test(arguments: [0x6753_1001, 0x6753_1002] as [UInt64])
    func whatIsAcceptedReadsBackTheSame(seed: UInt64) {
        let count = 16_000
        var trial = CodeTrial(Numbers(seed: seed))
        for _ in 0..<count { trial.next() }
        for failure in trial.failures { Issue.record("seed \(seed), \(failure)") }
        // Not in vain: of every form much was tried, and a good part of it valid.
        for form in CodeForm.allCases {
            let tally = trial.tally(of: form)
            #expect(tally.tried > count / 12, "\(form): \(tally)")
            #expect((tally.tried / 6..<tally.tried * 3 / 4).contains(tally.valid), "\(form): \(tally)")
            #expect(form == .key || tally.returned > count / 5, "\(form): \(tally)")
        }
        #expect(trial.explained == count / 16)
        #expect(trial.spoiled > count / 5)
    }

    /// Every identifier of the dictionary gets values that are accepted, so none is left out of the trial.
    @Test func everyIdentifierIsDrawnValid() {
        var sampler = CodeSampler(Numbers(seed: 0x6753_1003))
        let alone = ElementString.Rules(requiresPartners: false)
        var seen = 0
        for number in UInt16(0)...9999 {
            guard let ai = ApplicationIdentifier(number < 10 ? "0\(number)" : "\(number)") else { continue }
            seen += 1
            let valid = (0..<40).filter { _ in
                let value = String(decoding: sampler.value(of: ai), as: UTF8.self)
                return (try? ElementString([(ai, value)], rules: alone)) != nil
            }
            #expect(valid.count >= 20, "(\(ai)): \(valid.count) of 40 accepted")
        }
        #expect(seen == 541)
    }

    @Test func theSameSeedGivesTheSameCodes() {
        func codes(_ seed: UInt64) -> [[UInt8]] {
            var sampler = CodeSampler(Numbers(seed: seed))
            return (0..<100).map { round in
                var text = sampler.sample(as: CodeForm.allCases[round % 8]).text
                if round % 2 == 0 { sampler.damage(&text) }
                return text
            }
        }
        #expect(codes(5) == codes(5) && codes(5) != codes(6))
    }
}

/// Numbers by seed: SplitMix64.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
