/// What stands between a batch and production, or between two batches.
package struct ChangeoverAnswer: ControlPayload {
    /// Serial of the first article that waits to be approved, or empty.
    package var firstArticle = ""
    /// Challenges that are due, in order.
    package var challenges: [String] = []
    /// On a line with several lanes, those on which the first of them is due.
    package var dueOn: [String] = []
    /// The challenge pack that is to be laid or is on its way, or empty.
    package var laid = ""
    /// Another batch cannot start before the line was cleared.
    package var needsClearance = false

    /// Makes an answer that asks for nothing.
    package init() {}

    package mutating func fields<V: ControlVisitor>(_ visitor: inout V) throws(ControlFault) {
        try visitor.text("firstArticle", &firstArticle)
        try visitor.texts("challenges", &challenges)
        try visitor.texts("dueOn", &dueOn)
        try visitor.text("laid", &laid)
        try visitor.flag("needsClearance", &needsClearance)
    }
}
