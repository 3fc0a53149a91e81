/// A request of a person or program, as it reaches the rules.
public struct LineCommand: Equatable, Sendable {
    /// Number under which the shell waits for the answer.
    public var request: UInt64
    /// Who asks: until operators sign on, the Unix account at the control socket.
    public var actor: String
    /// What is asked.
    public var verb: Verb

    /// Makes a command.
    public init(request: UInt64, actor: String, verb: Verb) {
        self.request = request
        self.actor = actor
        self.verb = verb
    }

    /// What can be asked of a line.
    public enum Verb: Equatable, Sendable {
        /// Makes a batch known; it is *ready* when all it needs is on the line.
        case openBatch(Order)
        /// Loads and runs a ready batch.
        case startBatch(String)
        /// Holds the running batch: `immediate` stops the belt, otherwise the feed stops and the line empties.
        case hold(immediate: Bool, reason: String)
        /// Goes on after a hold; the person has seen the cause.
        case resume
        /// Ends production of the running batch: feed off, line emptied.
        case completeBatch
        /// Closes a completed batch whose every serial is accounted for, or, with reason and deviation, one that
        /// has a remainder.
        case closeBatch(String, reason: String?, deviation: String?)
        /// Takes serials or a number range into the line.
        case addPool(PoolOffer)
        /// Closes the open container of a station with what is in it.
        case closePartial(station: String)
        /// Prints a further, numbered copy of a container label.
        case reprint(sscc: String, reason: String)
        /// Takes an item (unit code or SSCC) out of its container.
        case remove(item: String, reason: String)
        /// Starts reading the content of a container again at its station.
        case readAgain(sscc: String)
        /// Ends reading again: the container holds what was read.
        case finishReadAgain(sscc: String)
        /// Ends the doubt about serials that were sent or voided and never read: label-scrapped or invalid.
        case scrapInDoubt(batch: String, reason: String)
        /// Somebody has seen the alarm.
        case acknowledge(alarm: String)
    }
}

/// The answer to a command, sent once its records are durable.
public enum CommandAnswer: Equatable, Sendable {
    /// Done; details for people.
    case done(String)
    /// Refused; nothing was changed.
    case refused(Refusal)
}

/// Why something was refused, and what to do about it.
public struct Refusal: Error, Equatable, Sendable {
    /// Stable across releases, for example `BATCH-104`.
    public var code: String
    /// What is wrong.
    public var text: String
    /// One step the reader can take now.
    public var remedy: String

    /// Makes a refusal.
    public init(_ code: String, _ text: String, _ remedy: String) {
        self.code = code
        self.text = text
        self.remedy = remedy
    }
}

/// A production order with all it needs.
public struct Order: Equatable, Sendable {
    /// Identifier of the batch, at most 20 characters of GS1 set 82.
    public var batch: String = ""
    /// 14 digits.
    public var gtin: String = ""
    /// Name of the product, for people.
    public var product: String = ""
    /// Lot, AI (10).
    public var lot: String = ""
    /// Expiry YYMMDD, AI (17).
    public var expiry: String = ""
    /// Units wanted.
    public var quantity: Int = 0
    /// Units in a case.
    public var unitsPerCase: Int = 0
    /// Cases on a pallet.
    public var casesPerPallet: Int = 0
    /// Pool of unit serials; its kind says whether packs are printed on the line or come preprinted.
    public var unitPool: String = ""
    /// Pool of SSCCs.
    public var ssccPool: String = ""

    /// Makes an empty order to fill in.
    public init() {}
}

/// Numbers offered to the line.
public struct PoolOffer: Equatable, Sendable {
    /// Name of the pool.
    public var name: String
    /// What the numbers are for.
    public var kind: PoolKind
    /// 14 digits of a GTIN, or extension digit and company prefix of SSCCs.
    public var key: String
    /// The numbers.
    public var content: PoolContent

    /// Makes an offer.
    public init(name: String, kind: PoolKind, key: String, content: PoolContent) {
        self.name = name
        self.kind = kind
        self.key = key
        self.content = content
    }
}

/// What the numbers of a pool are for.
public enum PoolKind: String, CaseIterable, Equatable, Sendable {
    /// Unit serials printed on this line.
    case printed
    /// Unit serials that packs already carry when they reach the line.
    case preprinted
    /// SSCCs for cases and pallets.
    case sscc
}

/// Where a pool's numbers come from.
public enum PoolContent: Equatable, Sendable {
    /// An imported file: its SHA-256 (hexadecimal) and its serials, which the shell read, checked and synced.
    case file(sha256: String, SerialTable)
    /// Consecutive numbers: `prefix` and a number from `first`, padded with zeros to `width` digits.
    case range(prefix: String, first: UInt64, count: Int, width: Int)
}
