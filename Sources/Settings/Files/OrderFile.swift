import LineCore

/// Reads a production order from a file.
///
/// TOML, or JSON in a file whose name ends in `.json`: one flat table with the keys `batch`, `gtin`, `lot`,
/// `expiry`, `quantity`, `unit_pool` and `sscc_pool`, all needed. What follows may be left to the product on
/// the line: `product`, its name; one key `items_per_bundle`, `items_per_case`, `items_per_shipper` or
/// `items_per_pallet` for each level of packing the product has; `market` and `national_number` where the
/// code follows a market's rules; `unused` (`return` or `kill`) for what becomes of numbers never printed.
/// A table `[jobs]` with the job of each device, `DEVICE = "JOB"`, where the line is to select them.
package enum OrderFile {
    /// Reads and checks an order. That its pools and its product are there is the line's to say.
    ///
    /// - Throws: ``SettingsErrors`` with every fault of the file.
    package static func load(_ path: String) throws(SettingsErrors) -> OrderDraft {
        try load(try SourceText.whole { () throws(SettingsError) in try SourceText(path: path, name: path) })
    }

    /// Reads and checks an order from bytes.
    ///
    /// - Parameters:
    ///   - bytes: JSON if `isJSON`, else TOML.
    ///   - name: Stands for the file in errors.
    package static func parse(
        _ bytes: [UInt8], name: String, isJSON: Bool
    ) throws(SettingsErrors) -> OrderDraft {
        try load(
            try SourceText.whole { () throws(SettingsError) in
                try SourceText(name: name, bytes: bytes, format: isJSON ? .json : .toml)
            })
    }

    private static func load(_ source: SourceText) throws(SettingsErrors) -> OrderDraft {
        let report = SettingsReport([source])
        let table = TableReader(report: report, tree: source.tree)
        let text = TextRule.line(maxBytes: 200)
        var order = Order()
        order.batch = table.string("batch", text)
        order.gtin = table.string("gtin", text)
        order.product = table.string("product", text, default: "")
        order.lot = table.string("lot", text)
        order.expiry = table.string("expiry", text)
        order.quantity = table.integer("quantity", 1...Order.maxQuantity)
        order.packing = table.packing()
        order.unitPool = table.string("unit_pool", text)
        order.ssccPool = table.string("sscc_pool", text)
        order.market = table.string("market", text, default: "")
        order.nationalNumber = table.string("national_number", text, default: "")
        let unused: UnusedNumbers = table.word("unused", default: .return, fallback: .return)
        let jobs = table.optionalTable("jobs")
        order.jobs = jobs.map { Self.jobs($0) } ?? []
        table.finish()
        check(order, table)
        try report.check()
        return OrderDraft(saidIn: order, unused: table.has("unused") ? unused : nil)
    }

    /// `DEVICE = "JOB"`, one a line.
    private static func jobs(_ table: TableReader) -> [DeviceJob] {
        let jobs = table.names().map {
            DeviceJob(device: $0, job: table.string($0, .line(maxBytes: 200)))
        }
        for wanted in jobs where table.report.isSound(table.place(wanted.device)) {
            var probe = sound
            probe.jobs = [wanted]
            guard let fault = probe.fault else { continue }
            table.fail(
                .badOrder, wanted.device, "\(fault.code) \(Printable.plain(fault.text))", fault.remedy)
        }
        table.require(
            jobs.count <= Order.maxJobs, .outOfRange, jobs.last?.device ?? "",
            "\(jobs.count) jobs in one order", "At most \(Order.maxJobs) are allowed.")
        table.finish()
        return jobs
    }

    /// Puts one text at a time into an order without fault: the line's own rule then speaks of that text
    /// alone.
    private static func check(_ order: Order, _ table: TableReader) {
        let parts: [(String, WritableKeyPath<Order, String>)] = [
            ("batch", \.batch), ("gtin", \.gtin), ("lot", \.lot), ("expiry", \.expiry), ("market", \.market),
            ("national_number", \.nationalNumber),
        ]
        for (key, part) in parts where table.report.isSound(table.place(key)) {
            var probe = sound
            probe[keyPath: part] = order[keyPath: part]
            // A national number is right or wrong in its market.
            if key == "national_number", Market.named(order.market) != nil { probe.market = order.market }
            guard let fault = probe.fault else { continue }
            table.fail(.badOrder, key, "\(fault.code) \(Printable.plain(fault.text))", fault.remedy)
        }
        for (key, name) in [("unit_pool", order.unitPool), ("sscc_pool", order.ssccPool)] {
            table.require(!name.isEmpty, .badText, key, "the name is empty", "Name a pool of the line.")
        }
    }

    private static var sound: Order {
        var order = Order()
        order.batch = "B"
        order.gtin = "00000000000000"
        order.lot = "L"
        order.expiry = "300101"
        order.quantity = 1
        return order
    }
}
