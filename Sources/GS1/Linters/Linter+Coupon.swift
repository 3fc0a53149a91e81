// The fields of North American coupon codes, (8110) and (8112).

extension Linter {
    /// Walks over the digits of a coupon; each step answers `false` where the coupon breaks off or is wrong.
    private struct CouponReader {
        let digits: Bytes
        private(set) var place = 0

        init(_ digits: Bytes) { self.digits = digits }

        var isAtEnd: Bool { place == digits.count }

        /// Takes one digit that must be among `allowed`.
        mutating func take(_ allowed: ClosedRange<Int>, or other: Int? = nil) -> Int? {
            guard place < digits.count else { return nil }
            let digit = Int(digits[place] &- 0x30)
            guard allowed.contains(digit) || digit == other else { return nil }
            place += 1
            return digit
        }

        /// Takes `count` digits whatever they are.
        mutating func skip(_ count: Int) -> Bool {
            guard digits.count - place >= count else { return false }
            place += count
            return true
        }

        /// Takes a length digit among `allowed`, then as many digits as it says plus `extra`.
        mutating func skipCounted(_ allowed: ClosedRange<Int>, plus extra: Int = 0) -> Bool {
            guard let count = take(allowed) else { return false }
            return skip(count + extra)
        }

        /// Takes the marker of an optional field if it stands here.
        mutating func begins(field marker: Int) -> Bool { take(marker...marker) != nil }

        /// Takes six digits that are a date.
        mutating func takeDate(year: Int) -> Int? {
            let date = Linter.part(digits, place, 6)
            guard Linter.date(date, year: year, allowsDayZero: false) == nil, skip(6) else { return nil }
            return Linter.decimal(date)
        }

        /// Takes a company prefix: 0-6 for 6 to 12 digits, or 9 for none where allowed.
        mutating func skipPrefix(allowsNone: Bool) -> Bool {
            guard let count = take(0...6, or: allowsNone ? 9 : nil) else { return false }
            return count == 9 || skip(count + 6)
        }

        /// Takes a purchase requirement: its length and value, its code, its three-digit family.
        mutating func skipPurchase() -> Bool {
            skipCounted(1...5) && take(0...4, or: 9) != nil && skip(3)
        }
    }

    /// - Source: GS1 North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols.
    static func couponCode(_ value: Bytes, year: Int) -> GS1Error? {
        if let place = value.firstIndex(where: { !isDigit($0) }) { return GS1Error(.notNumeric, at: place) }
        var coupon = CouponReader(value)
        let isValid = readPrimary(&coupon) && readOptions(&coupon, year: year) && coupon.isAtEnd
        return isValid ? nil : GS1Error(.badCoupon, at: coupon.place)
    }

    /// Company prefix, offer code, save value, first purchase.
    private static func readPrimary(_ coupon: inout CouponReader) -> Bool {
        coupon.skipPrefix(allowsNone: false) && coupon.skip(6) && coupon.skipCounted(1...5)
            && coupon.skipPurchase()
    }

    /// The optional fields, each behind its digit, in this order.
    private static func readOptions(_ coupon: inout CouponReader, year: Int) -> Bool {
        if coupon.begins(field: 1) {
            guard coupon.take(0...3) != nil, coupon.skipPurchase(), coupon.skipPrefix(allowsNone: true) else {
                return false
            }
        }
        if coupon.begins(field: 2) {
            guard coupon.skipPurchase(), coupon.skipPrefix(allowsNone: true) else { return false }
        }
        guard readDates(&coupon, year: year) else { return false }
        if coupon.begins(field: 5) {
            guard coupon.skipCounted(0...9, plus: 6) else { return false }
        }
        if coupon.begins(field: 6) {
            guard coupon.skipCounted(1...7, plus: 6) else { return false }
        }
        guard coupon.begins(field: 9) else { return true }
        guard let saveValue = coupon.take(0...6), saveValue < 3 || saveValue > 4 else { return false }
        return coupon.take(0...2) != nil && coupon.skip(1) && coupon.take(0...1) != nil
    }

    /// Field 3, the expiration, and field 4, the start, which must not be later.
    private static func readDates(_ coupon: inout CouponReader, year: Int) -> Bool {
        var expiration: Int?
        if coupon.begins(field: 3) {
            expiration = coupon.takeDate(year: year)
            guard expiration != nil else { return false }
        }
        if coupon.begins(field: 4) {
            guard let start = coupon.takeDate(year: year) else { return false }
            if let expiration, start > expiration { return false }
        }
        return true
    }

    /// Format 0 or 1, funder, offer code, serial number, and nothing behind.
    static func couponPositiveOffer(_ value: Bytes) -> GS1Error? {
        if let place = value.firstIndex(where: { !isDigit($0) }) { return GS1Error(.notNumeric, at: place) }
        var coupon = CouponReader(value)
        let isValid =
            coupon.take(0...1) != nil && coupon.skipPrefix(allowsNone: false) && coupon.skip(6)
            && coupon.skipCounted(0...9, plus: 6) && coupon.isAtEnd
        return isValid ? nil : GS1Error(.badCoupon, at: coupon.place)
    }
}
