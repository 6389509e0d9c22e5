import DLGraph

/// An axis of an operand or result of a node.
struct NodeAxis: Hashable {
  enum Port: Hashable {
    case operand(Int)
    case result(Int)
  }

  var port: Port
  var axis: Int

  static func operand(_ operand: Int, _ axis: Int) -> NodeAxis {
    NodeAxis(port: .operand(operand), axis: axis)
  }

  /// An axis of the only result.
  static func result(_ axis: Int) -> NodeAxis { NodeAxis(port: .result(0), axis: axis) }
}

/// Indices of two axes of a node that can only be removed together: those of step `i` of one with those of step `i` of
/// the other, where a step is some indices that follow each other.
struct AxisLink {
  struct End {
    var axis: NodeAxis
    /// The first index of the first step.
    var start = 0
    /// The number of indices of a step that follow each other.
    var length = 1
    /// How often they occur, at which distance.
    var repeats = 1
    var stride = 0

    /// The indices of a step.
    func indices(of step: Int) -> [Int] {
      (0..<repeats).flatMap { place in
        let first = start + place * stride + step * length
        return first..<first + length
      }
    }
  }

  var first: End
  var second: End
  /// The number of steps.
  var count: Int
}

/// How a node ties indices of its axes together.
///
/// From an axis that is neither linked nor free nothing can be removed. Axes of open extent are not looked at.
struct AxisRelations {
  private(set) var links: [AxisLink] = []
  /// Axes whose indices may go without anything else, as far as the node is concerned.
  private(set) var free: Set<NodeAxis> = []
  private let operands: [TensorType]
  private let results: [TensorType]

  init(operands: [TensorType], results: [TensorType]) {
    self.operands = operands
    self.results = results
  }

  /// The extent of an axis; nil where it is open.
  func extent(of axis: NodeAxis) -> Int? {
    switch axis.port {
    case .operand(let index): operands[index].shape[axis.axis].constantValue
    case .result(let index): results[index].shape[axis.axis].constantValue
    }
  }

  /// Every axis of constant extent that is neither linked nor free.
  var fixed: [NodeAxis] {
    let linked = Set(links.flatMap { [$0.first.axis, $0.second.axis] })
    let ports =
      operands.indices.map { (NodeAxis.Port.operand($0), operands[$0].rank) }
      + results.indices.map { (NodeAxis.Port.result($0), results[$0].rank) }
    return ports.flatMap { port, rank in
      (0..<rank).map { NodeAxis(port: port, axis: $0) }.filter {
        extent(of: $0) != nil && !linked.contains($0) && !free.contains($0)
      }
    }
  }

  /// Says that an axis doesn't tie anything.
  mutating func release(_ axis: NodeAxis) { free.insert(axis) }

  /// Ties the indices of two axes of equal constant extent one by one.
  mutating func link(_ first: NodeAxis, _ second: NodeAxis) {
    guard let count = extent(of: first), count == extent(of: second) else { return }
    links.append(AxisLink(first: .init(axis: first), second: .init(axis: second), count: count))
  }

  /// Ties the indices of two axes in steps: as many as there are, each of the same number of indices on either side.
  mutating func link(_ first: NodeAxis, _ second: NodeAxis, steps count: Int) {
    guard let a = extent(of: first), let b = extent(of: second), count > 0, a % count == 0, b % count == 0
    else { return }
    links.append(
      AxisLink(
        first: .init(axis: first, length: a / count), second: .init(axis: second, length: b / count),
        count: count))
  }

  /// Ties each index of an axis to those of another that have it as a digit.
  ///
  /// - Parameter inner: the product of the extents of the digits after it.
  mutating func link(_ digit: NodeAxis, asDigitOf whole: NodeAxis, inner: Int) {
    guard let count = extent(of: digit), let extent = extent(of: whole), count > 0, inner > 0,
      extent % (count * inner) == 0
    else { return }
    links.append(
      AxisLink(
        first: .init(axis: digit),
        second: .init(
          axis: whole, length: inner, repeats: extent / (count * inner), stride: count * inner),
        count: count))
  }

  /// Ties all indices of one axis to those of another from `start` on; the others of that axis are free.
  mutating func link(_ part: NodeAxis, to whole: NodeAxis, from start: Int) {
    guard let count = extent(of: part), let extent = extent(of: whole), start >= 0, start + count <= extent
    else { return }
    links.append(
      AxisLink(first: .init(axis: part), second: .init(axis: whole, start: start), count: count))
  }
}
