import DLGraph
import DLOperations

extension Graph {
  /// Appends an operation that changes only the spatial axes of images, such as the steps of enlarging them.
  ///
  /// - Parameters:
  ///   - operands: those of the operation, the first of them images `[N, C, S…]`.
  ///   - source: the images as `[N, S…, C]`.
  /// - Returns: the result as `[N, S…, C]`; nil where other axes are changed too.
  mutating func append(
    _ operation: any Operation, _ operands: [ValueID], channelsLast source: ValueID, sites: [Site]
  ) throws -> ValueID? {
    let images = type(of: operands[0]).shape
    let ends = Array(images.prefix(2))
    switch operation {
    case let reshape as Reshape where Array(reshape.shape.prefix(2)) == ends && reshape.shape.count > 2:
      return try append(Reshape(shape: Self.channelsLast(reshape.shape)), [source], sites: sites)[0]
    case let broadcast as Broadcast
    where broadcast.axes.prefix(2) == [0, 1] && Array(broadcast.shape.prefix(2)) == ends:
      let axes = [0] + broadcast.axes.dropFirst(2).map { $0 - 1 } + [broadcast.shape.count - 1]
      let moved = Broadcast(shape: Self.channelsLast(broadcast.shape), axes: axes)
      return try append(moved, [source], sites: sites)[0]
    case let gather as Gather where gather.axis >= 2:
      return try append(Gather(axis: gather.axis - 1), [source, operands[1]], sites: sites)[0]
    default: return nil
    }
  }

  /// The shape `[N, C, S…]` as `[N, S…, C]`.
  private static func channelsLast(_ shape: [Dimension]) -> [Dimension] {
    [shape[0]] + shape.dropFirst(2) + [shape[1]]
  }
}
