/// What is due at a time, the earliest first; at the same time, what was put in first.
struct EventQueue: Sendable {
    private struct Entry: Sendable {
        let time: UInt64
        let order: UInt64
        let element: World.Happening

        func isBefore(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// Time of the first element, or `nil` when there is none.
    var firstTime: UInt64? { heap.first?.time }

    /// Puts an element in.
    mutating func push(_ element: World.Happening, at time: UInt64) {
        heap.append(Entry(time: time, order: nextOrder, element: element))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first element out.
    mutating func pop() -> World.Happening? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            guard smallest != parent else { return first.element }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
