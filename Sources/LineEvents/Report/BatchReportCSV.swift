import LineCore

/// Every item of a batch as a row: serials, then containers, the lowest level first.
///
/// CSV as in RFC 4180, safe to open in a spreadsheet; see ``CSVText``.
package enum BatchReportCSV {
    /// The columns, in order. `item` is a serial or an SSCC, `parent` the SSCC of the container it is in,
    /// `items` what a container holds, `reject` why its unit was rejected last.
    package static let columns = ["level", "item", "state", "parent", "items", "labels", "reject"]

    /// Bytes that are gathered before they are written.
    private static let bytes = 1 << 16

    /// Writes all rows, some at a time, the names of the columns first.
    package static func write<Fault>(
        _ fold: BatchReportFold, _ write: ([UInt8]) throws(Fault) -> Void
    ) throws(Fault) {
        var text = CSVText()
        text.row(columns)
        try fold.visitSerials { (serial, reject) throws(Fault) in
            text.row(["unit", serial.serial, serial.state.word, serial.parent ?? "", "", "", reject])
            if text.count >= bytes { try write(text.take()) }
        }
        for level in PackLevel.allCases {
            for (container, parent) in fold.containers where container.level == level {
                text.row([
                    level.rawValue, container.sscc, word(of: container), parent ?? "",
                    String(container.count), String(container.labels), "",
                ])
                if text.count >= bytes { try write(text.take()) }
            }
        }
        try write(text.take())
    }

    private static func word(of container: Container) -> String {
        container.isDissolved ? "dissolved" : container.closed ? "closed" : "open"
    }
}
