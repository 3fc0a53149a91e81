/// Everything a simulated disk holds: what is durable, and what the page cache still owes it.
///
/// A plain value, so that a test can keep the state after every operation and cut the power at each.
package struct DiskState: Sendable {
    /// A power cut leaves each block of this many bytes as one whole version.
    package static let blockBytes = 512

    /// One file: what programs read, what is surely on the platter, and what may have reached it since.
    struct File: Sendable {
        /// What a read shows: the page cache.
        var cached: [UInt8] = []
        /// What the last successful sync made durable.
        var durable: [UInt8] = []
        /// Versions each block had since then, oldest first; any of them may be on the platter.
        var owed: [Int: [[UInt8]]] = [:]
        /// Blocks the next sync will write. After a failed sync a block is owed but no longer dirty: the
        /// kernel believes it clean, and only writing it again makes it dirty again.
        var dirty: Set<Int> = []
        /// Sizes the file had since the last successful sync.
        var sizes: [Int] = []
    }

    /// Files by number; a file is known by its number, however its name fares.
    var files: [Int: File] = [:]
    /// The directory as programs see it.
    var names: [String: Int] = [:]
    /// The directory as the last successful sync of it left it.
    var durableNames: [String: Int] = [:]
    private var nextFile = 1

    package init() {}

    // MARK: - Operations on the cache

    mutating func create(_ name: String) {
        guard names[name] == nil else { return }
        files[nextFile] = File()
        names[name] = nextFile
        nextFile += 1
    }

    mutating func rename(_ name: String, to new: String) { names[new] = names.removeValue(forKey: name) }

    mutating func remove(_ name: String) { names[name] = nil }

    mutating func write(_ number: Int, at offset: Int, _ bytes: ArraySlice<UInt8>) {
        guard var file = files.removeValue(forKey: number), !bytes.isEmpty else { return }
        let end = offset + bytes.count
        if end > file.cached.count {
            file.cached += [UInt8](repeating: 0, count: end - file.cached.count)
            file.sizes.append(end)
        }
        file.cached.replaceSubrange(offset..<end, with: bytes)
        for block in (offset / Self.blockBytes)...((end - 1) / Self.blockBytes) {
            file.owed[block, default: []].append(Self.block(block, of: file.cached))
            file.dirty.insert(block)
        }
        files[number] = file
    }

    /// Makes the dirty blocks and the size durable.
    mutating func sync(_ number: Int) {
        guard var file = files.removeValue(forKey: number) else { return }
        Self.resize(&file.durable, to: file.cached.count)
        for block in file.dirty {
            Self.put(Self.block(block, of: file.cached), block, into: &file.durable)
            file.owed[block] = nil
        }
        file.dirty = []
        file.sizes = []
        files[number] = file
    }

    /// A sync that reports an error: what was dirty counts as clean and may or may not have been written.
    mutating func failSync(_ number: Int) {
        files[number]?.dirty = []
    }

    mutating func syncDirectory() { durableNames = names }

    // MARK: - Power cut

    /// What is left when the power goes: each owed block, size and name by `fate`.
    mutating func cutPower(_ fate: PowerFate, _ random: inout DiskRandom) {
        for number in files.keys.sorted() {
            guard var file = files.removeValue(forKey: number) else { continue }
            Self.cut(&file, fate, &random)
            files[number] = file
        }
        // A file given another name may be there under both, one or none of them.
        for name in Set(names.keys).union(durableNames.keys).sorted()
        where durableNames[name] != names[name] {
            if fate.keeps(&random) { durableNames[name] = names[name] }
        }
        names = durableNames
        files = files.filter { entry in durableNames.values.contains(entry.key) }
    }

    private static func cut(_ file: inout File, _ fate: PowerFate, _ random: inout DiskRandom) {
        var size = file.durable.count
        for later in file.sizes where fate.keeps(&random) { size = later }
        resize(&file.durable, to: size)
        for block in file.owed.keys.sorted() {
            let versions = file.owed[block] ?? []
            guard fate.keeps(&random), let last = versions.last else { continue }
            let kept = fate == .keptAll ? last : versions[random.below(versions.count)]
            put(kept, block, into: &file.durable)
        }
        file = File(cached: file.durable, durable: file.durable)
    }

    private static func block(_ block: Int, of bytes: [UInt8]) -> [UInt8] {
        Array(bytes[(block * blockBytes)..<min(bytes.count, (block + 1) * blockBytes)])
    }

    private static func put(_ content: [UInt8], _ block: Int, into bytes: inout [UInt8]) {
        let start = block * blockBytes
        guard start < bytes.count else { return }
        let count = min(content.count, bytes.count - start)
        bytes.replaceSubrange(start..<(start + count), with: content.prefix(count))
    }

    private static func resize(_ bytes: inout [UInt8], to size: Int) {
        if bytes.count > size {
            bytes.removeLast(bytes.count - size)
        } else {
            bytes += [UInt8](repeating: 0, count: size - bytes.count)
        }
    }
}

/// What a power cut does to everything that was not synced.
package enum PowerFate: String, Sendable, CaseIterable {
    /// Nothing of it reached the platter.
    case lostAll
    /// All of it did.
    case keptAll
    /// Each block, size and name by the throw of a coin: torn writes, and later ones without earlier ones.
    case torn
    /// As torn, but most were lost: a single block stands alone.
    case mostlyLost
    /// As torn, but most were kept: a single block is missing.
    case mostlyKept

    func keeps(_ random: inout DiskRandom) -> Bool {
        switch self {
        case .lostAll: false
        case .keptAll: true
        case .torn: random.below(2) == 0
        case .mostlyLost: random.below(8) == 0
        case .mostlyKept: random.below(8) != 0
        }
    }
}

/// SplitMix64: small, and the same numbers for the same seed on every machine.
package struct DiskRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The sequence of `seed`.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in `0..<bound`; 0 for a bound below 1.
    package mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }
}
