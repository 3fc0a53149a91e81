import GS1

/// What stands between the codes of one message.
package enum Separator {
    /// No element string holds it, and no symbology identifier begins with it.
    package static func isSafe(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && !CharacterSet.cset82.contains(byte) && byte != UInt8(ascii: "]")
    }
}
