/// A check on the content of one component, named as in the dictionary.
///
/// Each takes the component's bytes and answers its first fault, with the position counted from the
/// component's first byte, or `nil`. Nothing is looked up online: a company prefix is only seen to be digits.
///
/// - Source: GS1 Barcode Syntax Tests; GS1 General Specifications, section 3, at the identifiers that use it.
enum Linter: String, CaseIterable, Sendable {
    case couponcode, couponposoffer, csum, csumalpha, gcppos1, gcppos2, hasnondigit, hh, hhmi, hyphen, iban
    case importeridx, iso3166, iso3166999, iso3166alpha2, iso4217, iso5218, latitude, longitude, mediatype
    case mi, nonzero, nozeroprefix, packagetype, pcenc, pieceoftotal, posinseqslash, ss, winding, yesno
    case yymmd0, yymmdd, yyyymmdd, zero

    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The first fault in `value`, or `nil`.
    ///
    /// - Parameter year: The year that the century of a two-digit year is chosen by.
    @inline(__always)
    func fault(in value: Bytes, year: Int) -> GS1Error? {
        // The checks of every unit code come first, without a call.
        switch self {
        case .csum: Self.checkDigit(value)
        case .gcppos2: Self.companyPrefix(value, from: 1)
        default: rareFault(in: value, year: year)
        }
    }

    @inline(never)
    private func rareFault(in value: Bytes, year: Int) -> GS1Error? {
        switch self {
        case .csum: Self.checkDigit(value)
        case .csumalpha: Self.checkPair(value)
        case .gcppos1: Self.companyPrefix(value, from: 0)
        case .gcppos2: Self.companyPrefix(value, from: 1)
        case .yymmd0: Self.date(value, year: year, allowsDayZero: true)
        case .yymmdd: Self.date(value, year: year, allowsDayZero: false)
        case .yyyymmdd: Self.longDate(value)
        case .hh: Self.number(value, in: 0...23, else: .badHour)
        case .mi: Self.number(value, in: 0...59, else: .badMinute)
        case .ss: Self.number(value, in: 0...59, else: .badSecond)
        case .hhmi: Self.hoursAndMinutes(value)
        case .latitude: Self.number(value, in: 0...1_800_000_000, else: .badLatitude)
        case .longitude: Self.number(value, in: 0...3_600_000_000, else: .badLongitude)
        case .iso3166: Self.listed(value, CodeLists.countryNumbers, else: .badCountry)
        case .iso3166999: Self.listedOr999(value)
        case .iso3166alpha2: Self.listed(value, CodeLists.countryLetters, else: .badCountry)
        case .iso4217: Self.listed(value, CodeLists.currencyNumbers, else: .badCurrency)
        case .packagetype: Self.listed(value, CodeLists.packageTypes, else: .badPackageType)
        case .iso5218: Self.oneOf("0129", value, else: .badSexCode)
        case .winding: Self.oneOf("019", value, else: .badWinding)
        case .yesno: Self.oneOf("01", value, else: .notYesOrNo)
        case .hyphen: Self.all(value, 0x2D, else: .notHyphen)
        case .zero: Self.all(value, 0x30, else: .mustBeZero)
        case .nonzero: value.contains { $0 != 0x30 } ? nil : GS1Error(.mustNotBeZero)
        case .nozeroprefix: value.first == 0x30 ? GS1Error(.leadingZero) : nil
        case .hasnondigit: value.allSatisfy(Self.isDigit) ? GS1Error(.needsNonDigit) : nil
        case .importeridx: Self.importerIndex(value)
        case .mediatype: Self.mediaType(value)
        case .pcenc: Self.percentEncoding(value)
        case .pieceoftotal: Self.pieceOfTotal(value)
        case .posinseqslash: Self.positionInSequence(value)
        case .iban: Self.iban(value)
        case .couponcode: Self.couponCode(value, year: year)
        case .couponposoffer: Self.couponPositiveOffer(value)
        }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of ASCII digits, or `nil` if there are others or more than 18.
    static func decimal(_ digits: Bytes) -> Int? {
        guard digits.count <= 18 else { return nil }
        var value = 0
        for digit in digits {
            guard isDigit(digit) else { return nil }
            value = value * 10 + Int(digit &- 0x30)
        }
        return value
    }

    /// A part of a value. Bounds are cut to the value: a part may be shorter than asked for, never outside.
    static func part(_ value: Bytes, _ start: Int, _ count: Int) -> Bytes {
        let from = min(max(start, 0), value.count)
        return Bytes(rebasing: value[from..<min(from + max(count, 0), value.count)])
    }
}

// MARK: Check digits and prefixes

extension Linter {
    @inline(__always)
    static func checkDigit(_ value: Bytes) -> GS1Error? {
        guard let last = value.last else { return GS1Error(.wrongCheckDigit) }
        var sum = 0
        var weight = value.count % 2 == 0 ? 3 : 1
        for place in 0..<(value.count - 1) {
            guard isDigit(value[place]) else { return GS1Error(.notNumeric, at: place) }
            sum += weight * Int(value[place] &- 0x30)
            weight = 4 - weight
        }
        let isRight = isDigit(last) && (sum + Int(last &- 0x30)) % 10 == 0
        return isRight ? nil : GS1Error(.wrongCheckDigit, at: value.count - 1)
    }

    /// Four digits from `start` on.
    @inline(__always)
    static func companyPrefix(_ value: Bytes, from start: Int) -> GS1Error? {
        guard value.count >= start + 4 else { return GS1Error(.badCompanyPrefix) }
        for place in start..<(start + 4) where !isDigit(value[place]) {
            return GS1Error(.badCompanyPrefix, at: place)
        }
        return nil
    }

    /// The last two characters check the rest: each character's place in set 82 times a prime, from the
    /// right, modulo 1021, written as two characters of a set of 32.
    ///
    /// - Source: GS1 General Specifications, section 7.9.5.
    static func checkPair(_ value: Bytes) -> GS1Error? {
        guard value.count >= 2 else { return GS1Error(.wrongCheckPair) }
        let body = part(value, 0, value.count - 2)
        if let place = body.firstIndex(where: { !set82.contains($0) }) {
            return GS1Error(.notCSET82, at: place)
        }
        guard let pair = pair(for: body), value[value.count - 2] == pair.0, value[value.count - 1] == pair.1
        else {
            return GS1Error(.wrongCheckPair, at: value.count - 2)
        }
        return nil
    }

    /// The two characters that check `body`; `nil` if it is too long, or not of set 82.
    static func pair(for body: Bytes) -> (UInt8, UInt8)? {
        guard body.count <= primes.count else { return nil }
        var sum = 0
        for place in body.indices {
            guard let weight = set82.firstIndex(of: body[place]) else { return nil }
            sum += weight * primes[body.count - 1 - place]
        }
        sum %= 1021
        return (set32[sum >> 5], set32[sum & 31])
    }

    private static let set82 = Array(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
    private static let set32 = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

    /// The primes up to 509: enough for 97 characters, more than any value has.
    private static let primes: [Int] = (2...509).filter { number in
        !(2..<number).contains { number % $0 == 0 }
    }
}

// MARK: Dates and times

extension Linter {
    static func date(_ value: Bytes, year: Int, allowsDayZero: Bool) -> GS1Error? {
        guard value.count == 6, let digits = decimal(value) else { return GS1Error(.notNumeric) }
        let full = GS1Date.fullYear(digits / 10_000, relativeTo: year)
        return calendarFault(
            year: full, month: digits / 100 % 100, day: digits % 100, monthAt: 2, allowsDayZero: allowsDayZero
        )
    }

    static func longDate(_ value: Bytes) -> GS1Error? {
        guard value.count == 8, let digits = decimal(value) else { return GS1Error(.notNumeric) }
        return calendarFault(
            year: digits / 10_000, month: digits / 100 % 100, day: digits % 100, monthAt: 4,
            allowsDayZero: false)
    }

    private static func calendarFault(
        year: Int, month: Int, day: Int, monthAt: Int, allowsDayZero: Bool
    ) -> GS1Error? {
        guard (1...12).contains(month) else { return GS1Error(.badMonth, at: monthAt) }
        guard day <= GS1Date.days(inMonth: month, of: year), day > 0 || allowsDayZero else {
            return GS1Error(.badDay, at: monthAt + 2)
        }
        return nil
    }

    static func hoursAndMinutes(_ value: Bytes) -> GS1Error? {
        if let fault = number(part(value, 0, 2), in: 0...23, else: .badHour) { return fault }
        let minutes = part(value, 2, value.count)
        return number(minutes, in: 0...59, else: .badMinute) == nil ? nil : GS1Error(.badMinute, at: 2)
    }
}

// MARK: Numbers and lists

extension Linter {
    static func number(_ value: Bytes, in range: ClosedRange<Int>, else code: GS1Error.Code) -> GS1Error? {
        guard let number = decimal(value), range.contains(number) else { return GS1Error(code) }
        return nil
    }

    static func listed(_ value: Bytes, _ codes: CodeSet, else code: GS1Error.Code) -> GS1Error? {
        codes.contains(value) ? nil : GS1Error(code)
    }

    static func listedOr999(_ value: Bytes) -> GS1Error? {
        value.elementsEqual("999".utf8) ? nil : listed(value, CodeLists.countryNumbers, else: .badCountry)
    }

    static func oneOf(_ allowed: StaticString, _ value: Bytes, else code: GS1Error.Code) -> GS1Error? {
        guard value.count == 1, let byte = value.first else { return GS1Error(code) }
        for place in 0..<allowed.utf8CodeUnitCount where allowed.utf8Start[place] == byte { return nil }
        return GS1Error(code)
    }

    static func all(_ value: Bytes, _ byte: UInt8, else code: GS1Error.Code) -> GS1Error? {
        !value.isEmpty && value.allSatisfy { $0 == byte } ? nil : GS1Error(code)
    }

    static func importerIndex(_ value: Bytes) -> GS1Error? {
        guard value.count == 1, let byte = value.first, CharacterSet.cset64.contains(byte) else {
            return GS1Error(.badImporterIndex)
        }
        return nil
    }

    /// 01-10 and 80-99 are assigned by ICCBBA; the rest is reserved.
    static func mediaType(_ value: Bytes) -> GS1Error? {
        guard value.count == 2, let number = decimal(value), (1...10).contains(number) || number >= 80 else {
            return GS1Error(.badMediaType)
        }
        return nil
    }

    static func percentEncoding(_ value: Bytes) -> GS1Error? {
        var place = 0
        while place < value.count {
            if value[place] == UInt8(ascii: "%") {
                let digits = part(value, place + 1, 2)
                guard digits.count == 2, digits.allSatisfy({ PercentEncoding.hexValue($0) != nil }) else {
                    return GS1Error(.badPercentEncoding, at: place)
                }
                place += 2
            }
            place += 1
        }
        return nil
    }

    /// Two numbers of equal width: piece and total, neither zero, the piece not beyond the total.
    static func pieceOfTotal(_ value: Bytes) -> GS1Error? {
        let width = value.count / 2
        guard !value.isEmpty, value.count % 2 == 0, let piece = decimal(part(value, 0, width)),
            let total = decimal(part(value, width, width)), piece > 0, piece <= total
        else { return GS1Error(.pieceOfTotal) }
        return nil
    }

    /// `position/end`, neither with a leading zero, the position not beyond the end.
    static func positionInSequence(_ value: Bytes) -> GS1Error? {
        guard let slash = value.firstIndex(of: UInt8(ascii: "/")), slash > 0, slash < value.count - 1,
            value[0] != 0x30, value[slash + 1] != 0x30, let position = decimal(part(value, 0, slash)),
            let end = decimal(part(value, slash + 1, value.count)), position <= end
        else { return GS1Error(.positionInSequence) }
        return nil
    }

    /// Country, two check digits, account; rearranged and read as a number, the remainder by 97 is 1.
    ///
    /// - Source: ISO 13616; ISO 7064, MOD 97-10.
    static func iban(_ value: Bytes) -> GS1Error? {
        guard (11...34).contains(value.count), CodeLists.countryLetters.contains(part(value, 0, 2)) else {
            return GS1Error(.badIBAN)
        }
        var remainder = 0
        for step in 0..<value.count {
            let place = (step + 4) % value.count
            switch value[place] {
            case 0x30...0x39: remainder = (remainder * 10 + Int(value[place] - 0x30)) % 97
            case 0x41...0x5A: remainder = (remainder * 100 + Int(value[place] - 0x37)) % 97
            default: return GS1Error(.badIBAN, at: place)
            }
        }
        return remainder == 1 ? nil : GS1Error(.badIBAN, at: 2)
    }
}
