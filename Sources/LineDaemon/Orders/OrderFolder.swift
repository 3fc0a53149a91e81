import ControlAPI
import Dispatch
import JSONText
import LineCore
import NIOConcurrencyHelpers
import Settings
import SystemIO

/// A folder into which other systems put orders: each file is one order, as `seriatim batch open` takes it.
///
/// A file that has not changed for a second is taken. What becomes of it is where it lies then: `done/`, or
/// `refused/` with a text beside it that says why; it stays where it is while the line lacks what the order
/// needs. A power cut at any moment leads to the same batch, once.
package final class OrderFolder: Sendable {
    /// Pause between two looks.
    static let pauseMilliseconds = 1_000
    /// Largest order.
    static let maxBytes = 65_536
    /// Most files taken in one look.
    static let maxFiles = 100
    /// What may be mended without touching the order: numbers, or room on the disk.
    private static let waiting = ["BATCH-102", "BATCH-105", "BATCH-106", "BATCH-123", "CTL-106"]

    private let path: String
    private let control: ControlDesk
    private let report: @Sendable (String) -> Void
    private let stopping = NIOLockedValueBox(false)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - path: The folder; it is made where it is missing.
    ///   - report: Takes messages for the log.
    package init(path: String, control: ControlDesk, report: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.control = control
        self.report = report
    }

    /// Makes the folder and starts the thread.
    package func start() throws(DaemonError) {
        do throws(SystemError) {
            for name in ["", "/done", "/refused"] {
                try DurableFile.createDirectories(path + name, mode: 0o770)
            }
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

    private func run() {
        var seen: [String: Folder.File] = [:]
        var told: [String: String] = [:]
        while !isStopping {
            do throws(SystemError) {
                let found = try Folder.files(path)
                let files = found.files.filter { Self.isOrder($0.name) }
                let others =
                    found.others.filter(Self.looksLikeOne)
                    + found.files.map(\.name).filter { Self.looksLikeOne($0) && !Self.isOrder($0) }
                for name in others {
                    let text = "order \(name.visible()) is left alone: no plain file with a plain name"
                    tell(name, text, &told)
                }
                for file in files.prefix(Self.maxFiles) where seen[file.name] == file && !isStopping {
                    try take(file, &told)
                }
                seen = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
                told = told.filter { seen[$0.key] != nil || $0.key.isEmpty || others.contains($0.key) }
            } catch {
                tell("", "DMN-113 \(path): \(error). Orders wait.", &told)
            }
            pause()
        }
    }

    private static func looksLikeOne(_ name: String) -> Bool {
        name.lowercased().hasSuffix(".toml") || name.lowercased().hasSuffix(".json")
    }

    /// A name that the log can show and a path can hold as it is.
    private static func isOrder(_ name: String) -> Bool {
        (name.hasSuffix(".toml") || name.hasSuffix(".json")) && name.unicodeScalars.allSatisfy(\.isPlain)
    }

    private func tell(_ file: String, _ text: String, _ told: inout [String: String]) {
        if told[file] != text { report(text) }
        told[file] = text
    }

    private func take(_ file: Folder.File, _ told: inout [String: String]) throws(SystemError) {
        switch outcome(of: file) {
        case .done(let text):
            try move(file.name, to: "done")
            report("order \(file.name): \(text)")
        case .refused(let text):
            let place = try move(file.name, to: "refused")
            try DurableFile.replace(place + ".txt", Array("\(text)\n".utf8), mode: 0o660)
            report("order \(file.name) is refused: \(text)")
        case .waits(let text): tell(file.name, "order \(file.name) waits: \(text)", &told)
        case .stops: break
        }
    }

    private enum Outcome {
        case done(String)
        case refused(String)
        case waits(String)
        case stops
    }

    private func outcome(of file: Folder.File) -> Outcome {
        let order: Order
        do {
            // For whoever put it there: a link to what they may not read is not read for them.
            let bytes = try DurableFile.read(
                "\(path)/\(file.name)", maxBytes: Self.maxBytes, for: file.owner)
            order = try OrderFile.parse(bytes, name: file.name, isJSON: file.name.hasSuffix(".json"))
        } catch let errors as SettingsErrors {
            return .refused(errors.description)
        } catch {
            return .refused("\(error). An order is a file of at most \(Self.maxBytes) bytes.")
        }
        if control.board.snapshot?.batches.contains(where: { $0.order == order }) == true {
            return .done("batch \(order.batch) is known")
        }
        let reply = ask(order, from: file.name)
        guard let fault = reply.fault else { return .done(reply.text) }
        if fault == .stopping { return .stops }
        let text = "\(fault.code) \(fault.text). \(fault.remedy)"
        return Self.waiting.contains(fault.code) ? .waits(text) : .refused(text)
    }

    /// Asks the line and waits: this thread has nothing else to do.
    private func ask(_ order: Order, from name: String) -> (text: String, fault: ControlFault?) {
        var by = Authority(account: "order:\(name.prefix(60))")
        by.isSystem = true
        let answer = NIOLockedValueBox<(text: String, fault: ControlFault?)>(("", .stopping))
        let done = DispatchSemaphore(value: 0)
        Task { [control, by] in
            do {
                let text = try await control.open(OrderMessage(order), by: by)
                answer.withLockedValue { $0 = (text, nil) }
            } catch {
                answer.withLockedValue { $0 = ("", ControlFault(of: error)) }
            }
            done.signal()
        }
        done.wait()
        return answer.withLockedValue { $0 }
    }

    /// - Returns: Where it is now; a name that is taken gets a number.
    @discardableResult
    private func move(_ name: String, to folder: String) throws(SystemError) -> String {
        try DurableFile.createDirectories("\(path)/\(folder)", mode: 0o770)
        var target = "\(path)/\(folder)/\(name)"
        var number = 1
        while DurableFile.exists(target) {
            number += 1
            target = "\(path)/\(folder)/\(number)-\(name)"
        }
        try DurableFile.rename("\(path)/\(name)", to: target)
        return target
    }

    private func pause() {
        for _ in 0..<10 where !isStopping {
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds / 10))
        }
    }
}
