import Crypto
import JournalCore
import LineCore

/// The state of a line as it was behind one checkpoint of its journal, in one file.
///
/// ```
/// "seriatim snapshot 1\n" · program · line · id · key · place · state · SHA-256 of all before
/// ```
/// `docs/journal.md` gives it to the byte. The file is a cache: nothing is in it that the journal has not.
package struct SnapshotFile: Sendable {
    private static let magic = Array("seriatim snapshot 1\n".utf8)
    private static let hashBytes = 32

    /// Version of the program that made it. Another one may fold records otherwise.
    package var program: String
    /// The journal it is of.
    package var identity: JournalIdentity
    /// Right behind the checkpoint up to which the state is folded.
    package var position: JournalPosition
    /// The state.
    package var state: LineState

    /// Puts a snapshot together.
    package init(
        program: String, identity: JournalIdentity, position: JournalPosition, state: LineState
    ) {
        self.program = program
        self.identity = identity
        self.position = position
        self.state = state
    }

    /// The bytes of the file, and the record that makes a start trust them.
    package func encoded() -> (bytes: [UInt8], record: SnapshotWritten) {
        var writer = SnapshotWriter()
        writer.raw(Self.magic)
        writer.text(program)
        writer.text(identity.line)
        writer.text(identity.id)
        writer.raw(identity.publicKey)
        writer.number(position.line)
        writer.number(position.bytes)
        writer.count(position.segment)
        writer.count(position.offset)
        writer.raw(position.head.bytes)
        writer.raw(state.encoded())
        let hash = SHA256.hash(data: writer.bytes)
        writer.raw(hash)
        return (writer.bytes, record(of: Array(hash)))
    }

    private func record(of hash: [UInt8]) -> SnapshotWritten {
        SnapshotWritten(
            line: position.line, head: position.head.description, sha256: Hexadecimal.text(hash))
    }

    /// Reads the bytes of a file nobody has vouched for.
    ///
    /// - Parameter program: Version of this program.
    /// - Returns: The snapshot, and the record that has to stand in the journal for it.
    /// - Throws: ``SnapshotFault``: torn, altered, of another version or journal.
    package static func decode(
        _ bytes: [UInt8], program: String
    ) throws(SnapshotFault) -> (SnapshotFile, record: SnapshotWritten) {
        let end = bytes.count - hashBytes
        guard end > magic.count, bytes.starts(with: magic) else {
            throw SnapshotFault("it is no snapshot of this version")
        }
        let hash = Array(SHA256.hash(data: bytes[..<end]))
        guard bytes[end...].elementsEqual(hash) else { throw SnapshotFault("its bytes have changed") }
        var reader = SnapshotReader(bytes, magic.count..<end)
        guard try reader.text() == program else {
            throw SnapshotFault("another version of the program made it")
        }
        let line = try reader.text()
        let id = try reader.text()
        guard
            let identity = JournalIdentity(line: line, id: id, publicKey: Array(try reader.raw(32)))
        else { throw SnapshotFault("it names no journal") }
        let position = try Self.position(&reader)
        let state = try LineState.decode(bytes, (end - reader.left)..<end)
        let file = SnapshotFile(program: program, identity: identity, position: position, state: state)
        return (file, file.record(of: hash))
    }

    private static func position(_ reader: inout SnapshotReader) throws(SnapshotFault) -> JournalPosition {
        let line = try reader.number()
        let bytes = try reader.number()
        let segment = try reader.count()
        let offset = try reader.count()
        guard let head = JournalHead(bytes: Array(try reader.raw(32))), line < 1 << 60, bytes < 1 << 60
        else { throw SnapshotFault("it names no place in a journal") }
        return JournalPosition(line: line, bytes: bytes, segment: segment, offset: offset, head: head)
    }
}
