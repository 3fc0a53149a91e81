import JSONText

/// Changes a document at one to three places: what people, programs and attackers do to JSON.
struct Mutation {
    var chance: Chance

    init(seed: UInt64) { chance = Chance(seed: seed) }

    mutating func mutate(_ value: JSONValue) -> JSONValue {
        var result = value
        for _ in 0...chance.below(3) {
            var target = chance.below(result.nodeCount)
            result = change(result, &target)
        }
        return result
    }

    /// Changes the node that `target` counts down to.
    private mutating func change(_ value: JSONValue, _ target: inout Int) -> JSONValue {
        if target == 0 {
            target = -1
            return changed(value)
        }
        target -= 1
        switch value {
        case .object(let members):
            return .object(
                members.map { member in
                    target < 0 ? member : JSONMember(member.key, change(member.value, &target))
                })
        case .array(let elements):
            return .array(elements.map { target < 0 ? $0 : change($0, &target) })
        case .string, .number, .bool, .null: return value
        }
    }

    private mutating func changed(_ value: JSONValue) -> JSONValue {
        if chance.below(5) == 0 { return other() }
        switch value {
        case .object(let members): return .object(changedMembers(members))
        case .array(let elements): return .array(changedElements(elements))
        case .string(let text): return .string(changedText(text))
        case .number, .bool, .null: return other()
        }
    }

    private mutating func changedMembers(_ members: [JSONMember]) -> [JSONMember] {
        var result = members
        let place = chance.below(members.count)
        switch chance.below(4) {
        case 0 where !members.isEmpty: result.remove(at: place)
        case 1 where !members.isEmpty: result[place].key = chance.pick(Self.names)
        case 2 where !members.isEmpty: result[place].value = other()
        default: result.append(JSONMember(chance.pick(Self.names), other()))
        }
        // One of a name: what a repeated name means is not agreed on.
        var seen: Set<String> = []
        return result.filter { seen.insert($0.key).inserted }
    }

    private mutating func changedElements(_ elements: [JSONValue]) -> [JSONValue] {
        var result = elements
        switch chance.below(4) {
        case 0: result = []
        case 1 where !elements.isEmpty: result.remove(at: chance.below(elements.count))
        case 2 where !elements.isEmpty: result.append(chance.pick(elements))
        default: result.append(other())
        }
        return result
    }

    private mutating func changedText(_ text: String) -> String {
        var bytes = Array(text.utf8)
        let odd = Array(" :/?#[]@!$&'()*+,;=%-._~\"<>\\^`{|}0aZéT".utf8)
        let place = chance.below(bytes.count)
        switch chance.below(5) {
        case 0: return chance.pick(Self.texts)
        case 1 where !bytes.isEmpty: bytes[place] = chance.pick(odd)
        case 2 where !bytes.isEmpty: bytes.remove(at: place)
        case 3: bytes.insert(chance.pick(odd), at: place)
        default: bytes.removeLast(min(bytes.count, chance.below(4)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func other() -> JSONValue {
        switch chance.below(9) {
        case 0: .null
        case 1: .bool(chance.below(2) == 0)
        case 2: .integer(chance.below(7) - 3)
        case 3: .number(JSONNumber(text: "-2.50") ?? JSONNumber(0))
        case 4: .array([])
        case 5: .object([])
        case 6: .array([.string(chance.pick(Self.texts)), .string(chance.pick(Self.texts))])
        case 7: .object([JSONMember(chance.pick(Self.names), .string(chance.pick(Self.texts)))])
        default: .string(chance.pick(Self.texts))
        }
    }

    private static let names = [
        "type", "@context", "action", "epcList", "quantityList", "parentID", "childEPCs", "childQuantityList",
        "inputEPCList", "outputEPCList", "inputQuantityList", "outputQuantityList", "transformationID",
        "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList",
        "sourceList", "destinationList", "sensorElementList", "ilmd", "eventID", "eventTime", "recordTime",
        "eventTimeZoneOffset", "certificationInfo", "errorDeclaration", "id", "epcClass", "quantity", "uom",
        "bizTransaction", "source", "destination", "set", "unset", "sensorMetadata", "sensorReport", "time",
        "startTime", "exception", "value", "booleanValue", "hexBinaryValue", "component", "declarationTime",
        "reason", "correctiveEventIDs", "schemaVersion", "creationDate", "epcisBody", "eventList",
        "epcisHeader", "epcisMasterData", "vocabularyList", "queryResults", "queryName", "resultsBody",
        "sender", "attributes", "children", "attribute", "vocabularyElementList",
        "ext:name", "ext", "a b", "http://example.com/x", "my_ext:name", "",
    ]

    private static let texts = [
        "", "ADD", "OBSERVE", "DELETE", "add", "shipping", "commissioning", "in_transit", "po", "location",
        "did_not_occur", "Temperature", "ALARM_CONDITION", "x", "nonsense", "example:word", "my_ns:word",
        "urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping",
        "https://ns.gs1.org/cbv/BizStep-shipping", "http://gs1.org/voc/Temperature",
        "https://www.gs1.org/voc/Temperature", "https://ref.gs1.org/voc/Temperature", "gs1:Temperature",
        "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent",
        "EPCISDocument", "EPCISQueryDocument", "example:Event", "2.0", "2", "2.", ".0", "2.0.1", "KGM", "kg",
        "KG", "K", "KGMX", "C62", "f0F", "0x1", "urn:epc:id:sgtin:0614141.107346.2017",
        "urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/01/00614141123452/21/A",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "+01:00", "-14:00", "+14:01", "+1:00", "Z",
        "+00:60", "2005-04-03T20:33:31.116-06:00", "2005-04-03T20:33:31Z", "2005-04-03t20:33:31z",
        "2005-02-29T20:33:31Z", "2004-02-29T20:33:31Z", "2005-04-03T24:00:00Z", "2005-04-03T20:33:60Z",
        "2005-04-03T20:33Z", "2005-04-03T20:33:31.Z", "2005-04-03T20:33:31", "2005-04-03T20:33:31+15:00",
        "0000-04-03T20:33:31Z", "2005-4-3T20:33:31Z", "2005-04-03 20:33:31Z", "http://[::1]:80/a",
        "http://[1:2:3:4:5:6:7:8]/", "http://[1:2:3]/", "http://[v1.a]/", "http://u@h:1/p?q#f", "http://h:p/",
        "a:", "a:/", "a://", "a:/b//c", "1a:b", "a:b c", "a:%4", "a:%41", "a:b#c#d", "://x", "é:x", "x:é",
    ]
}

extension JSONValue {
    /// This value and all inside.
    var nodeCount: Int {
        switch self {
        case .object(let members): members.reduce(1) { $0 + $1.value.nodeCount }
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .string, .number, .bool, .null: 1
        }
    }
}
