import JournalCore
import Simulator
import Testing

/// A journal on a simulated disk, small enough that a few records fill a chunk and a few groups a segment.
struct Fixture {
    let disk: SimulatedDisk
    let signer: JournalSigner
    let identity: JournalIdentity
    var limits: JournalLimits

    init(_ disk: SimulatedDisk = SimulatedDisk()) throws {
        self.disk = disk
        signer = try #require(JournalSigner(seed: [UInt8](repeating: 7, count: 32)))
        identity = try #require(
            JournalIdentity(
                line: "line-1", randomID: [UInt8](repeating: 0xA5, count: 16), publicKey: signer.publicKey))
        limits = Self.smallLimits
    }

    static var smallLimits: JournalLimits {
        var limits = JournalLimits()
        limits.chunkBytes = 4096
        limits.segmentBytes = 8192
        limits.groupBytes = 4096
        limits.unsignedBytes = 1 << 20
        limits.reserveBytes = 8192
        return limits
    }

    func create() throws -> Journal {
        try Journal.create(storage: disk, identity: identity, signer: signer, limits: limits)
    }

    /// Opens the journal and returns it with the bodies it holds.
    func open() throws -> (journal: Journal, report: RecoveryReport, bodies: [String]) {
        var bodies: [String] = []
        let (journal, report) = try Journal.open(storage: disk, signer: signer, limits: limits) { record in
            bodies.append(String(decoding: record.body, as: UTF8.self))
        }
        return (journal, report, bodies)
    }

    func verify(head: JournalHead? = nil) throws -> VerificationReport {
        try JournalVerifier.verify(storage: disk, publicKey: signer.publicKey, head: head)
    }

    /// The text of a segment up to its padding.
    func text(_ segment: Int = 1) throws -> String {
        let bytes = try #require(disk.content(JournalFormat.segmentName(segment)))
        let end = (bytes.lastIndex { $0 != 0x0A } ?? -1) + 1
        return String(decoding: bytes.prefix(end), as: UTF8.self)
    }
}

/// The body of record number `index`, about as long as a line's records are.
func body(_ index: Int, filler: Int = 40) -> [UInt8] {
    Array("{\"k\":\"test\",\"i\":\(index),\"x\":\"\(String(repeating: "x", count: filler))\"}".utf8)
}

func text(_ body: [UInt8]) -> String { String(decoding: body, as: UTF8.self) }
