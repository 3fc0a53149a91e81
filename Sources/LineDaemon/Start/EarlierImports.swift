import Crypto
import JournalCore
import LineCore
import Settings
import SystemIO

/// Compares new serials with those of pools that left memory: with the files they were imported from.
///
/// Beside each file lie the fingerprints of its serials, sorted, which are read through in one pass. They are
/// a cache: of fingerprints that are missing or altered new ones are made, from the file itself.
extension ImportStore {
    private static let magic = Array("seriatim fingerprints 1\n".utf8)
    private static let hashBytes = 32
    private static let pieceBytes = 1 << 20

    /// The first serial that is also in one of `files`, and that file; `nil` if there is none.
    ///
    /// - Parameter files: SHA-256 of kept files.
    /// - Throws: `DMN-105` for a file that is missing or is not what was imported.
    func shared(
        _ content: PoolContent, with files: [String]
    ) throws(DaemonError) -> (file: String, serial: String)? {
        guard !files.isEmpty else { return nil }
        guard case .file(_, let table) = content else {
            // Ranges may be too long to take fingerprints of: each serial of a file is held against them.
            for file in files {
                if let serial = try serials(file).first(in: content) { return (file, serial) }
            }
            return nil
        }
        var fingerprints = SerialFingerprints(table)
        for file in files {
            try match(&fingerprints, with: file)
            guard !fingerprints.matches.isEmpty else { continue }
            let earlier = try serials(file)
            for position in fingerprints.matches.sorted() {
                if let serial = table[position], earlier.position(of: serial.utf8) != nil {
                    return (file, serial)
                }
            }
        }
        return nil
    }

    /// Positions of serials that are in one of `files`, or have the fingerprint of one that is.
    ///
    /// - Throws: As ``shared(_:with:)``.
    func positions(of table: SerialTable, in files: [String]) throws(DaemonError) -> Set<Int> {
        guard !files.isEmpty else { return [] }
        var fingerprints = SerialFingerprints(table)
        var positions: Set<Int> = []
        for file in files {
            try match(&fingerprints, with: file)
            positions.formUnion(fingerprints.matches)
        }
        return positions
    }

    /// Compares with a kept file, whose fingerprints are made anew if they are missing or altered.
    private func match(
        _ fingerprints: inout SerialFingerprints, with file: String
    ) throws(DaemonError) {
        guard try !compare(&fingerprints, with: file) else { return }
        try keepFingerprints(of: try serials(file), file)
        guard try compare(&fingerprints, with: file) else {
            throw DaemonError(
                .fileFailed, at: fingerprintsPath(file), "it changes while it is read",
                "Look at the disk.", exitStatus: 74)
        }
    }

    /// Writes the fingerprints of a kept file, in place of what is there.
    func keepFingerprints(of table: SerialTable, _ sha256: String) throws(DaemonError) {
        var bytes = Self.magic + SerialFingerprints(table).encoded
        bytes += Array(SHA256.hash(data: Self.bound(sha256, bytes)))
        try drafting { () throws(SystemError) in
            try DurableFile.replace(fingerprintsPath(sha256), bytes, mode: 0o640)
        }
    }

    /// - Returns: `false` if there are no fingerprints of this file, or they are not whole.
    private func compare(
        _ fingerprints: inout SerialFingerprints, with sha256: String
    ) throws(DaemonError) -> Bool {
        fingerprints.begin()
        let name = sha256 + Self.fingerprintsEnding
        var hash = SHA256()
        hash.update(data: Array(sha256.utf8))
        do {
            let files = try FileStorage(directory, writable: false)
            guard try files.names().contains(name) else { return false }
            let end = try files.size(name) - Self.hashBytes
            guard end >= Self.magic.count, (end - Self.magic.count).isMultiple(of: SerialFingerprints.bytes),
                try files.read(name, at: 0, count: Self.magic.count) == Self.magic
            else { return false }
            hash.update(data: Self.magic)
            var at = Self.magic.count
            while at < end {
                let piece = try files.read(name, at: at, count: min(Self.pieceBytes, end - at))
                guard !piece.isEmpty, piece.count.isMultiple(of: SerialFingerprints.bytes) else {
                    return false
                }
                hash.update(data: piece)
                fingerprints.compare(piece[...])
                at += piece.count
            }
            return try files.read(name, at: end, count: Self.hashBytes) == Array(hash.finalize())
        } catch {
            throw DaemonError(
                .fileFailed, at: fingerprintsPath(sha256), "\(error)", "Look at the disk.", exitStatus: 74)
        }
    }

    /// What the hash is taken of: these bytes are of this file and no other.
    private static func bound(_ sha256: String, _ bytes: [UInt8]) -> [UInt8] { Array(sha256.utf8) + bytes }

    static let fingerprintsEnding = ".fingerprints"

    private func fingerprintsPath(_ sha256: String) -> String {
        "\(directory)/\(sha256)\(Self.fingerprintsEnding)"
    }
}
