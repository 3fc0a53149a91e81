/// What is done to an item: the last part of `POST /v1/items/{code}/{act}`, with its body.
///
/// Adding one: a case here, a line in ``name``, ``body`` and ``parse(_:_:)``.
package enum ItemAct: Equatable, Sendable {
    /// `reprint`: a further, numbered label of a container.
    case reprint(ReprintMessage)
    /// `remove`: the item leaves its container.
    case remove(LeaveMessage)
    /// `reread`: begin or end of reading a container's content again.
    case reread(RereadMessage)
    /// `sample`: a unit is taken as a sample.
    case sample(LeaveMessage)
    /// `label-sample`: a label that is on no good unit is kept.
    case labelSample(ReasonMessage)
    /// `destroy`: a unit is destroyed.
    case destroy(LeaveMessage)
    /// `decommission`: a unit loses its identity.
    case decommission(LeaveMessage)
    /// `dissolve`: a container ends, what it holds is free.
    case dissolve(ReasonMessage)
    /// `add`: the item goes into a container.
    case add(IntoMessage)
    /// `replace`: another item takes its place in its container.
    case replace(ReplaceMessage)
    /// `move`: a case goes from its pallet onto another.
    case move(MoveMessage)
    /// `recover`: a reject of the bin, by its scan, is destroyed or good again.
    case recover(RecoverMessage)
    /// `take-out`: a good unit leaves the line for a while.
    case takeOut(ReasonMessage)
    /// `return`: it is back, by its scan.
    case bringBack(EmptyMessage)
    /// `shipped`: a container left for a customer.
    case shipped(ShippedMessage)

    /// The last part of the path.
    package var name: String {
        switch self {
        case .reprint: "reprint"
        case .remove: "remove"
        case .reread: "reread"
        case .sample: "sample"
        case .labelSample: "label-sample"
        case .destroy: "destroy"
        case .decommission: "decommission"
        case .dissolve: "dissolve"
        case .add: "add"
        case .replace: "replace"
        case .move: "move"
        case .shipped: "shipped"
        case .recover: "recover"
        case .takeOut: "take-out"
        case .bringBack: "return"
        }
    }

    /// The body as JSON.
    var body: [UInt8] {
        switch self {
        case .reprint(let message): message.encoded
        case .labelSample(let message), .dissolve(let message), .takeOut(let message): message.encoded
        case .recover(let message): message.encoded
        case .bringBack(let message): message.encoded
        case .remove(let message), .sample(let message), .destroy(let message), .decommission(let message):
            message.encoded
        case .reread(let message): message.encoded
        case .add(let message): message.encoded
        case .replace(let message): message.encoded
        case .move(let message): message.encoded
        case .shipped(let message): message.encoded
        }
    }

    /// Reads an act; `nil` for one nobody knows.
    static func parse(_ name: String, _ request: PathRequest) throws(ControlFault) -> ItemAct? {
        switch name {
        case "reprint": .reprint(try request.read())
        case "remove": .remove(try request.read())
        case "reread": .reread(try request.read())
        case "sample": .sample(try request.read())
        case "label-sample": .labelSample(try request.read())
        case "destroy": .destroy(try request.read())
        case "decommission": .decommission(try request.read())
        case "dissolve": .dissolve(try request.read())
        case "add": .add(try request.read())
        case "replace": .replace(try request.read())
        case "move": .move(try request.read())
        case "shipped": .shipped(try request.read())
        case "recover": .recover(try request.read())
        case "take-out": .takeOut(try request.read())
        case "return": .bringBack(try request.read())
        default: nil
        }
    }
}

/// How an item leaves its container.
package struct LeaveMessage: ControlPayload {
    /// For the record.
    package var reason = ""
    /// Is it the last one, its container is dissolved.
    package var dissolve = false

    /// Makes an empty reason to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reason", &reason)
        try visitor.flag("dissolve", &dissolve)
    }
}

/// Why a label is printed again.
package struct ReprintMessage: ControlPayload {
    /// For the record.
    package var reason = ""
    /// What became of the old label: `read` or `destroyed`.
    package var oldLabel = ""

    /// Makes an empty reason to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reason", &reason)
        try visitor.text("oldLabel", &oldLabel)
    }
}

/// Where a case goes.
package struct MoveMessage: ControlPayload {
    /// Code of the pallet.
    package var into = ""
    /// For the record.
    package var reason = ""
    /// Is it the last one on its pallet, that is dissolved.
    package var dissolve = false

    /// Makes an empty place to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.scan("into", &into)
        try visitor.text("reason", &reason)
        try visitor.flag("dissolve", &dissolve)
    }
}

/// What becomes of a reject that was found in the bin.
package struct RecoverMessage: ControlPayload {
    /// It is good again; otherwise it is destroyed.
    package var reintroduce = false
    /// For the record.
    package var reason = ""

    /// Makes an empty reason to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.flag("reintroduce", &reintroduce)
        try visitor.text("reason", &reason)
    }
}

/// With what a container was shipped.
package struct ShippedMessage: ControlPayload {
    /// Shipment, delivery note or whatever names it elsewhere; may be empty.
    package var reference = ""

    /// Makes an empty reference to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("reference", &reference)
    }
}

/// Where an item goes.
package struct IntoMessage: ControlPayload {
    /// Code of the container.
    package var into = ""
    /// For the record.
    package var reason = ""

    /// Makes an empty place to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.scan("into", &into)
        try visitor.text("reason", &reason)
    }
}

/// What takes an item's place.
package struct ReplaceMessage: ControlPayload {
    /// Code of the item that takes its place.
    package var by = ""
    /// What becomes of the old one: `sampled`, `destroyed`, `inactive`, or empty: it is just taken out.
    package var end = ""
    /// For the record.
    package var reason = ""

    /// Makes an empty message to fill in.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.scan("by", &by)
        try visitor.text("end", &end)
        try visitor.text("reason", &reason)
    }
}
