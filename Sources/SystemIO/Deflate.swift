import CZlib

/// Bytes packed as HTTP's content coding `deflate` says: the zlib format.
///
/// - Source: RFC 9110, section 8.4.1.2; RFC 1950.
package enum Deflate {
    /// Packs bytes, fast rather than small: they travel once.
    package static func packed(_ bytes: [UInt8]) -> [UInt8] {
        let bound = Int(compressBound(uLong(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            var length = uLong(bound)
            // Fails only for want of memory or room, and there is room for any bytes.
            let result = compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), Z_BEST_SPEED)
            precondition(result == Z_OK, "zlib: no memory")
            count = Int(length)
        }
    }

    /// Unpacks bytes.
    ///
    /// - Parameter maxBytes: Most bytes unpacked; memory is bounded by it whatever is claimed.
    /// - Returns: `nil` when they are not whole, not sound, followed by others, or more than `maxBytes`.
    package static func unpacked(_ bytes: [UInt8], maxBytes: Int) -> [UInt8]? {
        var isWhole = false
        let out = [UInt8](unsafeUninitializedCapacity: maxBytes) { buffer, count in
            var length = uLong(maxBytes)
            var used = uLong(bytes.count)
            let result = uncompress2(buffer.baseAddress, &length, bytes, &used)
            isWhole = result == Z_OK && used == uLong(bytes.count)
            count = isWhole ? Int(length) : 0
        }
        return isWhole ? out : nil
    }
}
