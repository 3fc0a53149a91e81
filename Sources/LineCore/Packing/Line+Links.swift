/// A station that ties a helper code to a unit, for those whose own code cannot be seen where they are
/// packed: a bottle's cap, the bottom of a vial. From then on the helper code stands for the unit.
package struct LinkStation: Equatable, Sendable {
    /// Station name.
    package var name: String
    /// Readers that report both codes of a unit in one message.
    package var readers: [String]
    /// What stands between the two codes: a byte that no GS1 code holds.
    package var separator: UInt8

    /// Makes a station.
    package init(name: String, readers: [String], separator: UInt8) {
        self.name = name
        self.readers = readers
        self.separator = separator
    }

    /// Longest helper code, in bytes.
    package static let maxHelperBytes = 40
    /// Most units of one batch that are tied to helper codes.
    package static let maxLinks = 1_000_000

    /// A scan as a helper code, without its symbology identifier; `nil` for one that is none: a GS1 code, a
    /// command, or too long.
    static func helper(_ scan: [UInt8]) -> String? {
        var text = scan[...]
        if text.first == UInt8(ascii: "]"), text.count > 3 { text = text.dropFirst(3) }
        guard (1...maxHelperBytes).contains(text.count), text.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            return nil
        }
        let helper = String(decoding: text, as: UTF8.self)
        return helper.hasPrefix(CommandBarcode.prefix) ? nil : helper
    }
}

extension Line {
    /// Both codes of a unit came: they belong together from now on.
    mutating func linkRead(_ result: ReadResult, at station: LinkStation, from device: String) {
        guard let batch = state.runningBatch, !batch.trials.isSetUp else {
            return answer(device, good: false, "no batch is open")
        }
        guard case .code(let bytes) = result else { return refuseLink("nothing was read", station, device) }
        switch pair(bytes, separator: station.separator, batch: batch) {
        case .failure(let refusal): refuseLink(refusal.text, station, device)
        case .success(let (position, helper)):
            if batch.links[helper] == position { return answer(device, good: true, "read already") }
            guard let serial = state.unitPools[batch.pool].source[Int(position)] else { return }
            record(
                .unitLinked(UnitLinked(batch: batch.order.batch, serial: serial, helper: helper)))
            answer(device, good: true, "linked")
        }
    }

    private mutating func refuseLink(_ text: String, _ station: LinkStation, _ device: String) {
        answer(device, good: false, text)
        hold(.linkRefused, station: station.name, text, immediate: true, anew: true)
    }

    /// The unit and the helper code in one message, if they may be tied together.
    private func pair(
        _ bytes: [UInt8], separator: UInt8, batch: Batch
    ) -> Result<(UInt32, String), Refusal> {
        let codes = bytes.split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
        let scans = codes.map { PackScan(.code($0), year: now.year) }
        guard codes.count == 2,
            let place = scans.firstIndex(where: { if case .unit = $0 { true } else { false } }),
            case .unit(let unit) = scans[place], case .unusable = scans[1 - place],
            let helper = LinkStation.helper(codes[1 - place])
        else {
            return .failure(
                Refusal("LINK-101", "\(codes.count) codes are not the code of a unit and a helper code", ""))
        }
        if let reason = unit.mismatch(with: batch) {
            return .failure(Refusal("LINK-102", reason.rawValue, ""))
        }
        guard let place = state.position(of: unit, batch), let position = UInt32(exactly: place) else {
            return .failure(Refusal("LINK-103", "unknown serial, or one with another payload", ""))
        }
        if let other = batch.links[helper], other != position {
            let serial = state.unitPools[batch.pool].source[Int(other)] ?? ""
            return .failure(Refusal("LINK-104", "helper code \(helper) is tied to \(serial)", ""))
        }
        if let other = batch.helpers[position], other != helper {
            return .failure(Refusal("LINK-105", "the unit is tied to helper code \(other)", ""))
        }
        let serialState = state.unitPools[batch.pool].state(place)
        let isPreprinted = state.unitPools[batch.pool].kind == .preprinted && serialState == .unallocated
        guard isPreprinted || [.encoded, .verified, .commissioned].contains(serialState) else {
            return .failure(Refusal("LINK-106", "the unit is \(serialState.word)", ""))
        }
        guard batch.links.count < LinkStation.maxLinks else {
            return .failure(Refusal("LINK-107", "\(LinkStation.maxLinks) units are tied to helper codes", ""))
        }
        return .success((position, helper))
    }

    /// What a reader at a packing station saw: a helper code stands for its unit.
    func packScan(_ result: ReadResult, of batch: Batch) -> PackScan {
        let scan = PackScan(result, year: now.year)
        guard !batch.links.isEmpty, case .unusable = scan, case .code(let bytes) = result,
            let helper = LinkStation.helper(bytes), let position = batch.links[helper],
            let serial = state.unitPools[batch.pool].source[Int(position)]
        else { return scan }
        let payload = state.unitPools[batch.pool].source.payload(Int(position))
        return .unit(UnitScan(batch.code, batch.order, serial: serial, payload: payload))
    }
}

extension LineState {
    mutating func apply(_ fact: UnitLinked) throws(StateFault) {
        guard let index = batch(named: fact.batch), batches[index].state != .closed,
            !unitPools[batches[index].pool].rests,
            let position = unitPools[batches[index].pool].source.position(of: fact.serial)
                .flatMap(UInt32.init(exactly:)),
            batches[index].links[fact.helper] == nil, batches[index].helpers[position] == nil
        else { throw StateFault(text: "a helper code was tied to a unit that is tied, or to none") }
        batches[index].links[fact.helper] = position
        batches[index].helpers[position] = fact.helper
    }
}
