import DeviceCore

/// Reads `[modbus.module]`: what is wired to an I/O module, and its watchdog.
enum ModuleReader {
    private static let number = -1...1_000_000

    static func read(_ table: TableReader) -> LineIOModule {
        let (inputs, inputBits) = block(table.table("inputs"), LineIOModule.Input.allCases)
        let counters = table.optionalTable("counters").map { counters in
            block(counters, LineIOModule.Input.allCases.filter { $0.isCounted })
        }
        let outputs = table.table("outputs")
        var module = LineIOModule(
            inputs: inputs, inputBits: inputBits, counters: counters?.0, counterRegisters: counters?.1 ?? [:],
            outputsStart: outputs.integer("start", number), outputsCount: outputs.integer("count", number),
            outputBits: places(outputs, LineIOModule.Output.allCases),
            gateWindowMilliseconds: table.integer("gateWindowMilliseconds", number))
        outputs.finish()
        module.inverted = Set(table.words("inverted", default: []))
        module.readBack = table.optionalTable("readBack").map { block($0, [LineIOModule.Input]()).0 }
        module.setup = table.tables("setup", atMost: 20).map(setup)
        module.watchdog = table.optionalTable("watchdog").map(watchdog)
        table.finish()
        return module
    }

    private static func block<Place: RawRepresentable<String> & Hashable>(
        _ table: TableReader, _ names: [Place]
    ) -> (LineIOModule.Block, [Place: Int]) {
        let block = LineIOModule.Block(
            function: table.integer("function", number), start: table.integer("start", number),
            count: table.integer("count", number))
        let places = places(table, names)
        table.finish()
        return (block, places)
    }

    private static func places<Place: RawRepresentable<String> & Hashable>(
        _ table: TableReader, _ names: [Place]
    ) -> [Place: Int] {
        names.reduce(into: [:]) { $0[$1] = table.optionalInteger($1.rawValue, number) }
    }

    private static func setup(_ table: TableReader) -> LineIOModule.Setup {
        let step = LineIOModule.Setup(
            register: table.integer("register", number), value: table.integer("value", number),
            isWritten: table.boolean("write", default: true),
            isVerified: table.boolean("verify", default: true))
        table.finish()
        return step
    }

    private static func watchdog(_ table: TableReader) -> LineIOModule.Watchdog {
        let watchdog = LineIOModule.Watchdog(
            register: table.integer("register", number), tripped: table.integer("tripped", number))
        table.finish()
        return watchdog
    }
}
