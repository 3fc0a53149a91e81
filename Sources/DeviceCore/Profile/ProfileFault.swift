/// What is wrong with a device profile, and where.
public struct ProfileFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// TOML key, dotted: `framing.maxFrameBytes`. Empty when the caller knows the place better.
    public var path: String
    /// What is wrong and what would be right.
    public var message: String

    /// - Parameters:
    ///   - path: TOML key, dotted.
    ///   - message: What is wrong and what would be right.
    public init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// Place and message on one line.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
