import DeviceCore
import LineCore
import SystemIO

/// A label template as a file, or as it came to the line at run time: the rules are the same for both.
package enum LabelFile {
    /// What is wrong with a template, and what to do about it.
    package struct Fault: Error, Equatable, Sendable {
        /// What is wrong; a phrase without a full stop.
        package let text: String
        /// One step the reader can take now.
        package let remedy: String
    }

    /// How the names of such files end in the folder of orders: ZPL, then other languages.
    package static let endings = [".label.zpl", ".label.txt"]

    /// The name of the template that a file holds: its own without folder and ending.
    package static func name(ofFile path: String) -> String {
        let file = String(path.split(separator: "/").last ?? "")
        for ending in endings + [".zpl", ".txt"] where file.hasSuffix(ending) {
            return String(file.dropLast(ending.count))
        }
        return file
    }

    /// Reads the text of a template; it is not judged.
    ///
    /// - Throws: ``SettingsErrors`` with the one fault.
    package static func load(_ path: String) throws(SettingsErrors) -> String {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try DurableFile.read(path, maxBytes: LabelReader.maxBytes)
        } catch {
            throw SettingsErrors(list: [error.settingsError(file: path, maxBytes: LabelReader.maxBytes)])
        }
        return try text(bytes, file: path)
    }

    /// The text of a file's bytes.
    package static func text(_ bytes: [UInt8], file: String) throws(SettingsErrors) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsErrors(list: [
                SettingsError(.badLabel, file: file, "the file is not UTF-8 text", "Save it as UTF-8.")
            ])
        }
        return text
    }

    /// The template of a text: a label this program can fill, with no places but those there are, and with
    /// the container's number in it.
    ///
    /// - Parameter language: That of its printer; `nil` while the printer is not known: what the text says
    ///   itself, by which it is judged again when a label is printed.
    package static func template(
        _ text: String, _ language: LabelLanguage? = nil
    ) throws(Fault) -> LabelTemplate {
        let template: LabelTemplate
        do throws(LabelTemplate.Fault) {
            template = try LabelTemplate(text, language ?? LabelTemplate.language(of: text))
        } catch {
            throw Fault(
                text: Printable.plain(error.description), remedy: LabelTemplate.remedy(for: error))
        }
        if let unknown = template.names.first(where: { !LabelSettings.places.contains($0) }) {
            let known = LabelSettings.places.joined(separator: ", ")
            throw Fault(text: "the template has a place {\(unknown)}", remedy: "Known: \(known).")
        }
        guard template.names.contains("sscc") else {
            throw Fault(
                text: "the template has no place {sscc}", remedy: "The label must carry its number.")
        }
        return template
    }
}
