/// A physical carton, whatever is printed on it. Numbered from 1 in the order it appears in the world.
package struct CartonID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1 and up.
    package let number: Int

    /// The carton with this number.
    package init(_ number: Int) {
        self.number = number
    }

    package var description: String { "carton \(number)" }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A physical case. Numbered from 1 in the order opened.
package struct CaseID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1 and up.
    package let number: Int

    /// The case with this number.
    package init(_ number: Int) {
        self.number = number
    }

    package var description: String { "case \(number)" }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A physical pallet. Numbered from 1 in the order begun.
package struct PalletID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1 and up.
    package let number: Int

    /// The pallet with this number.
    package init(_ number: Int) {
        self.number = number
    }

    package var description: String { "pallet \(number)" }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What stands on a carton: the values of its code in the order of ``WorldLayout/codeFields``.
package struct PrintedCode: Hashable, Sendable {
    /// One value per field.
    package var values: [String]
    /// False: no camera will ever read it.
    package var isReadable: Bool

    /// A code with these values.
    package init(values: [String], isReadable: Bool = true) {
        self.values = values
        self.isReadable = isReadable
    }

    /// The value of application identifier `field`, or `nil` where the code has none.
    package func value(of field: String, in fields: [String]) -> String? {
        guard let index = fields.firstIndex(of: field), index < values.count else { return nil }
        return values[index]
    }

    /// The scan of a GS1 DataMatrix symbol: `]d2`, then each identifier with its value.
    ///
    /// A value without a predefined length is followed by U+001D unless it is the last.
    /// - Source: GS1 General Specifications 7.8.6 (FNC1 in concatenated element strings), 7.8.5 table of
    ///   identifiers with predefined length.
    package func scan(fields: [String]) -> String {
        var text = "]d2"
        text.reserveCapacity(64)
        let count = min(fields.count, values.count)
        for index in 0..<count {
            text += fields[index]
            text += values[index]
            if index + 1 < count, !Self.hasPredefinedLength(fields[index]) { text += "\u{1D}" }
        }
        return text
    }

    /// By the identifier's first two digits: 00-04, 11-20, 31-36, 41.
    private static func hasPredefinedLength(_ field: String) -> Bool {
        var prefix = 0
        for digit in field.utf8.prefix(2) { prefix = prefix * 10 + Int(digit) - 0x30 }
        return switch prefix {
        case 0...4, 11...20, 31...36, 41: true
        default: false
        }
    }
}

/// Where a carton came into the world.
package enum CartonOrigin: Hashable, Sendable {
    /// From the feeder.
    case feeder
    /// Put on the belt by somebody: another product or another lot.
    case foreign
}

/// Where a carton is. Exactly one place at any time.
package enum CartonPlace: Hashable, Sendable {
    /// On the belt.
    case belt
    /// Between gate and bin.
    case chute
    /// In the reject bin.
    case bin
    /// Was in the reject bin when somebody emptied it.
    case emptied
    /// On the packing table.
    case table
    /// In a case, open or closed.
    case inCase(CaseID)
}

/// A physical carton and the truth about it.
package struct Carton: Hashable, Sendable {
    /// Its number.
    package let id: CartonID
    /// How it came into the world.
    package let origin: CartonOrigin
    /// What is printed on it; `nil` while blank.
    package internal(set) var print: PrintedCode?
    /// What a reader reads on it; `nil` while blank and where nothing can be read.
    package internal(set) var scan: String?
    /// Where it is.
    package internal(set) var place: CartonPlace
    /// Belt position (encoder) at which its leading edge was, or would have been, at the infeed.
    package internal(set) var anchor: Int64
    /// Number the controller gave it at the part-present sensor; `nil` for one never counted there.
    package internal(set) var track: UInt16?
    /// The lane it was laid on, as an index.
    var lane = 0
    /// How often each camera was triggered by it.
    var unitReads = 0
    var caseReads = 0
    var linkReads = 0
    /// The helper code it wears; `nil` where the line has no reader for it.
    package internal(set) var helper: HelperCode?
    /// Caps it wore so far.
    var caps = 0
}
