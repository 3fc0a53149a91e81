import LineCore

/// What an operator reads off the line's screen.
package struct OperatorStatus: Equatable, Sendable {
    /// One packing station.
    package struct Station: Equatable, Sendable {
        /// Name, as commands want it.
        package var name: String
        /// Items in the open container.
        package var open: Int
        /// SSCCs whose label was not read back yet, in order.
        package var transit: [String]
        /// SSCCs of containers that are proved by an item and, next, their label.
        package var unproved: [String]
        /// Those of them that lie on the side way.
        package var diverted: [String]
        /// The next container must be proved as well.
        package var proofDue: Bool
        /// SSCC of the container that is being read again.
        package var readingAgain: String?
        /// People pack here in place of the station's readers.
        package var byHand: Bool
        /// SSCC of the container that is to be filled, where its label comes first.
        package var filling: String?

        /// A station with nothing in it.
        package init(
            name: String, open: Int = 0, transit: [String] = [], unproved: [String] = [],
            diverted: [String] = [], proofDue: Bool = false, readingAgain: String? = nil,
            byHand: Bool = false, filling: String? = nil
        ) {
            self.readingAgain = readingAgain
            self.name = name
            self.open = open
            self.transit = transit
            self.unproved = unproved
            self.diverted = diverted
            self.proofDue = proofDue
            self.byHand = byHand
            self.filling = filling
        }

        /// Order says nothing about the labels of this station.
        var mustProve: Bool { unproved.count > diverted.count || proofDue }
        /// SSCCs whose label is to be read.
        var unread: [String] { transit + unproved.filter { !transit.contains($0) } }
    }

    /// Where the batch stands, as far as it matters to somebody who stands beside the line.
    package enum Batch: Equatable, Sendable {
        /// There is none on the line.
        case none
        /// It can be started, or started again; so many of its serials have no final state.
        case waiting(remainder: Int)
        /// It runs; `ending` once it was asked to end.
        case running(ending: Bool)
        /// The line holds it: the code of the reason, for example `LINE-130`.
        case held(String, ending: Bool)
        /// Produced and not closed, with so many serials without a final state.
        case completed(remainder: Int)
    }

    /// Where the batch stands.
    package var batch: Batch
    /// The station that packs units.
    package var cases: Station
    /// The stations between those, lowest first.
    package var outers: [Station]
    /// The station that packs what goes on pallets.
    package var pallets: Station
    /// Starts of the program so far: after one, nothing that was shown counts.
    package var starts: Int
    /// Serials of units that are out for in-process control.
    package var out: [String]
    /// The line is being set up for it.
    package var isSetUp = false
    /// What stands between it and production.
    package var changeover: LineStatus.Changeover?

    /// A status of these parts.
    package init(
        batch: Batch, cases: Station, outers: [Station] = [], pallets: Station, starts: Int = 0,
        out: [String] = []
    ) {
        self.outers = outers
        self.starts = starts
        self.out = out
        self.batch = batch
        self.cases = cases
        self.pallets = pallets
    }
}

extension OperatorStatus {
    /// All stations, lowest first.
    var stations: [Station] { [cases] + outers + [pallets] }
    /// Those whose labels a fixed scanner reads, lowest first: of each tier below the pallets.
    var inner: [Station] { [cases] + outers }
    /// SSCCs whose label is to be read.
    var unread: [String] { stations.flatMap(\.unread) }
}

/// What the line answers when somebody asks it about the code of one item.
package struct OperatorItem: Equatable, Sendable {
    /// The unit is commissioned: verified, passed and in no doubt. A container: its label was read back.
    package var isGood: Bool
    /// SSCC of the container that holds it; `nil` outside any.
    package var parent: String?
    /// The helper code that stands for the unit; `nil` for none.
    package var helper: String?

    /// An answer.
    package init(isGood: Bool, parent: String? = nil, helper: String? = nil) {
        self.isGood = isGood
        self.parent = parent
        self.helper = helper
    }
}

/// Something an operator does: with the hands, or at the line's screen.
package enum OperatorAct: Hashable, Sendable {
    /// Takes a carton off the belt or out of a case and throws it into the bin.
    case takeOut(CartonID)
    /// Shows a carton to the case camera and puts it back.
    case present(CartonID)
    /// Shows the own code of a carton that wears a helper code to the case camera, and puts it back.
    case presentOwn(CartonID)
    /// Shows a carton to the reader of its own and its helper code, and puts it back.
    case presentLink(CartonID)
    /// Puts another cap with a helper code on a carton.
    case changeCap(CartonID)
    /// Triggers the camera over the packer for a layer of these.
    case presentLayer([CartonID])
    /// Puts a carton of the open case into a shut one in which one is missing.
    case fillUp(CaseID, with: CartonID)
    /// Shows a case to the label scanners of all sides, or a closed one to the one that packs it, and puts it
    /// back.
    case presentCase(CaseID, allSides: Bool)
    /// Takes the next label by hand and sticks it over the old one.
    case placeLabel(ContainerID)
    /// Throws away labels that wait at an applicator.
    case discardLabels
    /// Reads a pallet's label with the handheld scanner.
    case scanPallet(PalletID)
    /// Puts a case from the side way where another lies, which comes to the side way for it.
    case exchange(CaseID, for: CaseID)
    /// Puts a case from the side way back behind its scanner.
    case putBack(CaseID)
    /// Reads an item of a container with the handheld scanner and then the container's label.
    case prove(ContainerID, item: HandheldTarget)
    /// Takes a finished pallet away.
    case takeAway(PalletID)
    /// Brings one back that was taken away.
    case bringBack(PalletID)
    /// Takes away what is in the bin.
    case emptyBin
    /// Shuts the open case as it is, or the open container of a tier above.
    case shutCase(tier: Int)
    /// Ends the open pallet as it is.
    case endPallet
    /// Puts a carton that lies in the bin into a shut case.
    case putInto(CaseID, CartonID)
    /// Puts a carton of a shut case into the open one.
    case moveToOpen(CartonID)
    /// Throws an empty case away.
    case discardCase(CaseID)
    /// Carries a case to another pallet.
    case carry(CaseID, to: PalletID)
    /// Throws the label of an empty pallet away.
    case discardPallet(PalletID)
    /// Does something at the packing table.
    case atTable(TableAct)
    /// `batch by-hand STATION`, or that it is over
    case packByHand(station: String, isOver: Bool)
    /// `batch hold --immediate`
    case hold(reason: String)
    /// `item sample`, `destroy` or `decommission`
    case end(serial: String, UnitEnd)
    /// `item remove`
    case remove(serial: String)
    /// `item add`
    case add(serial: String, to: String)
    /// `item replace`
    case replace(serial: String, by: String, UnitEnd?)
    /// `item move`, with `--dissolve` for the last case of a pallet
    case move(sscc: String, to: String, dissolves: Bool)
    /// `item dissolve`
    case dissolve(sscc: String)
    /// `item reread`
    case readAgain(sscc: String)
    /// `item reread --done`
    case readAgainDone(sscc: String)
    /// `batch orphans`
    case endOrphans(UnitEnd)
    /// `item recover`, with the code of a reject that lies in the bin
    case recover(code: String, reintroduces: Bool)
    /// `item take-out`
    case sendOut(serial: String)
    /// `item return`, with the code of what is out
    case returnUnit(code: String)
    /// `item shipped`
    case ship(sscc: String)
    /// `batch start ID`
    case start
    /// `batch suspend`
    case suspend
    /// `batch clearance`
    case clear
    /// `batch first-article`
    case judge(code: String, approves: Bool)
    /// `batch challenge KIND`, and laying the pack
    case challenge(Challenge)
    /// `batch count ID`
    case handCount(HandCount, Int)
    /// `batch rejects ID`
    case countRejects(Int)
    /// `batch resume`
    case resume
    /// `batch complete`
    case complete
    /// `batch partial STATION`
    case partial(station: String)
    /// `item reprint SSCC`
    case reprint(sscc: String, reason: String)
    /// `batch scrap`
    case scrap(reason: String)
    /// `batch close`
    case close

    /// The same with the handheld scanner: command barcode, what it asks for, and whatever was refused is
    /// seen and forgotten. `nil` for what is typed or done with the hands: removing is typed, for the rest of
    /// a dissolved case follows it at once.
    ///
    /// - Parameters:
    ///   - carton: The carton with a serial.
    ///   - container: The container that carries the label of an SSCC.
    func scans(_ carton: (String) -> CartonID?, _ container: (String) -> ContainerID?) -> [HandheldTarget]? {
        let act: ScanAct
        let items: [HandheldTarget?]
        switch self {
        case .end(let serial, let end):
            act =
                switch end {
                case .sampled: .sample
                case .labelSampled: .labelSample
                case .inactive: .decommission
                case .destroyed: .destroy
                }
            items = [carton(serial).map(HandheldTarget.carton)]
        case .replace(let old, let new, nil):
            (act, items) = (.replace, [old, new].map { carton($0).map(HandheldTarget.carton) })
        case .readAgain(let sscc):
            (act, items) = (.readAgain, [container(sscc).map(HandheldTarget.label)])
        case .move(let sscc, let target, false):
            (act, items) = (.move, [sscc, target].map { container($0).map(HandheldTarget.label) })
        case .sendOut(let serial): (act, items) = (.takeOut, [carton(serial).map(HandheldTarget.carton)])
        case .recover(let code, let reintroduces):
            (act, items) = (reintroduces ? .reintroduce : .recover, [.scan(code)])
        case .returnUnit(let code): (act, items) = (.bringBack, [.scan(code)])
        default: return nil
        }
        let command = HandheldTarget.command(CommandBarcode.act(act, name: nil).text)
        let reason = act.steps.last == .reason ? [HandheldTarget.command("SR/REASON/REWORK")] : []
        let end = [CommandBarcode.ok, .cancel].map { HandheldTarget.command($0.text) }
        let known = items.compactMap(\.self)
        return known.count == items.count ? [command] + known + reason + end : nil
    }

    /// Does what the hands do; a command changes nothing here.
    package func perform(in world: inout World) {
        switch self {
        case .takeOut(let id): _ = world.takeOut(id)
        case .present(let id): _ = world.presentToCaseCamera(id)
        case .presentOwn(let id): _ = world.presentOwnCode(id)
        case .presentLink(let id): _ = world.presentToLinkReader(id)
        case .changeCap(let id): _ = world.changeCap(of: id)
        case .presentLayer(let ids): _ = world.presentToCaseCamera(ids)
        case .fillUp(let container, let id): _ = world.fillUp(container, with: id)
        case .presentCase(let id, let all): _ = world.presentToScanner(id, allSides: all)
        case .placeLabel(let container): _ = world.placeNextLabel(over: container)
        case .discardLabels: world.discardHeldLabels()
        case .scanPallet(let id): _ = world.scanByHand(.pallet(id))
        case .putBack(let id): world.putBack(id)
        case .exchange(let id, let other): world.exchange(id, for: other)
        case .prove(let container, let item): _ = world.proveByHand(container, item: item)
        case .takeAway(let id): _ = world.takeAway(id)
        case .bringBack(let id): _ = world.bringBack(id)
        case .emptyBin: world.emptyBin()
        case .shutCase(let tier): _ = world.closeOpen(tier: tier)
        case .endPallet: _ = world.closePallet()
        case .putInto(let container, let id): _ = world.putInto(container, id)
        case .moveToOpen(let id): _ = world.moveToOpen(id)
        case .discardCase(let id): _ = world.discard(id)
        case .carry(let id, let pallet): _ = world.carry(id, to: pallet)
        case .discardPallet(let id): _ = world.discard(id)
        case .atTable(let act): world.perform(act)
        case .start, .suspend, .clear, .judge, .challenge, .handCount, .countRejects,
            .resume, .complete, .partial, .reprint, .scrap, .close, .hold, .end, .remove, .add, .replace,
            .move, .packByHand, .dissolve, .ship, .recover, .sendOut, .returnUnit, .readAgain,
            .readAgainDone, .endOrphans:
            break
        }
    }
}

/// How fast an operator is, in nanoseconds.
package struct OperatorPace: Equatable, Sendable {
    /// From a stop to the first act; long enough for every unit that passed to be on record.
    package var reaction: UInt64 = 700_000_000
    /// How long an item that was shown to a reader has to appear on the screen.
    package var look: UInt64 = 1_200_000_000
    /// Between two tries of the same act.
    package var again: UInt64 = 2_500_000_000
    /// How long a label may stay unread before somebody goes and looks.
    package var patience: UInt64 = 6_000_000_000
    /// Pallets stay until the batch is made: what is on them may have to be read again.
    package var keepsPallets = false
    /// After so long on one stop the operator resumes, whatever is left.
    package var giveUp: UInt64 = 60_000_000_000

    /// A person of ordinary speed.
    package init() {}
}
