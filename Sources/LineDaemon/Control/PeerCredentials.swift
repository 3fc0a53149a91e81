import NIOCore

/// The Unix account at the other end of a Unix socket.
enum PeerCredentials {
    /// `struct ucred` of Linux.
    private struct Credentials {
        var pid: Int32 = 0
        var uid: UInt32 = 0
        var gid: UInt32 = 0
    }

    /// `SO_PEERCRED` of Linux; the C name is hidden from Swift.
    private static let option = NIOBSDSocket.Option(rawValue: 17)

    /// The account's number, as the kernel noted it when the connection was made; `nil` on any other socket.
    ///
    /// - Source: unix(7), SO_PEERCRED.
    static func uid(of channel: any Channel) async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: option)
        return (try? await future.get())?.uid
    }
}
