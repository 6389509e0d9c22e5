import DLGraph
import DLOperations

extension Reshape {
  /// An axis that is cut into several goes by the indices of one of them: by heads, by groups, or with all the pixels of a
  /// channel.
  func relate(_ operand: TensorType, _ digit: Int?, _ relations: inout AxisRelations) {
    for axis in operand.shape.indices where operand.shape[axis] == 1 { relations.release(.operand(0, axis)) }
    for axis in shape.indices where shape[axis] == 1 { relations.release(.result(axis)) }
    for group in Self.groups(operand.shape, shape) {
      if group.source.count == 1, group.target.count == 1 {
        relations.link(.operand(0, group.source[0]), .result(group.target[0]))
      } else if let (whole, digits) = Self.split(group) {
        if let digit, digit < digits.count {
          let extents = digits.dropFirst(digit + 1).map { relations.extent(of: $0) }
          guard extents.allSatisfy({ $0 != nil }) else { continue }
          relations.link(digits[digit], asDigitOf: whole, inner: extents.compactMap { $0 }.reduce(1, *))
        } else {
          for axis in [whole] + digits { relations.release(axis) }
        }
      }
    }
  }

  /// The axes that one axis is cut into, or that one is made of; nil where the reshape only renames axes.
  func digits(of operand: TensorType) -> [NodeAxis]? {
    Self.groups(operand.shape, shape).lazy.compactMap(Self.split).first?.digits
  }

  private typealias AxisGroup = (source: [Int], target: [Int])

  /// The one axis and the several of a group; nil where both sides have one, or several.
  private static func split(_ group: AxisGroup) -> (whole: NodeAxis, digits: [NodeAxis])? {
    switch (group.source.count, group.target.count) {
    case (1, 2...): (.operand(0, group.source[0]), group.target.map { .result($0) })
    case (2..., 1): (.result(group.target[0]), group.source.map { .operand(0, $0) })
    default: nil
    }
  }

  /// The shortest runs of axes, of extents other than 1, whose elements are the same on both sides.
  private static func groups(
    _ source: [Dimension], _ target: [Dimension]
  ) -> [AxisGroup] {
    var result: [AxisGroup] = []
    let (left, right) = (source.indices.filter { source[$0] != 1 }, target.indices.filter { target[$0] != 1 })
    var (rest, other) = (left[...], right[...])
    while let (first, second) = shortest(rest.map { source[$0] }, other.map { target[$0] }) {
      result.append((Array(rest.prefix(first)), Array(other.prefix(second))))
      (rest, other) = (rest.dropFirst(first), other.dropFirst(second))
    }
    return result
  }

  /// The lengths of the shortest beginnings with equal products; nil where there are none.
  private static func shortest(_ left: [Dimension], _ right: [Dimension]) -> (Int, Int)? {
    for total in 2...max(left.count + right.count, 2) {
      for first in 1..<total where first <= left.count && total - first <= right.count {
        let products = (left.prefix(first).reduce(1, *), right.prefix(total - first).reduce(1, *))
        if products.0 == products.1 { return (first, total - first) }
      }
    }
    return nil
  }
}
