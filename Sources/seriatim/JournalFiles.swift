import JournalCore
import LineDaemon
import SystemIO

/// Opens what the journal commands are given.
enum JournalFiles {
    static func open(_ directory: String) throws -> FileStorage {
        let inside = directory + "/journal"
        return try FileStorage(DurableFile.exists(inside) ? inside : directory, writable: false)
    }

    /// The public key of a key file, or 43 characters of base64url.
    static func publicKey(_ path: String) throws -> [UInt8] {
        let bytes = try DurableFile.read(path, maxBytes: 256)
        if bytes.starts(with: Array("seriatim-key-".utf8)) {
            if let signer = JournalSigner(seed: try KeyFile.load(path)) { return signer.publicKey }
        } else if let key = Base64URL.decode(bytes.prefix { $0 > 0x20 }), key.count == 32 {
            return key
        }
        throw CommandFailure(
            "CLI-112 \(path): it holds no key. Give the line's public key, 43 characters.", status: 65)
    }

    static func head(_ text: String) throws -> JournalHead {
        guard let head = JournalHead(text: text) else {
            throw CommandFailure(
                "CLI-104 --head: it is no head. Give 43 characters of base64url.", status: 64)
        }
        return head
    }

    /// Gives errors of the journal and the system their message and exit status.
    ///
    /// - Parameter directory: As it was given, to be named in the message.
    static func guarded<Result>(_ directory: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as JournalError {
            throw CommandFailure(DaemonError(error, directory: directory))
        } catch let error as SystemError {
            throw CommandFailure(
                "CLI-105 \(error.path): \(error). Check the path and who may read it.", status: 66)
        }
    }
}
