import LineCore
import Testing

@testable import Settings

/// Goal: how people sign on is what the file says, and nobody does unless it says so. Method: the smallest
/// line with and without the table.
@Suite struct OperatorSettingsTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        try sandbox.writeProfiles()
    }

    @Test func withoutTheTableNobodySignsOn() throws {
        #expect(try sandbox.line(smallLine).configuration.operators == nil)
    }

    @Test func anEmptyTableHasTheDefaults() throws {
        #expect(try sandbox.line(smallLine + "\n[operators]\n").configuration.operators == OperatorRules())
    }

    @Test func everyValueArrives() throws {
        let table = """

            [operators]
            idle_minutes = 5
            session_hours = 8
            max_tries = 3
            lock_minutes = 60
            min_pin = 8
            release = true
            """
        #expect(
            try sandbox.line(smallLine + table).configuration.operators
                == OperatorRules(
                    idleMinutes: 5, sessionHours: 8, maxTries: 3, lockMinutes: 60, minSecret: 8, release: true
                ))
    }

    @Test func theTableIsPartOfWhatTheJournalNames() throws {
        let without = try sandbox.line(smallLine).sha256Input
        #expect(try sandbox.line(smallLine + "\n[operators]\n").sha256Input != without)
    }
}
