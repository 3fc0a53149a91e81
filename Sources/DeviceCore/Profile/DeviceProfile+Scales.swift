extension DeviceProfile {
    /// What a scale needs: replies that hold a weight with its unit, and an answered command that takes back
    /// what was asked before.
    func scaleFaults() -> [ProfileFault] {
        guard dialogue == .scale, let weigh = commands["weigh"] else { return [] }
        var faults: [ProfileFault] = []
        if weigh.accepted.isEmpty {
            faults.append(ProfileFault("commands.weigh.accepted", "a weight comes in a reply"))
        }
        for text in weigh.accepted {
            guard let template = try? ByteTemplate(text) else { continue }
            guard template.names.sorted() != ["unit", "weight"] else { continue }
            faults.append(
                ProfileFault(
                    "commands.weigh.accepted", "a reply holds {weight} and {unit}, and no other place"))
        }
        if let clear = commands["clear"], clear.accepted.isEmpty {
            faults.append(
                ProfileFault(
                    "commands.clear.accepted",
                    "a scale answers when it has taken back what was asked before: an old weight must not be "
                        + "taken for the next"))
        }
        return faults
    }
}
