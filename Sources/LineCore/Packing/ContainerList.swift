/// Containers of batches that are not closed, by number in the order they were collated, and by SSCC.
///
/// Numbers are given once and stay; they are this collection's indices. Containers leave memory when their
/// batch is closed. Batches are closed one after another, so those that left are always the first ones.
package struct ContainerList: RandomAccessCollection, Equatable, Sendable {
    /// Number of the first container in memory; as many have left.
    package private(set) var startIndex = 0
    private var held: [Container] = []
    private var numbers: [String: Int] = [:]

    /// No container yet.
    init() {}

    /// A list whose first `left` containers have left memory; `nil` if an SSCC stands in it twice.
    init?(left: Int, _ held: [Container]) {
        startIndex = left
        self.held = held
        numbers.reserveCapacity(held.count)
        for (index, container) in held.enumerated()
        where numbers.updateValue(left + index, forKey: container.sscc) != nil { return nil }
    }

    /// The number of the next container; as many were collated so far.
    package var endIndex: Int { startIndex + held.count }

    /// A container in memory by its number.
    package internal(set) subscript(number: Int) -> Container {
        get { held[number - startIndex] }
        _modify { yield &held[number - startIndex] }
    }

    /// Number of the container in memory with this SSCC.
    package func number(of sscc: String) -> Int? { numbers[sscc] }

    mutating func append(_ container: Container) {
        numbers[container.sscc] = endIndex
        held.append(container)
    }

    /// Lets go of the first containers, as long as `isOver` says so.
    mutating func letGo(while isOver: (Container) -> Bool) {
        let going = held.firstIndex { !isOver($0) } ?? held.count
        for container in held[..<going] { numbers[container.sscc] = nil }
        held.removeFirst(going)
        startIndex += going
    }

    /// The order in a dictionary differs from process to process, and says nothing.
    package static func == (a: ContainerList, b: ContainerList) -> Bool {
        a.startIndex == b.startIndex && a.held == b.held
    }
}
