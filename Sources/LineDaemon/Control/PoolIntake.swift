import ControlAPI
import LineCore
import Settings

/// Makes an offer of numbers out of a request: reads, checks and keeps a serial file before the rules see it.
///
/// A file is kept only if nothing is wrong with the offer here; what becomes of it after that is said to
/// ``ImportStore/settle(_:isNamed:)``.
struct PoolIntake: Sendable {
    let imports: ImportStore
    /// Who asks: the daemon reads no file for an account that the account could not read itself.
    let account: UInt32

    /// - Parameter pools: The line's pools: with those that left memory the serials are compared here.
    /// - Throws: `CTL-112` for a request that says two things or none, `CTL-113` for a path that cannot be
    ///   right, and
    ///   what is wrong with the file.
    func offer(_ message: PoolMessage, beside pools: [PoolFigures]) throws -> PoolOffer {
        guard let kind = PoolKind(rawValue: message.kind) else {
            throw ControlFault(
                "CTL-112", "kind \"\(message.kind.prefix(40))\" is none", "Use printed, preprinted or sscc.",
                status: 422)
        }
        guard (1...40).contains(message.name.utf8.count),
            message.name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw ControlFault(
                "CTL-112", "the pool's name does not fit",
                "Use 1 to 40 printable ASCII characters without space.",
                status: 422)
        }
        let pools = pools.filter { $0.key == message.key }
        if message.isRandom { return try random(message, kind, beside: pools) }
        let (content, file) = try content(message)
        var offer = PoolOffer(name: message.name, kind: kind, key: message.key, content: content)
        if let found = file?.gtin, found != message.key {
            throw ControlFault(
                "POOL-119", "the codes in the file are of GTIN \(found), not of \(message.key.prefix(40))",
                "Give the GTIN of the file.", status: 422)
        }
        offer.market = message.market
        let stored = pools.filter { $0.storedFile != nil }
        let files = stored.compactMap(\.storedFile)
        if let found = try imports.shared(offer.content, with: files) {
            let pool = stored.first { $0.storedFile == found.file }?.name ?? ""
            throw ControlFault(Refusal.shared(found.serial, with: pool))
        }
        offer.comparedWith = Set(files)
        if let file { try keep(file) }
        return offer
    }

    /// The numbers, and the file they stand in.
    private func content(_ message: PoolMessage) throws -> (content: PoolContent, file: LoadedSerials?) {
        switch (message.path.isEmpty, message.serials.isEmpty, message.count == 0) {
        case (true, true, false): return (try range(message), nil)
        case (true, false, true):
            let file = try parse(message)
            return (.file(sha256: file.sha256, file.table), file)
        case (false, true, true):
            let file = try read(message)
            return (.file(sha256: file.sha256, file.table), file)
        default:
            throw ControlFault(
                "CTL-112", "the request must bring a path, serials or a range, and only one of them",
                "Give exactly one.", status: 422)
        }
    }

    /// Draws serials that no pool of the line has, and keeps them as a file.
    private func random(
        _ message: PoolMessage, _ kind: PoolKind, beside pools: [PoolFigures]
    ) throws -> PoolOffer {
        guard kind == .printed, message.path.isEmpty, message.serials.isEmpty else {
            throw ControlFault(
                "CTL-112", "random serials are drawn for packs that are printed on this line",
                "Leave out path and serials, and use kind printed.", status: 422)
        }
        let plan = RandomPlan(
            alphabet: RandomPlan.characters(message.alphabet), length: message.length, count: message.count)
        if let fault = Market.named(message.market)?.fault(plan) { throw ControlFault(fault) }
        if let fault = plan.fault(known: pools.reduce(0) { $0 + $1.count }) { throw ControlFault(fault) }
        let file = try SerialGenerator(imports: imports).file(plan, beside: pools)
        let content = PoolContent.file(sha256: file.sha256, file.table)
        var offer = PoolOffer(name: message.name, kind: kind, key: message.key, content: content)
        offer.market = message.market
        offer.plan = plan
        offer.comparedWith = Set(pools.map(\.file).filter { !$0.isEmpty })
        try keep(file)
        return offer
    }

    private func range(_ message: PoolMessage) throws(ControlFault) -> PoolContent {
        let (last, overflow) = message.first.addingReportingOverflow(UInt64(clamping: message.count))
        guard message.count > 0, !overflow, (0...20).contains(message.width), message.prefix.utf8.count <= 20
        else {
            throw ControlFault(
                "CTL-112", "first, count, prefix or width is out of range",
                "Count from 1, width 0 to 20, prefix of at most 20 characters.", status: 422)
        }
        let width = message.width == 0 ? String(last - 1).utf8.count : message.width
        return .range(prefix: message.prefix, first: message.first, count: message.count, width: width)
    }

    private func read(_ message: PoolMessage) throws(ControlFault) -> LoadedSerials {
        guard message.path.hasPrefix("/") else {
            throw ControlFault(
                "CTL-113", "the path does not start with /", "Give an absolute path.", status: 422)
        }
        do throws(SettingsErrors) {
            return try SerialFile.load(
                message.path, limits: ImportStore.limits, for: account, market: Market.named(message.market))
        } catch {
            throw Self.fault(error)
        }
    }

    private func parse(_ message: PoolMessage) throws(ControlFault) -> LoadedSerials {
        do throws(SettingsErrors) {
            // Text that whoever sends it made, or read from a file, and judged.
            return try SerialFile.parse(
                Array(message.serials.utf8), name: "serials", limits: ImportStore.limits,
                market: Market.named(message.market), form: .text)
        } catch {
            throw Self.fault(error)
        }
    }

    /// The first thing wrong with a file; it names lines, never serials.
    private static func fault(_ errors: SettingsErrors) -> ControlFault {
        guard let first = errors.list.first else {
            return ControlFault("CTL-113", "the file cannot be taken", "Check the file.", status: 422)
        }
        let place = first.line.map { "\(first.file):\($0)" } ?? first.file
        let more = errors.list.count > 1 ? " (and \(errors.list.count - 1) more)" : ""
        return ControlFault(first.code.rawValue, "\(place): \(first.text)\(more)", first.remedy, status: 422)
    }

    private func keep(_ file: LoadedSerials) throws {
        guard try imports.keep(file) else {
            throw ControlFault(
                "POOL-112", "the same file was imported before and meant other serials: as CSV, or not",
                "Name it as it was named then (.csv or not), or change its content.", status: 409)
        }
    }
}
