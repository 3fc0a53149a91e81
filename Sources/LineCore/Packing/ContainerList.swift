/// Containers of batches that are not closed, by number in the order they were collated, and by SSCC.
///
/// Numbers are given once and stay; they are this collection's indices. Containers leave memory when their
/// batch is closed, and those before them as well: while an earlier batch is suspended they stay, empty and
/// without a name.
package struct ContainerList: RandomAccessCollection, Equatable, Sendable {
    /// Number of the first container in memory; as many have left.
    package private(set) var startIndex = 0
    private var held: [Container] = []
    private var numbers: [String: Int] = [:]

    /// No container yet.
    init() {}

    /// A list whose first `left` containers have left memory; `nil` if an SSCC stands in it twice.
    ///
    /// - Parameter isOver: The batch of a container is closed.
    init?(left: Int, _ held: [Container], isOver: (Container) -> Bool) {
        startIndex = left
        self.held = held
        numbers.reserveCapacity(held.count)
        for (index, container) in held.enumerated()
        where !isOver(container) && numbers.updateValue(left + index, forKey: container.sscc) != nil {
            return nil
        }
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

    /// Lets go of containers that are over: of the first ones whole, of others their names.
    mutating func letGo(of isOver: (Container) -> Bool) {
        let going = held.firstIndex { !isOver($0) } ?? held.count
        for container in held where isOver(container) { numbers[container.sscc] = nil }
        held.removeFirst(going)
        startIndex += going
    }

    /// The order in a dictionary differs from process to process, and says nothing.
    package static func == (a: ContainerList, b: ContainerList) -> Bool {
        a.startIndex == b.startIndex && a.held == b.held
    }
}
