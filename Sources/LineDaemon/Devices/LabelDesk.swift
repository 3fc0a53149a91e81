import DeviceCore
import LineCore

/// Labels: templates of the configuration, or of a batch's product, filled with what the rules say of a
/// container.
struct LabelDesk: Sendable {
    /// A template with the printer and level it belongs to.
    struct Entry: Sendable {
        var device: String
        var level: PackLevel
        var template: LabelTemplate
    }

    let entries: [Entry]

    /// The bytes of a label, or why there are none.
    func filled(_ label: LabelOrder, product: String) -> Result<[UInt8], LabelRefused> {
        let template: LabelTemplate
        do throws(LabelRefused) { template = try self.template(label) } catch { return .failure(error) }
        let values = [
            "sscc": label.sscc, "gtin": label.gtin, "lot": label.lot, "expiry": label.expiry,
            "expiryText": Self.expiryText(label.expiry), "count": String(label.count),
            "units": String(label.units),
            "copy": String(label.copy),
            "product": product,
        ]
        let names = Set(template.names)
        do throws(LabelTemplate.Fault) {
            return .success(try template.filled(values.filter { names.contains($0.key) }))
        } catch {
            return .failure(LabelRefused(error.description))
        }
    }

    /// The one the batch was opened with, else the configuration's. Both are in the language of the printer.
    private func template(_ label: LabelOrder) throws(LabelRefused) -> LabelTemplate {
        if let own = label.template {
            let language = entries.first { $0.device == label.device }?.template.language ?? .zpl
            do throws(LabelTemplate.Fault) { return try LabelTemplate(own.text, language) } catch {
                throw LabelRefused("label \(own.name) version \(own.version): \(error.description)")
            }
        }
        guard let entry = entries.first(where: { $0.device == label.device && $0.level == label.level })
        else {
            throw LabelRefused("\(label.device) has no template for a \(label.level.rawValue)")
        }
        return entry.template
    }

    /// `2027-12-31` for `271231`: the century is that of the GS1 window, which no running product leaves.
    static func expiryText(_ expiry: String) -> String {
        let digits = Array(expiry)
        guard digits.count == 6 else { return expiry }
        return "20\(String(digits[0...1]))-\(String(digits[2...3]))-\(String(digits[4...5]))"
    }
}

/// Why a label cannot be printed.
struct LabelRefused: Error, Equatable {
    let text: String
    init(_ text: String) { self.text = text }
}
