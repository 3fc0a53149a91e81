extension LabelSymbol {
    /// The symbol of a ^B command.
    ///
    /// - Parameters:
    ///   - letter: Behind `^B`.
    ///   - parameters: Of the command.
    ///   - data: Of the field, without the escapes of ^FH.
    init(letter: UInt8, parameters: [[UInt8]], data: [UInt8]) {
        switch letter {
        case UInt8(ascii: "C"):
            let (characters, isGS1) = Self.separated(Self.characters(ofCode128: data))
            // Mode D takes bracketed text and makes the FNC1 itself, mode U an SSCC.
            let mode = parameters.count > 5 ? parameters[5].first : nil
            let isUCC = mode == UInt8(ascii: "D") || mode == UInt8(ascii: "U")
            self.init(name: isGS1 || isUCC ? "GS1-128" : "Code 128", data: characters, isGS1: isGS1)
        case UInt8(ascii: "X"):
            let escape = parameters.count > 6 ? parameters[6].first : nil
            let (characters, isGS1) = Self.separated(Self.characters(ofDataMatrix: data, escape))
            self.init(name: isGS1 ? "GS1 DataMatrix" : "DataMatrix", data: characters, isGS1: isGS1)
        case UInt8(ascii: "Q"):
            // `MA,` in front: error correction and input mode.
            let isHeaded = data.count > 2 && data[2] == UInt8(ascii: ",")
            self.init(name: "QR Code", data: isHeaded ? Array(data.dropFirst(3)) : data, isGS1: false)
        default: self.init(name: Self.names[letter] ?? "symbol", data: data, isGS1: false)
        }
    }

    private static let names: [UInt8: String] = [
        UInt8(ascii: "0"): "Aztec", UInt8(ascii: "O"): "Aztec", UInt8(ascii: "1"): "Code 11",
        UInt8(ascii: "2"): "Interleaved 2 of 5", UInt8(ascii: "3"): "Code 39", UInt8(ascii: "4"): "Code 49",
        UInt8(ascii: "7"): "PDF417", UInt8(ascii: "8"): "EAN-8", UInt8(ascii: "9"): "UPC-E",
        UInt8(ascii: "A"): "Code 93", UInt8(ascii: "B"): "CODABLOCK", UInt8(ascii: "D"): "MaxiCode",
        UInt8(ascii: "E"): "EAN-13", UInt8(ascii: "F"): "MicroPDF417", UInt8(ascii: "K"): "Codabar",
        UInt8(ascii: "M"): "MSI", UInt8(ascii: "R"): "GS1 DataBar", UInt8(ascii: "U"): "UPC-A",
    ]

    /// FNC1, until it is told whether it begins the symbol.
    private static let separator: UInt8 = 0x1D

    private static func separated(_ characters: [UInt8]) -> (data: [UInt8], isGS1: Bool) {
        characters.first == separator ? (Array(characters.dropFirst()), true) : (characters, false)
    }

    /// Start and code changes drop out.
    private static func characters(ofCode128 data: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < data.count {
            guard data[index] == UInt8(ascii: ">"), index + 1 < data.count else {
                result.append(data[index])
                index += 1
                continue
            }
            switch data[index + 1] {
            case UInt8(ascii: "8"): result.append(separator)
            case UInt8(ascii: "<"), UInt8(ascii: "0"): result.append(UInt8(ascii: ">"))
            case UInt8(ascii: "="): result.append(UInt8(ascii: "~"))
            default: break
            }
            index += 2
        }
        return result
    }

    /// `_1` is FNC1, `__` the escape itself, `_d094` a byte in decimal; others carry no data.
    private static func characters(ofDataMatrix data: [UInt8], _ escape: UInt8?) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < data.count {
            guard data[index] == escape, index + 1 < data.count else {
                result.append(data[index])
                index += 1
                continue
            }
            let next = data[index + 1]
            if next == escape {
                result.append(next)
            } else if next == UInt8(ascii: "1") {
                result.append(separator)
            } else if next == UInt8(ascii: "d"), index + 4 < data.count,
                let byte = UInt8(String(decoding: data[index + 2...index + 4], as: UTF8.self))
            {
                result.append(byte)
                index += 3
            }
            index += 2
        }
        return result
    }
}
