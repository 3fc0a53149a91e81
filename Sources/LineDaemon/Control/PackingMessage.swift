import ControlAPI
import LineCore

/// A message that says how a product is packed, a member for each level.
package protocol PackingMessage {
    var itemsPerBundle: Int { get set }
    var itemsPerCase: Int { get set }
    var itemsPerShipper: Int { get set }
    var itemsPerPallet: Int { get set }
}

extension OrderMessage: PackingMessage {}
extension ProductMessage: PackingMessage {}

extension PackingMessage {
    /// The levels as the rules know them.
    package var packing: PackPlan {
        get {
            var plan = PackPlan()
            plan[.bundle] = itemsPerBundle
            plan[.case] = itemsPerCase
            plan[.shipper] = itemsPerShipper
            plan[.pallet] = itemsPerPallet
            return plan
        }
        set {
            itemsPerBundle = newValue[.bundle]
            itemsPerCase = newValue[.case]
            itemsPerShipper = newValue[.shipper]
            itemsPerPallet = newValue[.pallet]
        }
    }
}
