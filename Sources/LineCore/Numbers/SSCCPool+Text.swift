import GS1

extension SSCCPool {
    /// The SSCC of an offset: extension digit, company prefix, serial reference, check digit.
    ///
    /// - Source: GS1 General Specifications, section 2.2.1 and 7.9 (check digit).
    func sscc(at offset: Int) -> String? {
        guard offset >= 0, offset < count else { return nil }
        let reference = String(first + UInt64(offset))
        let width = 17 - key.utf8.count
        guard reference.utf8.count <= width else { return nil }
        let body = key + String(repeating: "0", count: width - reference.utf8.count) + reference
        return (try? SSCC(withoutCheckDigit: body.utf8))?.text
    }

    /// The offset of an SSCC of this pool.
    func offset(of sscc: String) -> Int? {
        guard sscc.utf8.count == 18, sscc.hasPrefix(key),
            let reference = UInt64(sscc.dropFirst(key.utf8.count).dropLast()),
            reference >= first, reference - first < UInt64(count)
        else { return nil }
        return Int(reference - first)
    }
}
