/// A request of a person or program, as it reaches the rules.
package struct LineCommand: Equatable, Sendable {
    /// Number under which the shell waits for the answer.
    package var request: UInt64
    /// Who asks, as the shell has proved it.
    package var by: Authority
    /// What is asked.
    package var verb: Verb

    /// Makes a command.
    package init(request: UInt64, by authority: Authority, verb: Verb) {
        self.request = request
        by = authority
        self.verb = verb
    }

    /// Makes a command of a Unix account at which nobody has signed on.
    package init(request: UInt64, actor: String, verb: Verb) {
        self.init(request: request, by: Authority(account: actor), verb: verb)
    }

    /// Request number of what nobody waits for: the end of a session.
    package static let unasked: UInt64 = 0

    /// Who asks, by the name that records bear.
    package var actor: String { by.name }

    /// What can be asked of a line.
    package enum Verb: Equatable, Sendable {
        /// Makes a batch known; it is *ready* when all it needs is on the line.
        case openBatch(OrderDraft, serials: SerialTable? = nil)
        /// Makes a product known, or a new version of it.
        case defineProduct(Product)
        /// Makes a label template known, or a new version of it; the shell has checked the text.
        case defineLabel(name: String, text: String, sha256: String)
        /// Loads and runs a ready batch, or goes on with a suspended one; `setsUp`: with dummy codes, to
        /// adjust the line.
        case startBatch(String, setsUp: Bool = false)
        /// Holds the running batch: `immediate` stops the belt, otherwise the feed stops and the line
        /// empties.
        case hold(immediate: Bool, reason: String)
        /// Goes on after a hold; the person has seen the cause.
        case resume
        /// Ends production of the running batch: feed off, line emptied.
        case completeBatch
        /// Takes the running batch off the line for another: feed off, line emptied, open containers aside.
        case suspendBatch
        /// People have looked at the first unit of the batch and read its whole code.
        case judgeFirstArticle(code: String, approves: Bool, reason: String)
        /// A pack known to be bad will be laid on the belt.
        case challenge(Challenge)
        /// Nothing of the last batch is on the line: two people have looked at these points.
        case clearLine(points: [String])
        /// Somebody has counted things of a batch by hand.
        case handCount(batch: String, HandCount, count: Int)
        /// People pack at a station in place of its readers, or its readers do again.
        case packByHand(station: String, isOver: Bool, reason: String)
        /// Ends every good unit of a completed batch that is in no container.
        case endOrphans(batch: String, UnitEnd, reason: String)
        /// Closes a completed batch whose every serial is accounted for, or, with reason and deviation, one
        /// that has a remainder.
        case closeBatch(String, reason: String?, deviation: String?)
        /// Takes serials or a number range into the line.
        case addPool(PoolOffer)
        /// Closes the open container of a station with what is in it.
        case closePartial(station: String)
        /// Prints a further, numbered copy of a container label; the old one is in the hand or destroyed.
        case reprint(sscc: String, reason: String, old: OldLabel?)
        /// Takes an item out of its container; the last one only if it `dissolves` the container.
        case remove(item: ItemName, reason: String, dissolves: Bool = false)
        /// Ends the serial of a unit: sampled, destroyed, decommissioned, or its label sampled.
        case end(ItemName, as: UnitEnd, reason: String, dissolves: Bool = false)
        /// Puts a good unit or a closed case into a container that has room.
        case add(item: ItemName, to: String, reason: String)
        /// Takes an item out of its container, maybe to its end, and puts another in.
        case replace(item: ItemName, by: ItemName, end: UnitEnd?, reason: String)
        /// Ends a container: what it holds is free.
        case dissolve(sscc: String, reason: String)
        /// Takes a closed case off its pallet and puts it onto another.
        case move(item: ItemName, to: String, reason: String, dissolves: Bool = false)
        /// A rejected unit was found in the bin and its whole code read: it is destroyed, or good again.
        case recover(code: String, reintroduces: Bool, reason: String)
        /// So many more rejects in the bin have no code that can be read; less than 0 takes back so much of a
        /// wrong count. A reason goes with that, and with more than were thrown out.
        case countRejects(batch: String, count: Int, reason: String = "")
        /// Takes a good unit off the line for a while; until it is back it goes into no container.
        case takeOut(item: ItemName, reason: String)
        /// A unit that was taken out is back: its whole code was read.
        case bringBack(code: String)
        /// Somebody shipped a closed container: nothing in it can be changed any more.
        case ship(sscc: String, reference: String)
        /// Starts reading the content of a container again at its station.
        case readAgain(sscc: String)
        /// Ends reading again: the container holds what was read.
        case finishReadAgain(sscc: String)
        /// Ends the doubt about serials that were sent or voided and never read: label-scrapped or invalid.
        case scrapInDoubt(batch: String, reason: String)
        /// Another person than who opened the batch has reviewed it.
        case releaseBatch(String)
        /// Somebody has proved himself with badge and secret, after so many wrong secrets, and changed it.
        case signOn(failed: Int = 0, changedSecret: Bool = false)
        /// Whoever is signed on at the terminal is so no more.
        case signOff(terminal: String, SignOffCause)
        /// So many wrong secrets for a name, or at the terminal for badges nobody has.
        case lockOut(name: String, terminal: String, tries: Int)
        /// Every lock is over but those of these persons and terminals.
        case endLocks(besides: [String])
        /// The person who is signed on gives the line to the second one.
        case handOver(note: String)
        /// The daemon's own account makes an admin where there is no operator yet.
        case addFirstAdmin(name: String, until: String)
        /// A person may sign on until a day, or without end.
        case addOperator(name: String, Role, until: String)
        /// What a person may, or their secret, is changed.
        case changeOperator(name: String, OperatorChange, reason: String)
        /// Somebody has seen the alarms of a code, at one station or at all.
        case acknowledge(alarm: String, station: String? = nil)
        /// What the line knows of a unit by its serial, the newest pool first. Changes nothing.
        case find(gtin: String?, serial: String)
    }
}

/// The answer to a command, sent once its records are durable.
package enum CommandAnswer: Equatable, Sendable {
    /// Done; details for people.
    case done(String)
    /// Refused; nothing was changed.
    case refused(Refusal)
    /// What was looked for; `nil` where no pool of the line holds it.
    case found(UnitFacts?)
}

/// Why something was refused, and what to do about it.
package struct Refusal: Error, Equatable, Sendable {
    /// Stable across releases, for example `BATCH-104`.
    package var code: String
    /// What is wrong.
    package var text: String
    /// One step the reader can take now.
    package var remedy: String

    /// Makes a refusal.
    package init(_ code: String, _ text: String, _ remedy: String) {
        self.code = code
        self.text = text
        self.remedy = remedy
    }
}

/// A production order with all it needs.
package struct Order: Equatable, Sendable {
    /// Identifier of the batch, at most 20 characters of GS1 set 82.
    package var batch: String = ""
    /// 14 digits.
    package var gtin: String = ""
    /// Name of the product, for people.
    package var product: String = ""
    /// Lot, AI (10).
    package var lot: String = ""
    /// Expiry YYMMDD, AI (17).
    package var expiry: String = ""
    /// Units wanted.
    package var quantity: Int = 0
    /// The levels of packing, and what fills a container of each.
    package var packing = PackPlan()
    /// Pool of unit serials; its kind says whether packs are printed on the line or come preprinted.
    package var unitPool: String = ""
    /// Pool of SSCCs.
    package var ssccPool: String = ""
    /// Name of the ``Market`` whose rules the code follows; empty for none.
    package var market: String = ""
    /// National number with its identifier, `(713)1234567890123`; empty for none.
    package var nationalNumber: String = ""
    /// What becomes of numbers that were reserved and never printed.
    package var unused = UnusedNumbers.return
    /// Jobs that devices of the line load for this product, by device, ascending.
    package var jobs: [DeviceJob] = []

    /// Makes an empty order to fill in.
    package init() {}
}

/// What becomes of a batch's numbers that were reserved and never printed, when it is closed.
package enum UnusedNumbers: String, CaseIterable, Equatable, Sendable {
    /// They go back to where they came from; this line never uses them.
    case `return`
    /// They are dead.
    case kill
}

/// Numbers offered to the line.
package struct PoolOffer: Equatable, Sendable {
    /// Name of the pool.
    package var name: String
    /// What the numbers are for.
    package var kind: PoolKind
    /// 14 digits of a GTIN, or extension digit and company prefix of SSCCs.
    package var key: String
    /// The numbers.
    package var content: PoolContent
    /// SHA-256 of the files of pools that are not in memory, with which the shell compared the serials and
    /// found none in both.
    package var comparedWith: Set<String> = []
    /// Name of the ``Market`` the serials are for; empty for none.
    package var market: String = ""
    /// How the serials of the file were drawn; `nil` where the line did not draw them.
    package var plan: RandomPlan?

    /// Makes an offer.
    package init(name: String, kind: PoolKind, key: String, content: PoolContent) {
        self.name = name
        self.kind = kind
        self.key = key
        self.content = content
    }
}

/// What the numbers of a pool are for.
package enum PoolKind: String, CaseIterable, Equatable, Sendable {
    /// Unit serials printed on this line.
    case printed
    /// Unit serials that packs already carry when they reach the line.
    case preprinted
    /// SSCCs for cases and pallets.
    case sscc
}

/// Where a pool's numbers come from.
package enum PoolContent: Equatable, Sendable {
    /// An imported file: its SHA-256 (hexadecimal) and its serials, which the shell read, checked and synced.
    case file(sha256: String, SerialTable)
    /// Consecutive numbers: `prefix` and a number from `first`, padded with zeros to `width` digits.
    case range(prefix: String, first: UInt64, count: Int, width: Int)
}
