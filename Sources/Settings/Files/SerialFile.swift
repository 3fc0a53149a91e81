import Crypto
import LineCore
import SystemIO

/// Serials read from a file, with what the journal must know about the file.
package struct LoadedSerials: Sendable {
    /// The serials in the order of the file, none twice.
    package var table: SerialTable
    /// SHA-256 of the bytes, 64 hexadecimal digits, lower case.
    package var sha256: String
    /// The file, byte for byte.
    package var bytes: [UInt8]
    /// The GTIN that stands before every serial; `nil` where serials stand alone.
    package var gtin: String?
    /// How the bytes were read, and are to be read again.
    package var form: SerialForm
}

/// What a serial file may hold at most.
package struct SerialLimits: Equatable, Sendable {
    /// Largest file, in bytes.
    package var maxBytes: Int
    /// Most serials.
    package var maxCount: Int
    /// Longest serial where no market says otherwise.
    package var maxSerialBytes: Int

    /// - Parameters:
    ///   - maxBytes: Largest file; 64 MiB unless given.
    ///   - maxCount: Most serials; 2,000,000 unless given, never more than a ``SerialTable`` holds.
    ///   - maxSerialBytes: Longest serial; 20 unless given, AI (21).
    package init(maxBytes: Int = 64 << 20, maxCount: Int = 2_000_000, maxSerialBytes: Int = 20) {
        self.maxSerialBytes = maxSerialBytes
        self.maxBytes = maxBytes
        self.maxCount = min(maxCount, SerialTable.maxCount)
    }
}

/// Reads serial numbers from a text or CSV file: one a line, line ends LF or CR LF, the last may be missing.
///
/// A first line `serial`, in CSV also `serial,payload`, is a header. In a file whose name ends in `.csv` a
/// field may stand in double quotes, with `""` for a quote in it, and a comma outside quotes begins the
/// second field: the payload in brackets, `(91)EE06(92)dGVzdA==`. The header `serial;payload`, or with a tab,
/// says that this mark stands in place of the comma; a CSV file that has one of them in every line, no comma
/// and no header of columns is refused. In any other file every byte of a line belongs to the serial, and a
/// line wholly in double quotes is refused. In both a line with GS (U+001D) in it is what the whole code
/// says, GTIN first: `01095060001343522112345GS91EE06GS92dGVzdA==`.
///
/// A serial has 1 to 20 characters of GS1 set 82, or what its market asks for. Every serial of a file has the
/// same payload elements, or none has any.
///
/// All or nothing: one fault, and no serial is taken. Messages name lines, never serials or payloads.
package enum SerialFile {
    /// Reading ends after this many faults.
    static let maxFaults = 100

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - account: Only what this Unix account may read; `nil`: what the process may.
    ///   - form: As in ``parse(_:name:limits:market:form:)``.
    /// - Throws: ``SettingsErrors`` with the first ``maxFaults`` faults.
    /// - Complexity: O(bytes).
    package static func load(
        _ path: String, limits: SerialLimits = SerialLimits(), for account: UInt32? = nil,
        market: Market? = nil, form: SerialForm? = nil
    ) throws(SettingsErrors) -> LoadedSerials {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try DurableFile.read(path, maxBytes: limits.maxBytes, for: account)
        } catch {
            throw SettingsErrors(list: [error.settingsError(file: path, maxBytes: limits.maxBytes)])
        }
        return try parse(bytes, name: path, limits: limits, market: market, form: form)
    }

    /// Reads serials from the bytes of a file, at intake or again at recovery.
    ///
    /// - Parameters:
    ///   - name: Stands for the file in errors; `.csv` at its end makes it CSV.
    ///   - form: What was taken once is read again in the form it had then, and not doubted. Else the name
    ///     and the first line tell it.
    ///   - market: Whose rules the serials follow. What was taken once is read again without.
    package static func parse(
        _ bytes: [UInt8], name: String, limits: SerialLimits = SerialLimits(), market: Market? = nil,
        form: SerialForm? = nil
    ) throws(SettingsErrors) -> LoadedSerials {
        var reader = SerialReader(name: name, limits: limits, market: market, form: form)
        reader.read(bytes)
        guard reader.errors.isEmpty else { throw SettingsErrors(list: reader.errors) }
        return LoadedSerials(
            table: reader.table, sha256: hex(SHA256.hash(data: bytes)), bytes: bytes, gtin: reader.gtin,
            form: reader.form)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
