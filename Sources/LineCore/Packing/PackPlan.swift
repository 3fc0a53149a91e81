/// A level of packing, lowest first. Which of them a product has, its order says.
package enum PackLevel: String, CaseIterable, Comparable, Sendable {
    /// A few units in a band or film.
    case bundle
    /// A case, of units or bundles.
    case `case`
    /// An outer case of cases.
    case shipper
    /// What a forklift carries.
    case pallet

    /// Its place among all levels, from 0.
    package var index: Int {
        switch self {
        case .bundle: 0
        case .case: 1
        case .shipper: 2
        case .pallet: 3
        }
    }

    package static func < (a: PackLevel, b: PackLevel) -> Bool { a.index < b.index }
}

/// How a product is packed: the levels it has, and how many items fill a container of each.
///
/// A container holds containers of the next lower level the product has; those of the lowest hold units.
package struct PackPlan: Equatable, Sendable {
    private var bundle = 0
    private var `case` = 0
    private var shipper = 0
    private var pallet = 0

    /// A product that is in nothing.
    package init() {}

    /// Items in a full container; 0 where the product has no such level.
    package subscript(level: PackLevel) -> Int {
        get {
            switch level {
            case .bundle: bundle
            case .case: `case`
            case .shipper: shipper
            case .pallet: pallet
            }
        }
        set {
            switch level {
            case .bundle: bundle = newValue
            case .case: `case` = newValue
            case .shipper: shipper = newValue
            case .pallet: pallet = newValue
            }
        }
    }

    /// The product has this level.
    package func has(_ level: PackLevel) -> Bool { self[level] > 0 }

    /// The levels the product has, lowest first.
    package var levels: [PackLevel] { PackLevel.allCases.filter(has) }

    /// What a container of a level holds: containers of the level returned; units where it is `nil`.
    package func content(of level: PackLevel) -> PackLevel? {
        switch level {
        case .bundle: nil
        case .case: has(.bundle) ? .bundle : nil
        case .shipper: has(.case) ? .case : content(of: .case)
        case .pallet: has(.shipper) ? .shipper : content(of: .shipper)
        }
    }

    /// Units in a full container of a level, in whatever containers.
    package func units(in level: PackLevel) -> Int {
        self[level] * (content(of: level).map { units(in: $0) } ?? 1)
    }

    /// The plan in words, as "10 units a case, 6 cases a pallet".
    package var text: String {
        levels.map { "\(self[$0]) \(content(of: $0).plural) a \($0.rawValue)" }.joined(separator: ", ")
    }

    /// What containers of a level go into; `nil` where it is the highest.
    package func holder(of level: PackLevel) -> PackLevel? {
        switch level {
        case .bundle: has(.case) ? .case : holder(of: .case)
        case .case: has(.shipper) ? .shipper : holder(of: .shipper)
        case .shipper: has(.pallet) ? .pallet : nil
        case .pallet: nil
        }
    }
}

extension PackLevel {
    /// Several of it, in words.
    package var plural: String { rawValue + "s" }
}

extension PackLevel? {
    /// Several items of it, in words: units where it is `nil`.
    package var plural: String { self?.plural ?? "units" }
}
