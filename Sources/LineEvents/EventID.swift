import Crypto
import EPCIS

/// The IDs of a journal's events: a UUID of version 5 from the journal's identity and the event's place.
///
/// Namespace is the journal's `id`, its 128 random bits taken as a UUID; the name is `POSITION/ORDINAL` in
/// decimal digits: the record's line in the journal, from 1, and which of its events, from 0. Nothing else
/// goes in, so that the same fact has the same ID in every run, on every machine and under every
/// configuration, and anybody can work it out from the journal.
///
/// - Source: RFC 9562, section 5.5.
struct EventIDs: Equatable, Sendable {
    private let namespace: [UInt8]

    /// - Parameter journal: Identity of the journal, 32 hexadecimal digits.
    init(journal: String) {
        let digits = Array(journal.utf8)
        namespace = stride(from: 0, to: digits.count - 1, by: 2).map {
            Self.value(digits[$0]) << 4 | Self.value(digits[$0 + 1])
        }
    }

    private static func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit & 0x0F : (digit & 0x0F) + 9 }

    /// The ID of one event.
    ///
    /// - Parameter line: Of the record in the journal, from 1.
    /// - Parameter ordinal: Which of the record's events, from 0.
    func id(line: UInt64, ordinal: Int) -> PlainURI {
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: Array("\(line)/\(ordinal)".utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return PlainURI(uuid: bytes)
    }
}
