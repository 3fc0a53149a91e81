import DeviceCore
import LineCore
import SystemIO

/// Finds and reads the label template of a packing station.
struct LabelReader {
    /// Largest template file, in bytes.
    static let maxBytes = 65_536

    let table: TableReader
    let directory: String
    let store: ProfileStore
    let devices: DeviceTables

    /// The label, or `nil` after a fault.
    ///
    /// Key `label` is a path seen from the configuration. Without it, the file is `case.zpl` or `pallet.zpl`
    /// (`case.txt`, `pallet.txt` in another language) beside the printer's profile, the site's directory
    /// first.
    func read(_ station: PackStation) -> LabelSettings? {
        let language = devices.settings.first { $0.name == station.printer }?.profile.labelLanguage ?? .zpl
        let name = "\(station.level.rawValue).\(language.fileEnding)"
        let standard = standardFile(station, name)
        guard table.has("label") || standard != nil else {
            _ = table.optionalString("label", .path)
            reportMissing(station, name)
            return nil
        }
        let named = table.string("label", .path, default: standard)
        // The file beside the profile was found from here, not from the configuration.
        let file = table.has("label") ? Paths.join(directory, named) : named
        guard table.report.isSound(table.place("label")) else { return nil }
        guard let text = text(of: file), let template = template(text, language) else { return nil }
        return LabelSettings(
            station: station.name, device: station.printer, level: station.level, file: file, text: text,
            template: template)
    }

    private func standardFile(_ station: PackStation, _ name: String) -> String? {
        guard let printer = devices.settings.first(where: { $0.name == station.printer }),
            let profile = devices.profiles[printer.profileName] ?? nil
        else { return nil }
        return store.fileBeside(profile, named: name)
    }

    /// Only where the printer is known: without it the fault is the printer's.
    private func reportMissing(_ station: PackStation, _ name: String) {
        guard devices.kind(of: station.printer) == .labelPrinter else { return }
        table.fail(
            .missingKey, "label", "there is no \(name) beside the printer's profile",
            "Set label to the path of a template.")
    }

    private func text(of file: String) -> String? {
        do throws(SystemError) {
            let bytes = try DurableFile.read(file, maxBytes: Self.maxBytes)
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            table.fail(.badLabel, "label", "\(file) is not UTF-8 text", "Save it as UTF-8.")
        } catch {
            let fault = error.settingsError(file: file, maxBytes: Self.maxBytes)
            table.fail(.badLabel, "label", "\(file): \(fault.text)", fault.remedy)
        }
        return nil
    }

    private func template(_ text: String, _ language: LabelLanguage) -> LabelTemplate? {
        do throws(LabelFile.Fault) {
            return try LabelFile.template(text, language)
        } catch {
            table.fail(.badLabel, "label", error.text, error.remedy)
            return nil
        }
    }
}
