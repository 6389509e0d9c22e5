import DLGraph
import DLSyntax

/// What an index expression does to each axis of a tensor.
struct IndexPlan {
  private let type: TensorType
  /// The next axis to speak of.
  private(set) var axis = 0
  private(set) var starts: [Dimension] = []
  private(set) var extents: [Dimension] = []
  private(set) var steps: [Int] = []
  /// The shape of the result, without the axes of index tensors.
  private(set) var shape: [Dimension] = []
  /// The axes that are indexed by tensors, which stand side by side.
  private(set) var gathers: [IndexedAxis] = []
  /// How many axes of `shape` come before those of the index tensors.
  private var gatherPosition = 0

  init(_ type: TensorType) { self.type = type }

  var nextExtent: Dimension { axis < type.rank ? type.shape[axis] : 0 }

  mutating func keep() { slice(ResolvedSlice(start: 0, extent: nextExtent, step: 1)) }

  mutating func slice(_ slice: ResolvedSlice) {
    take(slice)
    shape.append(slice.extent)
  }

  /// One element of the axis, which vanishes.
  mutating func pick(_ position: Dimension) { take(ResolvedSlice(start: position, extent: 1, step: 1)) }

  mutating func insertAxis() { shape.append(1) }

  /// Whether the next axis may be indexed by a tensor: it is the first one, or it follows another without a gap.
  var canGather: Bool {
    guard let last = gathers.last else { return true }
    return last.axis + 1 == axis && gatherPosition == shape.count
  }

  mutating func gather(_ indices: Tensor, at range: SourceRange) {
    if gathers.isEmpty { gatherPosition = shape.count }
    gathers.append(IndexedAxis(axis: axis, indices: indices, range: range))
    take(ResolvedSlice(start: 0, extent: nextExtent, step: 1))
  }

  /// The shape of the result, where the index tensors have a shape together.
  func shape(gathering indices: [Dimension]) -> [Dimension] {
    shape[..<gatherPosition] + indices + shape[gatherPosition...]
  }

  private mutating func take(_ slice: ResolvedSlice) {
    starts.append(slice.start)
    extents.append(slice.extent)
    steps.append(slice.step)
    axis += 1
  }

  func isSlicing(_ type: TensorType) -> Bool {
    extents != type.shape || starts.contains { $0 != 0 } || steps.contains { $0 != 1 }
  }
}

/// An axis that is indexed by a tensor.
struct IndexedAxis {
  var axis: Int
  var indices: Tensor
  /// Where the index is written.
  var range: SourceRange
}
