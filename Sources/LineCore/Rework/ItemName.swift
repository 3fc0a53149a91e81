/// An item as an act names it: by what was scanned on it.
package struct ItemName: Equatable, Sendable {
    /// Serial of a unit, or the 18 digits of an SSCC.
    package var text: String
    /// GTIN of a unit, 14 digits; `nil` where its serial alone was given.
    package var gtin: String?

    /// Names an item.
    package init(_ text: String, gtin: String? = nil) {
        self.text = text
        self.gtin = gtin
    }
}

/// A unit of an open batch.
struct NamedUnit: Equatable {
    /// Its pool, as an index.
    let pool: Int
    /// Its position there.
    let position: Int
    /// Its batch, as an index.
    let batch: Int
    /// Its serial.
    let serial: String
}

/// What an act's code names.
enum NamedItem: Equatable {
    case unit(NamedUnit)
    /// A container in memory, by its number.
    case container(Int)
}

extension Line {
    /// The unit or container with this name, of a batch that is not closed.
    func item(_ name: ItemName) throws(Refusal) -> NamedItem {
        if name.gtin == nil, state.containers.number(of: name.text) != nil {
            return .container(try container(name.text))
        }
        return .unit(try unit(name))
    }

    /// The unit with this name, of a batch that is not closed.
    func unit(_ name: ItemName) throws(Refusal) -> NamedUnit {
        if name.gtin == nil, let index = state.containers.number(of: name.text) {
            throw Refusal(
                "REWORK-104",
                "\(name.text) is a \(state.containers[index].level.rawValue), and this is for units",
                "Name a unit in it; or dissolve it: seriatim item dissolve \(name.text).")
        }
        let found = state.units(named: name.text, year: now.year).filter { place in
            let pool = state.unitPools[place.pool]
            return (name.gtin ?? pool.gtin) == pool.gtin && pool.batch(place.position) > 0
        }
        guard let place = found.first else {
            throw Refusal(
                "REWORK-101", "no batch of this line used \(name.text)",
                "Scan the code; of a closed batch nothing can be changed.")
        }
        guard found.count == 1 else {
            throw Refusal(
                "REWORK-102", "\(found.count) products have a unit \(name.text)",
                "Scan the whole code: its GTIN tells which.")
        }
        let batch = state.unitPools[place.pool].batch(place.position) - 1
        try checkOpen(batch, name.text)
        let serial = state.unitPools[place.pool].source[place.position] ?? name.text
        return NamedUnit(pool: place.pool, position: place.position, batch: batch, serial: serial)
    }

    private func checkOpen(_ batch: Int, _ name: String) throws(Refusal) {
        guard state.batches[batch].state == .closed else { return }
        throw Refusal(
            "REWORK-103", "\(name) is of batch \(state.batches[batch].order.batch), which is closed",
            "Nothing of a closed batch can be changed.")
    }

    /// A container that an act may change.
    func container(_ sscc: String) throws(Refusal) -> Int {
        guard let index = state.containers.number(of: sscc) else {
            throw Refusal(
                "PACK-210", "no open batch has a container \(sscc)",
                "Check the 18 digits; nothing of a closed batch can be changed.")
        }
        guard !state.containers[index].isDissolved else {
            throw Refusal(
                "REWORK-111", "\(sscc) was dissolved: its number is dead",
                "Take the label off; what lay in it is packed into other containers.")
        }
        guard !state.isShipped(index) else {
            throw Refusal(
                "REWORK-112", "\(sscc) was shipped", "Nothing in it can be changed here any more.")
        }
        return index
    }

    /// Number of the container that holds an item.
    func parent(of item: NamedItem) -> Int? {
        let number =
            switch item {
            case .unit(let unit): state.unitPools[unit.pool].parent(unit.position)
            case .container(let index): Int(state.containers[index].parent)
            }
        return number > 0 ? number - 1 : nil
    }

    func text(of item: NamedItem) -> String {
        switch item {
        case .unit(let unit): unit.serial
        case .container(let index): state.containers[index].sscc
        }
    }

    /// The packing station that has read an item and not collated it yet.
    func openStation(of item: NamedItem) -> Int? {
        guard let batch = packingBatch else { return nil }
        return packing.indices.first { station in
            let items = packing[station].items
            return switch item {
            case .unit(let unit):
                packsUnits(station, batch: batch) && unit.pool == state.batches[batch].pool
                    && items.contains(UInt32(unit.position))
            case .container(let index):
                !packsUnits(station, batch: batch) && items.contains(UInt32(index))
            }
        }
    }
}
