/// Documents of our own making, one or more for each type of event.
enum Samples {
    static let all: [(name: String, text: String)] = [
        ("commissioning", commissioning), ("packing", packing), ("standalone", standalone),
        ("transformation", transformation), ("association", association), ("encoding", encoding),
        ("sensors", sensors), ("answer", answer),
    ]

    static func document(_ events: String, context: String = standardContext) -> String {
        """
        {"@context": \(context), "type": "EPCISDocument", "schemaVersion": "2.0",
         "creationDate": "2026-03-02T06:59:00.000Z", "epcisBody": {"eventList": [\(events)]}}
        """
    }

    static let standardContext = """
        ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
         {"cbvmda": "urn:epcglobal:cbv:mda:", "line": "https://example.com/line/"}]
        """

    static let commissioningEvent = """
        {"type": "ObjectEvent", "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
         "eventTime": "2026-03-02T07:01:15.250+01:00", "eventTimeZoneOffset": "+01:00",
         "epcList": ["https://id.gs1.org/01/09506000134352/21/A0001",
          "https://id.gs1.org/01/09506000134352/21/B%2F2"],
         "action": "ADD", "bizStep": "commissioning", "disposition": "active",
         "readPoint": {"id": "https://id.gs1.org/414/9506000134376/254/LINE-4", "line:lane": 2},
         "bizLocation": {"id": "https://id.gs1.org/414/9506000134376"},
         "bizTransactionList": [{"type": "prodorder",
          "bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:WO%2F77"}],
         "ilmd": {"cbvmda:lotNumber": "LOT1", "cbvmda:itemExpirationDate": "2027-12-31"},
         "line:operator": {"line:name": "x", "line:shift": [3, 1.50, true, null]}}
        """
    static let commissioning = document(commissioningEvent)

    static let packing = document(
        """
        {"action": "ADD", "type": "AggregationEvent", "eventTime": "2026-03-02T06:02:00Z",
         "recordTime": "2026-03-02T06:02:01Z", "eventTimeZoneOffset": "+01:00",
         "parentID": "https://id.gs1.org/00/095060001343520017", "childEPCs":
         ["urn:epc:id:sgtin:9506000.013435.A0001", "https://id.gs1.org/01/09506000134352/21/A0002"],
         "childQuantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/10/LOT1", "quantity": 3}],
         "bizStep": "packing", "persistentDisposition": {"set": ["completeness_verified"],
         "unset": ["completeness_inferred", "recalled"]},
         "sourceList": [{"type": "possessing_party", "source": "urn:epc:id:pgln:9506000.13437"}],
         "destinationList": [{"type": "location", "destination": "urn:epc:id:sgln:9506000.13437.0"}]},
        {"type": "AggregationEvent", "eventTime": "2026-03-02T06:12:00Z", "eventTimeZoneOffset": "+01:00",
         "parentID": "https://id.gs1.org/00/095060001343520017", "action": "DELETE", "bizStep": "unpacking",
         "errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z", "reason": "incorrect_data",
         "correctiveEventIDs": ["urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"], "line:why": "slip"}}
        """)

    static let standalone = """
        {"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "ObjectEvent",
         "eventTime": "2026-03-02T06:02:00.1415Z", "eventTimeZoneOffset": "-06:00", "action": "OBSERVE",
         "bizStep": "shipping", "disposition": "in_transit", "certificationInfo": "https://example.com/c/1",
         "epcList": ["https://id.gs1.org/00/095060001343520017"]}
        """

    static let transformation = document(
        """
        {"type": "TransformationEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "inputEPCList": ["urn:epc:id:giai:4012345.A"], "transformationID": "urn:uuid:\
        374d95fc-9457-4a51-bd6a-0bba133845a9", "inputQuantityList": [{"epcClass":
         "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 12.50, "uom": "KGM"}],
         "outputEPCList": ["https://id.gs1.org/01/09506000134352/21/A0003"], "outputQuantityList": [
         {"epcClass": "https://id.gs1.org/01/09506000134352"}], "bizStep": "repackaging",
         "ilmd": {"cbvmda:lotNumber": "007"}, "certificationInfo": ["https://example.com/c/2",
         "https://example.com/c/1"]}
        """)

    static let association = document(
        """
        {"type": "AssociationEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "parentID": "urn:epc:id:grai:4012345.55555.987", "childEPCs": ["urn:epc:id:giai:4012345.A"],
         "action": "OBSERVE", "bizStep": "installing"},
        {"type": "line:Event", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "epcList": 7, "line:x": "y"}
        """)

    static let encoding = document(
        """
        {"type": "TransactionEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "bizTransactionList": [{"bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:2"},
          {"type": "prodorder", "bizTransaction": "urn:epcglobal:cbv:bt:9506000134376:1"}],
         "parentID": "https://id.gs1.org/00/095060001343520017",
         "epcList": ["https://id.gs1.org/01/09506000134352/21/A0004"], "quantityList": [],
         "action": "ADD", "bizStep": "encoding", "disposition": "encoded"}
        """)

    static let sensors = document(
        """
        {"type": "ObjectEvent", "eventTime": "2026-03-02T06:02:00Z", "eventTimeZoneOffset": "+01:00",
         "action": "OBSERVE", "bizStep": "sensor_reporting",
         "readPoint": {"id": "https://id.gs1.org/414/9506000134376"}, "sensorElementList": [
         {"sensorMetadata": {"startTime": "2026-03-02T05:00:00Z", "endTime": "2026-03-02T06:00:00Z",
          "deviceID": "urn:epc:id:giai:4012345.T1", "bizRules": "https://example.com/r", "line:cal": "N"},
          "sensorReport": [{"type": "Temperature", "minValue": 2.10, "meanValue": 3, "maxValue": 4.0,
          "sDev": 0.5, "percRank": 50, "percValue": 3.1, "uom": "CEL", "component": "x", "line:ok": true},
          {"type": "Temperature", "exception": "ALARM_CONDITION"}, {"type": "line:Color",
          "stringValue": "red", "hexBinaryValue": "ff0000", "booleanValue": false,
          "uriValue": "https://example.com/red", "time": "2026-03-02T05:30:00.5Z"}], "line:site": "N"}]}
        """, context: standardContext)

    static let answer = """
        {"type": "EPCISQueryDocument", "@context":
         ["https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld"], "schemaVersion": "2.0",
         "creationDate": "2026-03-02T06:59:00.000Z", "epcisBody": {"queryResults": {"queryName": "Recall",
         "subscriptionID": "7", "resultsBody": {"eventList": [{"type": "ObjectEvent",
         "eventTime": "2026-03-02T06:02:00Z", "recordTime": "2026-03-02T06:02:00Z",
         "eventTimeZoneOffset": "+00:00", "action": "DELETE", "bizStep": "destroying",
         "disposition": "destroyed", "quantityList": [{"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*",
         "quantity": 1e1}]}]}}}}
        """
}
