/// What a verification of a whole journal found.
package struct VerificationReport: Equatable, Sendable {
    /// The answer in one word.
    package enum Verdict: String, Sendable {
        /// Every line is as written and the last one is a checkpoint.
        case intact
        /// Every line is as written; the last ones carry no signature yet.
        case unsignedTail
        /// As above, and behind them lies a group a crash cut short. The next start cuts it.
        case tornTail
        /// Something is not as it was written. ``VerificationReport/damage`` says where.
        case damaged
        /// The journal is whole but not the one asked for: the head is not in it, or the key is another.
        case notTheOne
    }

    /// What the journal says it is; `nil` when not even its first line could be read.
    package var identity: JournalIdentity?
    /// Records proven, up to the damage if there is one.
    package var records: UInt64 = 0
    /// Checkpoints proven.
    package var checkpoints: UInt64 = 0
    /// Behind the last checkpoint with a valid signature.
    package var lastSigned: JournalPosition?
    /// Behind the last line proven.
    package var end: JournalPosition?
    /// Lines proven after the last checkpoint. Anybody who can write the file could have made them.
    package var unsignedLines: UInt64 = 0
    /// Bytes of a torn last group.
    package var tornBytes = 0
    /// The first damage.
    package var damage: JournalError?
    /// Line after which the head asked for stands; `nil` when none was asked for or it was not found.
    package var headLine: UInt64?
    /// What was asked for and is missing.
    package var missing: JournalError?

    /// The answer in one word.
    package var verdict: Verdict {
        if damage != nil { return .damaged }
        if missing != nil { return .notTheOne }
        if tornBytes > 0 { return .tornTail }
        return unsignedLines > 0 ? .unsignedTail : .intact
    }

    /// The answer in sentences, and what it rests on.
    package var summary: String {
        var text = "\(records) records, \(checkpoints) checkpoints. "
        if let damage { return text + "Damaged. \(damage)" }
        if let missing { return text + "\(missing)" }
        if let lastSigned { text += "Signed up to line \(lastSigned.line). " }
        switch verdict {
        case .intact: text += "Every line is as written."
        case .unsignedTail: text += "Every line is as written. Not signed yet: the last \(unsignedLines)."
        default:
            text +=
                "Not signed: \(unsignedLines) after it. The last group was cut short "
                + "(\(tornBytes) bytes); the next start removes it."
        }
        if let headLine { text += " The head asked for stands after line \(headLine)." }
        if headLine == nil { text += " Without a head from elsewhere, a missing end cannot be seen." }
        return text
    }
}

/// Proves a whole journal, line by line, without changing it and without its lock.
package enum JournalVerifier {
    /// Reads every segment once.
    ///
    /// - Parameters:
    ///   - publicKey: The line's key from elsewhere, 32 bytes. Without it the journal is only held against
    ///     the key it names itself.
    ///   - head: A head witnessed elsewhere; it must stand behind a group or a checkpoint.
    /// - Throws: ``JournalError/Code/noJournal``, ``JournalError/Code/unknownVersion``,
    ///   ``JournalError/Code/storageFailed``. Damage is not thrown but reported.
    /// - Complexity: One pass, memory bounded by the largest group.
    package static func verify(
        storage: any JournalStorage, publicKey: [UInt8]? = nil, head: JournalHead? = nil
    ) throws(JournalError) -> VerificationReport {
        var report = VerificationReport()
        var headLine: UInt64?
        let note = { (scanner: JournalScanner) in
            report.note(scanner)
            let here = scanner.position
            if here.line > 0, here.head == head { headLine = here.line }
        }
        do throws(JournalError) {
            let scan = try JournalScan.run(storage, visits: false, eachStep: note, visit: { _ in })
            report.note(scan.scanner)
            report.tornBytes = scan.cutBytes
        } catch  where error.code == .damaged {
            report.damage = error
        }
        report.headLine = headLine
        if let head, headLine == nil {
            report.missing = JournalError(
                .headNotFound,
                "the head \(head) is not in this journal: its end is missing, or it is another",
                remedy: "Compare it with the copy of whoever witnessed the head.")
        }
        if let publicKey, let identity = report.identity, identity.publicKey != publicKey {
            report.missing = JournalError(
                .wrongKey, "the journal was signed with another key than the one given",
                remedy: "Ask who vouches for the key.")
        }
        return report
    }
}

extension VerificationReport {
    fileprivate mutating func note(_ scanner: JournalScanner) {
        identity = scanner.identity
        records = scanner.counts.records
        checkpoints = scanner.counts.checkpoints
        lastSigned = scanner.checkpoint?.end
        end = scanner.position
        unsignedLines = scanner.counts.unsignedLines
    }
}
