/// A vocabulary of the Core Business Vocabulary: its words, and what they are called as URIs.
package protocol CBVVocabulary: Sendable {
    /// What stands between `https://ref.gs1.org/cbv/` and the word, for example `BizStep-`.
    static var webPrefix: String { get }
    /// What stands between `urn:epcglobal:cbv:` and the word, for example `bizstep:`; `nil` for words that
    /// never had a URN.
    static var urnPrefix: String? { get }
    /// Words of EPCIS 1.2 and CBV 1.2.
    static var words: Set<String> { get }
    /// Words added by CBV 2.0.
    static var newWords: Set<String> { get }
}

/// A business step, disposition or the like: a word of the standard, or any other URI, kept as it came.
///
/// The word has three forms: bare (`shipping`), what JSON takes; as web URI
/// (`https://ref.gs1.org/cbv/BizStep-shipping`), and as URN (`urn:epcglobal:cbv:bizstep:shipping`), what XML
/// takes. Equality is that of the text; ``matches(_:)`` sees through the forms.
///
/// - Source: CBV 2.0, section 7.
package struct CBVTerm<Vocabulary: CBVVocabulary>: Hashable, Sendable, CustomStringConvertible {
    /// The term as written.
    package let text: String

    /// Takes any text: what is valid is the validation's part.
    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    /// The standard's word in any of its forms, or `nil` for other terms.
    package var word: String? {
        if Self.isWord(text) { return text }
        let rest: Substring
        if text.hasPrefix(Self.webStart) {
            rest = text.dropFirst(Self.webStart.count)
        } else if let start = Self.urnStart, text.hasPrefix(start) {
            rest = text.dropFirst(start.count)
        } else {
            return nil
        }
        let word = String(rest)
        return Self.isWord(word) ? word : nil
    }

    /// The term as web URI; terms that are no words of the standard are as they are.
    package var webURI: String { word.map { Self.webStart + $0 } ?? text }

    /// The term as EPCIS 1.2 has it: the URN of a word it knows, the web URI of a newer one.
    package var uri12: String {
        guard let word else { return text }
        guard let start = Self.urnStart, Vocabulary.words.contains(word) else { return Self.webStart + word }
        return start + word
    }

    /// Whether both mean the same, in whatever form.
    package func matches(_ other: CBVTerm) -> Bool { text == other.text || webURI == other.webURI }

    /// Whether `text` is a bare word of the standard.
    static func isWord(_ text: String) -> Bool {
        Vocabulary.words.contains(text) || Vocabulary.newWords.contains(text)
    }

    /// Whether this is a URI of the standard's own space and no word of this vocabulary.
    var isUnknownStandardURI: Bool { text.hasPrefix(Self.webSpace) && word == nil }

    private static var webSpace: String { "https://ref.gs1.org/cbv/" }
    private static var webStart: String { webSpace + Vocabulary.webPrefix }
    private static var urnStart: String? { Vocabulary.urnPrefix.map { "urn:epcglobal:cbv:" + $0 } }
}

/// Splits the words of a vocabulary, written with spaces between them.
func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

/// What kind of step in a business process an event was.
package typealias BizStep = CBVTerm<BizStepVocabulary>
/// The state of the objects after the event.
package typealias Disposition = CBVTerm<DispositionVocabulary>
/// What a business transaction is: purchase order, invoice, ...
package typealias BizTransactionType = CBVTerm<BizTransactionTypeVocabulary>
/// What a source or destination is: who owns, who possesses, or where.
package typealias SourceDestinationType = CBVTerm<SourceDestinationTypeVocabulary>
/// Why an event was declared an error.
package typealias ErrorReason = CBVTerm<ErrorReasonVocabulary>
/// Which part of a vector a sensor value is.
package typealias SensorComponent = CBVTerm<SensorComponentVocabulary>

/// - Source: CBV 2.0, section 7.1.
package enum BizStepVocabulary: CBVVocabulary {
    package static var webPrefix: String { "BizStep-" }
    package static var urnPrefix: String? { "bizstep:" }
    package static let words = EPCIS.words(
        """
        accepting arriving assembling collecting commissioning consigning creating_class_instance \
        cycle_counting decommissioning departing destroying disassembling dispensing encoding \
        entering_exiting holding inspecting installing killing loading other packing picking receiving \
        removing repackaging repairing replacing reserving retail_selling shipping staging_outbound \
        stock_taking stocking storing transporting unloading unpacking void_shipping
        """)
    package static let newWords = EPCIS.words("sampling sensor_reporting")
}

/// - Source: CBV 2.0, section 7.2.
package enum DispositionVocabulary: CBVVocabulary {
    package static var webPrefix: String { "Disp-" }
    package static var urnPrefix: String? { "disp:" }
    package static let words = EPCIS.words(
        """
        active container_closed damaged destroyed dispensed disposed encoded expired in_progress in_transit \
        inactive no_pedigree_match non_sellable_other partially_dispensed recalled reserved retail_sold \
        returned sellable_accessible sellable_not_accessible stolen unknown
        """)
    package static let newWords = EPCIS.words(
        """
        available completeness_verified completeness_inferred conformant container_open mismatch_instance \
        mismatch_class mismatch_quantity needs_replacement non_conformant unavailable
        """)
}

/// - Source: CBV 2.0, section 7.3.
package enum BizTransactionTypeVocabulary: CBVVocabulary {
    package static var webPrefix: String { "BTT-" }
    package static var urnPrefix: String? { "btt:" }
    package static let words = EPCIS.words("bol desadv inv pedigree po poc prodorder recadv rma")
    package static let newWords = EPCIS.words("cert testprd testres upevt")
}

/// - Source: CBV 2.0, section 7.4.
package enum SourceDestinationTypeVocabulary: CBVVocabulary {
    package static var webPrefix: String { "SDT-" }
    package static var urnPrefix: String? { "sdt:" }
    package static let words = EPCIS.words("owning_party possessing_party location")
    package static let newWords: Set<String> = []
}

/// - Source: CBV 2.0, section 7.5.
package enum ErrorReasonVocabulary: CBVVocabulary {
    package static var webPrefix: String { "ER-" }
    package static var urnPrefix: String? { "er:" }
    package static let words = EPCIS.words("did_not_occur incorrect_data")
    package static let newWords: Set<String> = []
}

/// - Source: CBV 2.0, section 7.
package enum SensorComponentVocabulary: CBVVocabulary {
    package static var webPrefix: String { "Comp-" }
    package static var urnPrefix: String? { nil }
    package static let words: Set<String> = []
    package static let newWords = EPCIS.words(
        """
        x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing \
        latitude longitude altitude
        """)
}
