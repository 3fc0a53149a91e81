import GS1
import JSONText

/// Writes events as EPCIS 1.2 XML, for partners who have nothing newer.
///
/// EPCs as URNs, words as URNs (those of CBV 2.0 alone as web URIs), parties as SGLN: CBV 1.2 knows no
/// other. What 1.2 cannot say (associations, sensors, persistent dispositions, certificates) is an error,
/// never left out in silence.
///
/// - Source: EPCIS 1.2, section 9.5; CBV 1.2; GS1 SBDH.
package struct XML12Document: Sendable {
    /// The business document header: who sends what to whom.
    package struct Header: Equatable, Sendable {
        package var sender: LocationURI
        package var receiver: LocationURI
        /// The document's ID, unique for the sender.
        package var instanceIdentifier: String

        package init(sender: LocationURI, receiver: LocationURI, instanceIdentifier: String) {
            self.sender = sender
            self.receiver = receiver
            self.instanceIdentifier = instanceIdentifier
        }
    }

    private let header: Header?
    private let creationDate: EventTime
    private let namespaces: [(prefix: String, uri: String)]
    let prefixes: CompanyPrefixes

    /// - Parameter header: The SBDH; partners under DSCSA and the like expect it.
    /// - Parameter prefixes: Company prefixes of all keys given as Digital Link.
    /// - Parameter namespaces: Prefixes of extensions; `cbvmda` is declared without asking.
    package init(
        header: Header?, creationDate: EventTime, prefixes: CompanyPrefixes,
        namespaces: [(prefix: String, uri: String)] = []
    ) {
        self.header = header
        self.creationDate = creationDate
        self.prefixes = prefixes
        self.namespaces = [("cbvmda", "urn:epcglobal:cbv:mda")] + namespaces.filter { $0.prefix != "cbvmda" }
    }

    /// The whole document.
    ///
    /// - Throws: ``XML12Error`` for the first event that 1.2 cannot say; nothing is written then.
    package func encode(_ events: [Event]) throws(XML12Error) -> [UInt8] {
        var bytes = try begin()
        for (index, event) in events.enumerated() { bytes += try encode(event, at: index) }
        return bytes + end
    }

    // MARK: Part by part, where the events are too many for memory

    /// What stands before the first event.
    package func begin() throws(XML12Error) -> [UInt8] {
        var xml = XMLText()
        var attributes = [("xmlns:epcis", "urn:epcglobal:epcis:xsd:1")]
        if header != nil { attributes.append(("xmlns:sbdh", Self.headerNamespace)) }
        for (prefix, uri) in namespaces {
            guard XMLText.isName(prefix), XMLText.isText(uri), !uri.isEmpty else {
                throw XML12Error(.badName, prefix)
            }
            attributes.append(("xmlns:" + prefix, uri))
        }
        attributes.append(("schemaVersion", "1.2"))
        attributes.append(("creationDate", Self.dateTime(creationDate)))
        xml.begin("epcis:EPCISDocument", attributes)
        if let header { try write(header, into: &xml) }
        xml.begin("EPCISBody")
        xml.begin("EventList")
        return xml.bytes
    }

    /// One event; they stand one behind the other.
    ///
    /// - Parameter index: Its place in the document, for the error.
    package func encode(_ event: Event, at index: Int) throws(XML12Error) -> [UInt8] {
        var writer = XML12EventWriter(
            xml: XMLText(bytes: []), prefixes: prefixes, declared: Set(namespaces.map(\.prefix)))
        do throws(XML12Error) {
            try writer.write(event)
        } catch {
            var placed = error
            placed.event = index
            throw placed
        }
        return writer.xml.bytes
    }

    /// What stands behind the last event.
    package var end: [UInt8] {
        var xml = XMLText(bytes: [])
        xml.end("EventList")
        xml.end("EPCISBody")
        xml.end("epcis:EPCISDocument")
        return xml.bytes + [0x0A]
    }

    private static let headerNamespace =
        "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"

    private func write(_ header: Header, into xml: inout XMLText) throws(XML12Error) {
        guard XMLText.isText(header.instanceIdentifier) else {
            throw XML12Error(.badText, "instanceIdentifier")
        }
        let parties = [("Sender", header.sender), ("Receiver", header.receiver)]
        xml.begin("EPCISHeader")
        xml.begin("sbdh:StandardBusinessDocumentHeader")
        xml.element("sbdh:HeaderVersion", "1.0")
        for (name, party) in parties {
            let urn = try XML12EventWriter.urn(party.text, prefixes, name)
            xml.begin("sbdh:" + name)
            xml.element("sbdh:Identifier", urn, [("Authority", "SGLN")])
            xml.end("sbdh:" + name)
        }
        xml.begin("sbdh:DocumentIdentification")
        xml.element("sbdh:Standard", "EPCglobal")
        xml.element("sbdh:TypeVersion", "1.0")
        xml.element("sbdh:InstanceIdentifier", header.instanceIdentifier)
        xml.element("sbdh:Type", "Events")
        xml.element("sbdh:CreationDateAndTime", Self.dateTime(creationDate))
        xml.end("sbdh:DocumentIdentification")
        xml.end("sbdh:StandardBusinessDocumentHeader")
        xml.end("EPCISHeader")
    }

    /// RFC 3339 also takes small `t` and `z`.
    static func dateTime(_ time: EventTime) -> String { time.text.uppercased() }
}
