import JSONText

extension Validator {
    mutating func sensors(_ value: JSONValue, _ summary: inout EventSummary) {
        var latest = summary.latestObservation
        summary.note(.sensorElementList, list(value) { $0.sensorElement($1, &latest) })
        summary.latestObservation = latest
    }

    private mutating func sensorElement(_ value: JSONValue, _ latest: inout EventTime?) {
        guard let members = object(value) else { return }
        for member in members {
            at(member.key) { validator in
                switch SensorElement.Field(rawValue: member.key) {
                case .sensorMetadata: validator.metadata(member.value, &latest)
                case .sensorReport:
                    if validator.list(member.value, { $0.sensorReport($1, &latest) }) == 0 {
                        validator.report(.emptyList)
                    }
                case nil: validator.foreign(member)
                }
            }
        }
        require(["sensorReport"], in: members)
    }

    private mutating func metadata(_ value: JSONValue, _ latest: inout EventTime?) {
        guard let members = object(value) else { return }
        var start: EventTime?
        var end: EventTime?
        for member in members {
            at(member.key) { validator in
                switch SensorMetadata.Field(rawValue: member.key) {
                case .time: Self.keepLatest(validator.time(member.value), &latest)
                case .startTime: start = validator.time(member.value)
                case .endTime:
                    end = validator.time(member.value)
                    Self.keepLatest(end, &latest)
                case .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules:
                    validator.uri(member.value)
                case nil: validator.foreign(member)
                }
            }
        }
        Self.keepLatest(start, &latest)
        if let start, let end, end.isBefore(start) { report(.periodReversed) }
    }

    private static func keepLatest(_ time: EventTime?, _ latest: inout EventTime?) {
        guard let time else { return }
        if latest?.isBefore(time) ?? true { latest = time }
    }

    private mutating func sensorReport(_ value: JSONValue, _ latest: inout EventTime?) {
        guard let members = object(value) else { return }
        var numbers: [SensorReport.Field: JSONNumber] = [:]
        var seen: Set<SensorReport.Field> = []
        for member in members {
            at(member.key) { validator in
                guard let field = SensorReport.Field(rawValue: member.key) else {
                    return validator.foreign(member)
                }
                seen.insert(field)
                switch field.kind {
                case .number: numbers[field] = validator.number(member.value)
                case .time: Self.keepLatest(validator.time(member.value), &latest)
                case .boolean: if member.value.bool == nil { validator.report(.notABoolean) }
                case .text: validator.reportText(field, member.value)
                }
            }
        }
        require(["type"], in: members)
        checkReport(seen, numbers)
    }

    private mutating func reportText(_ field: SensorReport.Field, _ value: JSONValue) {
        switch field {
        case .type: sensorWord(value, SensorWords.measurementTypes)
        case .exception: sensorWord(value, SensorWords.alerts)
        case .component: term(value, SensorComponentVocabulary.self)
        case .stringValue, .uom: string(value)
        case .hexBinaryValue:
            guard let text = string(value) else { return }
            if text.isEmpty || !text.utf8.allSatisfy(URISyntax.isHex) { report(.notHex) }
        case .deviceID, .deviceMetadata, .rawData, .dataProcessingMethod, .bizRules, .microorganism,
            .chemicalSubstance, .uriValue, .coordinateReferenceSystem:
            uri(value)
        case .time, .value, .booleanValue, .minValue, .maxValue, .meanValue, .sDev, .percRank, .percValue:
            break
        }
    }

    private mutating func checkReport(
        _ seen: Set<SensorReport.Field>, _ numbers: [SensorReport.Field: JSONNumber]
    ) {
        let measured: Set<SensorReport.Field> = [.value, .minValue, .maxValue, .meanValue, .percValue, .sDev]
        let others: Set<SensorReport.Field> = [
            .stringValue, .booleanValue, .hexBinaryValue, .uriValue, .exception, .percRank,
        ]
        if seen.isDisjoint(with: measured) {
            if seen.contains(.uom) { report(.unitWithoutValue, at: "uom") }
            if seen.isDisjoint(with: others) { report(.reportWithoutValue) }
        }
        if seen.contains(.percRank) != seen.contains(.percValue) { report(.percentileIncomplete) }
        if seen.contains(.sDev), !seen.contains(.meanValue) { report(.deviationWithoutMean, at: "sDev") }
        if seen.contains(.microorganism), seen.contains(.chemicalSubstance) { report(.twoSubstances) }
        let ordered = [numbers[.minValue], numbers[.meanValue], numbers[.maxValue]].compactMap(\.self)
        let isReversed = zip(ordered, ordered.dropFirst()).contains { Decimal.isLess($1, $0) == true }
        if isReversed { report(.rangeReversed) }
    }
}
