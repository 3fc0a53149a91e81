/// What is open in a batch beside its serials and items: rejects nobody has accounted for, a first article
/// that nobody approved. It is closed over these with a deviation alone. Challenges are none of it: while one
/// is due nothing but the first article is made.
extension Line {
    /// One text for each; a batch that made nothing good needs no first article.
    func openPoints(of index: Int) -> [String] {
        let batch = state.batches[index]
        var points: [String] = []
        if batch.rejected > batch.accounted {
            points.append("\(batch.rejected) rejects were thrown out, \(batch.accounted) are accounted for")
        }
        guard batch.passed > 0 else { return points }
        let unseen = configuration.lanes.filter {
            batch.trials.firstArticle(of: $0.name)?.isApproved == false
        }
        if !unseen.isEmpty {
            points.append("the first article was never approved" + lanesText(unseen, " on "))
        }
        return points
    }

    static func refusal(_ points: [String]) -> Refusal {
        Refusal(
            "BATCH-147", points.joined(separator: "; "),
            "Count the rejects (seriatim batch count ID rejects --count N) or scan them (seriatim item "
                + "recover), or close with --reason and --deviation.")
    }
}

extension Batch {
    /// Rejects that people have accounted for: read or counted one by one, or as many as lie in the bin and
    /// went back out of it.
    var accounted: Int { max(recovered + counted, (binCounted ?? 0) + reintroduced) }
}
