import ControlAPI
import Dispatch
import JSONText
import LineCore
import NIOConcurrencyHelpers
import Settings
import SystemIO

/// A folder into which other systems put what the line makes: each file is one order, one product or one
/// label template, as `batch open`, `product add` and `label add` take it. Its name says which.
///
/// Templates and products are taken before orders. A file that has not changed for a second is taken. What
/// becomes of it is where it lies then: `done/`, or `refused/` with a text beside it that says why; it stays
/// where it is while the line lacks what an order needs. A power cut at any moment leads to the same batch,
/// product or template, once.
package final class OrderFolder: Sendable {
    /// Pause between two looks.
    static let pauseMilliseconds = 1_000
    /// Largest file.
    static let maxBytes = 65_536
    /// Most files taken in one look.
    static let maxFiles = 100
    /// What may be mended without touching the order: numbers, its product and labels, room on the disk.
    private static let waiting = [
        "BATCH-102", "BATCH-105", "BATCH-106", "BATCH-123", "BATCH-126", "BATCH-128", "CTL-106",
    ]

    private let path: String
    private let control: ControlDesk
    private let notify: @Sendable (LineInput) -> Bool
    private let report: @Sendable (String) -> Void
    private let stopping = NIOLockedValueBox(false)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - path: The folder; it is made where it is missing.
    ///   - notify: Takes what the line is to show; `false` where it cannot now.
    ///   - report: Takes messages for the log.
    package init(
        path: String, control: ControlDesk, notify: @escaping @Sendable (LineInput) -> Bool,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.path = path
        self.control = control
        self.notify = notify
        self.report = report
    }

    /// Makes the folder and starts the thread.
    ///
    /// What lies in place of `done` or `refused` is no reason not to start: whoever brings orders could else
    /// keep the line from it.
    package func start() throws(DaemonError) {
        do throws(SystemError) {
            try DurableFile.createDirectories(path, mode: 0o770)
            do throws(SystemError) { _ = try Places(path) } catch  where Self.isInTheWay(error, path) {}
            try OSThread.start("orders") { [self] in
                run()
                ended.signal()
            }
        } catch {
            throw DaemonError(
                .orders, at: path, "\(error)", "Let the daemon write there: [orders] folder.", exitStatus: 73)
        }
    }

    /// Ends the thread after the file it is at.
    package func stop() {
        stopping.withLockedValue { $0 = true }
        _ = ended.wait(timeout: .now() + .seconds(5))
    }

    private var isStopping: Bool { stopping.withLockedValue { $0 } }

    /// The folder and the two in it, held open for one look: whoever may write into it can put a link in
    /// place of them at any moment, and nothing may land where that leads.
    private struct Places {
        let orders: HeldFolder
        let done: HeldFolder
        let refused: HeldFolder

        init(_ path: String) throws(SystemError) {
            orders = try HeldFolder(path)
            done = try orders.folder("done", mode: 0o770)
            refused = try orders.folder("refused", mode: 0o770)
        }
    }

    /// A link or a file has the name of one of the two folders.
    private static func isInTheWay(_ error: SystemError, _ path: String) -> Bool {
        error.isNoDirectory && error.path != path
    }

    private static func text(_ error: SystemError, _ path: String) -> String {
        guard isInTheWay(error, path) else { return "DMN-113 \(path): \(error). Orders wait." }
        return "DMN-113 \(error.path): a link or a file is in place of this folder. Orders wait. "
            + "Find out who put it there, and remove it: the folder is made again."
    }

    private func run() {
        var seen: [String: HeldFolder.File] = [:]
        var told: [String: String] = [:]
        var shown: LineInput?
        while !isStopping {
            let now: LineInput
            do throws(SystemError) {
                let places = try Places(path)
                let found = try places.orders.files()
                let files = found.files.filter { Self.isTaken($0.name) }
                let others =
                    found.others.filter { Kind($0.lowercased()) != nil }
                    + found.files.map(\.name).filter { Kind($0.lowercased()) != nil && !Self.isTaken($0) }
                for name in others {
                    let what = Kind(name.lowercased())?.rawValue ?? ""
                    let text = "\(what) \(name.visible()) is left alone: no plain file with a plain name"
                    tell(name, text, &told)
                }
                try take(files.filter { seen[$0.name] == $0 }, places, &told)
                told[""] = nil
                now = .orderFolder(fault: nil, refused: try Self.refusedFile(in: places.refused))
                seen = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
                told = told.filter { seen[$0.key] != nil || others.contains($0.key) }
            } catch {
                tell("", Self.text(error, path), &told)
                now = .orderFolder(fault: "\(error)", refused: Self.refusedFile(in: shown))
            }
            if now != shown, notify(now) { shown = now }
            pause()
        }
    }

    /// The first file that lies refused; a text that says why is none.
    private static func refusedFile(in refused: HeldFolder) throws(SystemError) -> String? {
        try refused.files().files.first { !$0.name.hasSuffix(".txt") }.map {
            String($0.name.visible().prefix(60))
        }
    }

    /// The one the line was told of: what lies there cannot be seen now.
    private static func refusedFile(in shown: LineInput?) -> String? {
        guard case .orderFolder(_, let refused) = shown else { return nil }
        return refused
    }

    /// What a file is, by its name; in the order in which they are taken.
    private enum Kind: String, CaseIterable {
        case label, product, order

        init?(_ name: String) {
            let isTable = name.hasSuffix(".toml") || name.hasSuffix(".json")
            if LabelFile.endings.contains(where: name.hasSuffix) {
                self = .label
            } else if isTable, name.dropLast(5).hasSuffix(".product") {
                self = .product
            } else if isTable {
                self = .order
            } else {
                return nil
            }
        }
    }

    /// A name that the log can show and a path can hold as it is.
    private static func isTaken(_ name: String) -> Bool {
        Kind(name) != nil && name.unicodeScalars.allSatisfy(\.isPlain)
    }

    /// Takes files that rest; orders only when no product and no label waits: they may be over these.
    private func take(
        _ files: [HeldFolder.File], _ places: Places, _ told: inout [String: String]
    ) throws(SystemError) {
        var left = Self.maxFiles
        for kind in Kind.allCases {
            var waits = false
            for file in files where Kind(file.name) == kind && left > 0 && !isStopping {
                left -= 1
                if try take(file, kind, places, &told) { waits = true }
            }
            guard !waits else { return }
        }
    }

    private func tell(_ file: String, _ text: String, _ told: inout [String: String]) {
        if told[file] != text { report(text) }
        told[file] = text
    }

    /// - Returns: Whether it stays where it is for now.
    private func take(
        _ file: HeldFolder.File, _ kind: Kind, _ places: Places, _ told: inout [String: String]
    ) throws(SystemError) -> Bool {
        let name = "\(kind.rawValue) \(file.name)"
        switch outcome(of: file, kind, places.orders) {
        case .done(let text):
            try places.orders.move(file.name, to: places.done, as: Self.free(file.name, in: places.done))
            report("\(name): \(text)")
            return false
        case .refused(let text):
            let place = Self.free(file.name, in: places.refused)
            try places.orders.move(file.name, to: places.refused, as: place)
            try places.refused.replace(
                Self.reason(place, in: places.refused), Array("\(text)\n".utf8), mode: 0o660)
            report("\(name) is refused: \(text)")
            return false
        case .waits(let text):
            tell(file.name, "\(name) waits: \(text)", &told)
            return true
        case .stops: return true
        }
    }

    private enum Outcome {
        case done(String)
        case refused(String)
        case waits(String)
        case stops
    }

    private func outcome(of file: HeldFolder.File, _ kind: Kind, _ orders: HeldFolder) -> Outcome {
        let request: ControlRequest
        do {
            // For whoever put it there: a link to what they may not read is not read for them.
            let bytes = try orders.read(file.name, maxBytes: Self.maxBytes, for: file.owner)
            switch kind {
            case .label: request = .defineLabel(try Self.label(bytes, file.name))
            case .product:
                let product = try ProductFile.parse(
                    bytes, name: file.name, isJSON: file.name.hasSuffix(".json"))
                request = .defineProduct(ProductMessage(product))
            case .order:
                let draft = try OrderFile.parse(
                    bytes, name: file.name, isJSON: file.name.hasSuffix(".json"))
                if control.board.snapshot?.batches.contains(where: { draft.isSaid(in: $0.order) }) == true {
                    return .done("batch \(draft.said.batch) is known")
                }
                request = .openBatch(OrderMessage(draft))
            }
        } catch let errors as SettingsErrors {
            return .refused(errors.description)
        } catch {
            return .refused("\(error). Such a file has at most \(Self.maxBytes) bytes.")
        }
        let reply = ask(request, by: "\(kind.rawValue):\(file.name.prefix(60))")
        guard let fault = reply.fault else { return .done(reply.text) }
        if fault == .stopping { return .stops }
        let text = "\(fault.code) \(fault.text). \(fault.remedy)"
        return Self.waiting.contains(fault.code) ? .waits(text) : .refused(text)
    }

    private static func label(_ bytes: [UInt8], _ file: String) throws(SettingsErrors) -> LabelMessage {
        var message = LabelMessage()
        message.name = LabelFile.name(ofFile: file)
        message.text = try LabelFile.text(bytes, file: file)
        return message
    }

    /// Asks the line and waits: this thread has nothing else to do.
    private func ask(_ request: ControlRequest, by account: String) -> (text: String, fault: ControlFault?) {
        var by = Authority(account: account)
        by.isSystem = true
        let answer = NIOLockedValueBox<(text: String, fault: ControlFault?)>(("", .stopping))
        let done = DispatchSemaphore(value: 0)
        Task { [control, by] in
            do {
                let text = try await control.take(request, by: by)
                answer.withLockedValue { $0 = (text, nil) }
            } catch {
                answer.withLockedValue { $0 = ("", ControlFault(of: error)) }
            }
            done.signal()
        }
        done.wait()
        return answer.withLockedValue { $0 }
    }

    /// Longest name of a file, in bytes.
    private static let maxNameBytes = 255

    /// The name for a file there; one that is taken gets a number, and loses its end where that has no room.
    private static func free(_ name: String, _ ending: String = "", in folder: HeldFolder) -> String {
        let room = maxNameBytes - ending.utf8.count
        var free = cut(name, to: room) + ending
        var number = 1
        while folder.has(free) {
            number += 1
            free = cut("\(number)-\(name)", to: room) + ending
        }
        return free
    }

    /// The name for the text that says why a file is refused: its own and `.txt`. Where only a part of the
    /// name has room, that of another file may be the same: it is kept.
    private static func reason(_ name: String, in folder: HeldFolder) -> String {
        let ending = ".txt"
        let fits = name.utf8.count + ending.utf8.count <= maxNameBytes
        return fits ? name + ending : free(name, ending, in: folder)
    }

    /// As many whole characters as have room.
    private static func cut(_ name: String, to maxBytes: Int) -> String {
        var cut = Substring(name)
        while cut.utf8.count > maxBytes { cut.removeLast() }
        return String(cut)
    }

    private func pause() {
        for _ in 0..<10 where !isStopping {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds / 10))
        }
    }
}
