/// The three lines of a `~HS` answer, in order.
struct ZPLHostStatus: Sendable {
    private var conditions: PrinterStatus.Conditions = []
    private var formatsInBuffer = 0
    private var labelsRemaining = 0
    private var taken = 0

    /// The status once all three lines are there.
    var status: PrinterStatus? {
        guard taken == 3 else { return nil }
        return PrinterStatus(
            conditions: conditions, formatsInBuffer: formatsInBuffer, labelsRemaining: labelsRemaining)
    }

    /// Takes the next line.
    ///
    /// - Returns: False if it is not the line that must come next.
    mutating func take(_ line: [UInt8]) -> Bool {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(decimal)
        // A first line always begins a new answer: the one before broke off.
        if fields.count == 12 { self = ZPLHostStatus() }
        switch (taken, fields.count) {
        case (0, 12): return takeFirst(fields)
        case (1, 11): return takeSecond(fields)
        case (2, 2):
            taken = 3
            return true
        default: return false
        }
    }

    /// `aaa,b,c,dddd,eee,f,g,h,iii,j,k,l`
    private mutating func takeFirst(_ fields: [UInt64?]) -> Bool {
        guard let formats = fields[4], formats <= 999 else { return false }
        formatsInBuffer = Int(formats)
        taken = 1
        return flag(fields[1], .paperOut) && flag(fields[2], .paused) && flag(fields[5], .bufferFull)
            && flag(fields[7], .partialFormat) && flag(fields[9], .corruptMemory)
            && flag(fields[10], .underTemperature) && flag(fields[11], .overTemperature)
    }

    /// `mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www`
    private mutating func takeSecond(_ fields: [UInt64?]) -> Bool {
        guard let remaining = fields[8], remaining <= 99_999_999 else { return false }
        labelsRemaining = Int(remaining)
        taken = 2
        return flag(fields[2], .headUp) && flag(fields[3], .ribbonOut) && flag(fields[7], .labelWaiting)
    }

    /// Any number but 0 and 1 is an answer this program does not understand.
    private mutating func flag(_ value: UInt64?, _ condition: PrinterStatus.Conditions) -> Bool {
        guard let value, value <= 1 else { return false }
        if value == 1 { conditions.insert(condition) }
        return true
    }
}
