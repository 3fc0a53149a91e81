/// What a reader accepts at most. Anything from outside is read under limits.
package struct JSONLimits: Equatable, Sendable {
    /// The deepest nesting any limit allows: the parser recurses, and this many levels fit every stack.
    package static let deepestDepth = 256

    /// Longest text in bytes.
    package let maxBytes: Int
    /// Deepest nesting: 1 is an object or array of plain values. At most ``deepestDepth``.
    package let maxDepth: Int
    /// Whether an object may repeat a name. Kept in order if so; an error if not.
    package let allowsDuplicateKeys: Bool

    /// - Parameter maxBytes: Longest text in bytes, 1 MiB unless given.
    /// - Parameter maxDepth: Deepest nesting, 64 unless given; clamped to 0 through ``deepestDepth``.
    package init(maxBytes: Int = 1 << 20, maxDepth: Int = 64, allowsDuplicateKeys: Bool = false) {
        self.maxBytes = maxBytes
        self.maxDepth = max(0, min(maxDepth, Self.deepestDepth))
        self.allowsDuplicateKeys = allowsDuplicateKeys
    }
}
