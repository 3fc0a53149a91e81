/// One piece of a trade item: GTIN (01) and serial number (21). What a unit on the line is.
///
/// - Source: GS1 General Specifications, section 3.5.2; EPC Tag Data Standard, section 6.3.1.
package struct SGTIN: IdentificationKey {
    package let gtin: GTIN
    package let serial: SerialNumber

    package init(_ gtin: GTIN, serial: SerialNumber) {
        self.gtin = gtin
        self.serial = serial
    }

    package init(in elements: ElementString) throws(GS1Error) {
        gtin = try GTIN(in: elements)
        serial = try SerialNumber(bytes: elements.required(.serial))
    }

    package var keyElements: [ElementString.Element] {
        gtin.keyElements + [.init(ai: .serial, value: serial.bytes)]
    }
}
