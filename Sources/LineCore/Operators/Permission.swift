/// Who may do something, and what they must prove for it.
package enum Permission: Equatable, Sendable {
    /// Changes nothing.
    case free
    /// The shell has proved the person by this very act, or nobody does it: signing on and off.
    case proven
    /// The daemon's own Unix account: the first admin.
    case owner
    /// One of these roles, signed on. With `secret` the secret is asked again, and the act is signed; with
    /// roles in `second` another person of one of them proves himself too.
    case roles([Role], secret: Bool = false, second: [Role] = [])
}

// The table. Every act is in it: a new verb does not compile without its row. A badge alone is enough for
// none of them, and for what cannot be taken back the secret is asked again.
//
// Stopping is for everybody. An admin manages people and nothing of the product.

extension LineCommand.Verb {
    /// Who may do this.
    package var permission: Permission {
        switch self {
        case .find: .free
        case .signOn, .signOff, .lockOut, .endLocks: .proven
        case .addFirstAdmin: .owner

        case .hold: .roles(Role.allCases)
        case .startBatch, .resume, .completeBatch, .suspendBatch: .roles([.operator, .supervisor])
        case .judgeFirstArticle:
            .roles([.operator, .supervisor], secret: true, second: [.supervisor, .quality])
        case .clearLine:
            .roles([.operator, .supervisor], secret: true, second: [.operator, .supervisor, .quality])
        case .challenge, .handCount: .roles([.operator, .supervisor, .quality])
        case .packByHand: .roles([.supervisor])
        case .endOrphans: .roles([.supervisor, .quality], secret: true)
        case .closePartial, .reprint, .add: .roles([.operator, .supervisor])
        case .readAgain, .finishReadAgain: .roles([.operator, .supervisor])
        // The number of a dissolved container is dead.
        case .remove(_, _, let dissolves): .roles([.operator, .supervisor], secret: dissolves)
        case .move(_, _, _, let dissolves): .roles([.operator, .supervisor], secret: dissolves)
        case .dissolve: .roles([.operator, .supervisor], secret: true)
        case .recover(_, let reintroduces, _):
            .roles(reintroduces ? [.supervisor, .quality] : UnitEnd.destroyed.roles, secret: true)
        case .countRejects, .takeOut, .bringBack: .roles([.operator, .supervisor, .quality])
        case .ship: .roles([.operator, .supervisor])
        case .end(_, let end, _, _): .roles(end.roles, secret: true)
        case .replace(_, _, nil, _): .roles([.operator, .supervisor])
        case .replace(_, _, let end?, _): .roles(end.roles.filter { $0 != .quality }, secret: true)
        case .acknowledge: .roles([.operator, .supervisor, .quality])
        case .handOver:
            .roles([.operator, .supervisor], secret: true, second: [.operator, .supervisor])

        case .addPool: .roles([.supervisor])
        case .openBatch: .roles([.supervisor, .quality])
        case .defineProduct, .defineLabel: .roles([.supervisor, .quality])
        case .releaseBatch: .roles([.supervisor, .quality], secret: true)
        case .scrapInDoubt: .roles([.supervisor, .quality], secret: true)
        case .closeBatch: .roles([.supervisor, .quality], secret: true)

        case .addOperator, .changeOperator: .roles([.admin], secret: true)
        }
    }

    /// Of a closing with open serials or orphans, beside that of closing.
    package static let remainderPermission = Permission.roles([.quality], secret: true)

    /// What is done, in words that follow "may" and stand in a signature.
    package var act: String {
        switch self {
        case .find: "ask"
        case .signOn: "sign on"
        case .signOff: "sign off"
        case .lockOut: "lock out"
        case .endLocks: "end locks"
        case .addFirstAdmin, .addOperator: "add an operator"
        case .hold: "hold the batch"
        case .startBatch: "start a batch"
        case .resume: "resume the batch"
        case .completeBatch: "complete the batch"
        case .suspendBatch: "suspend the batch"
        case .judgeFirstArticle: "judge the first article"
        case .challenge: "lay a challenge pack"
        case .clearLine: "clear the line"
        case .handCount: "count by hand"
        case .packByHand: "pack by hand"
        case .endOrphans: "end loose units"
        case .closePartial: "close a partial container"
        case .reprint: "reprint a label"
        case .remove: "remove an item"
        case .end(_, let end, _, _): end.deed
        case .add: "add an item"
        case .replace(_, _, let end?, _): "replace an item and \(end.deed)"
        case .replace(_, _, nil, _): "replace an item"
        case .dissolve: "dissolve a container"
        case .move: "move an item"
        case .recover(_, true, _): "take a reject back"
        case .recover(_, false, _): "destroy a reject"
        case .countRejects: "count rejects"
        case .takeOut: "take a unit out for in-process control"
        case .bringBack: "bring a unit back"
        case .ship: "ship a container"
        case .readAgain, .finishReadAgain: "read a container again"
        case .acknowledge: "acknowledge an alarm"
        case .handOver: "hand the shift over"
        case .addPool: "add a pool"
        case .openBatch: "open a batch"
        case .defineProduct: "define a product"
        case .defineLabel: "define a label"
        case .releaseBatch: "release a batch"
        case .scrapInDoubt: "scrap what is in doubt"
        case .closeBatch: "close a batch"
        case .changeOperator: "change an operator"
        }
    }

    /// What is signed, where the act has a name to sign: a batch, an item, a person.
    var subject: String {
        switch self {
        case .openBatch(let draft, _): draft.said.batch
        case .defineProduct(let product): product.gtin
        case .defineLabel(let name, _, _): name
        case .startBatch(let name, _), .closeBatch(let name, _, _), .releaseBatch(let name): name
        case .scrapInDoubt(let batch, _), .countRejects(let batch, _, _), .handCount(let batch, _, _),
            .endOrphans(let batch, _, _):
            batch
        case .challenge(let challenge): challenge.rawValue
        case .clearLine(let points): points.joined(separator: ",")
        case .recover(let code, _, _), .bringBack(let code): code
        case .ship(let sscc, _): sscc
        case .takeOut(let item, _): item.text
        case .reprint(let sscc, _, _), .readAgain(let sscc), .finishReadAgain(let sscc): sscc
        case .remove(let item, _, _), .end(let item, _, _, _), .add(let item, _, _),
            .replace(let item, _, _, _), .move(let item, _, _, _):
            item.text
        case .dissolve(let sscc, _): sscc
        case .addOperator(let name, _, _), .addFirstAdmin(let name, _): name
        case .changeOperator(let name, _, _): name
        case .addPool(let offer): offer.name
        case .closePartial(let station), .packByHand(let station, _, _): station
        case .acknowledge(let alarm, _): alarm
        case .find, .signOn, .signOff, .lockOut, .endLocks, .hold, .resume, .completeBatch, .suspendBatch,
            .handOver,
            .judgeFirstArticle:
            ""
        }
    }

    /// What a signature under this act says: of the person, and of the second one.
    var meaning: (first: String, second: String) {
        switch self {
        case .releaseBatch: ("reviewed by", "")
        case .handOver: ("handed over by", "taken over by")
        case .judgeFirstArticle: ("performed by", "approved by")
        case .clearLine: ("performed by", "checked by")
        case .find, .signOn, .signOff, .lockOut, .endLocks, .addFirstAdmin, .addOperator, .changeOperator,
            .hold,
            .startBatch, .resume, .completeBatch, .suspendBatch, .challenge, .handCount, .packByHand,
            .endOrphans, .closePartial, .reprint, .remove, .end, .add, .replace,
            .move, .dissolve, .recover, .countRejects, .takeOut, .bringBack, .ship, .readAgain,
            .finishReadAgain, .acknowledge, .addPool, .openBatch, .defineProduct, .defineLabel, .scrapInDoubt,
            .closeBatch:
            ("performed by", "reviewed by")
        }
    }
}

extension UnitEnd {
    /// Who may end a serial so: anybody at the line takes a sample; a unit that is to be none any more is for
    /// those who answer for line and product.
    fileprivate var roles: [Role] {
        switch self {
        case .sampled, .labelSampled: [.operator, .supervisor, .quality]
        case .destroyed, .inactive: [.supervisor, .quality]
        }
    }

    /// What is done, as ``LineCommand/Verb/act`` says it.
    fileprivate var deed: String {
        switch self {
        case .sampled: "take a sample"
        case .labelSampled: "keep a label as a sample"
        case .destroyed: "destroy a unit"
        case .inactive: "decommission a unit"
        }
    }
}
