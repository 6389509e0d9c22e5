import DLGraph
import DLLoops
import DLOperations

/// Fills the border of a padded tensor with zeros; another kernel writes what is inside.
struct BorderSchedule {
  let type: TensorType
  let padding: Pad
  let symbols: [Symbol]

  func kernel() -> Kernel {
    let builder = KernelBuilder(name: "", symbols: symbols)
    let tensor = TensorBuffer(builder.addBuffer("out0", type.elementType, .output), type)
    let zero = builder.constant(0, type.elementType)
    for axis in type.shape.indices {
      fill(tensor, axis, from: 0, count: padding.low[axis], zero, builder)
      fill(
        tensor, axis, from: type.shape[axis] - padding.high[axis], count: padding.high[axis], zero, builder)
    }
    return builder.finish()
  }

  /// Fills the part where the index of an axis lies in a band and those of the axes before it are inside.
  private func fill(
    _ tensor: TensorBuffer, _ axis: Int, from start: IntegerExpression, count: IntegerExpression,
    _ zero: Local, _ builder: KernelBuilder
  ) {
    if count == 0 { return }
    let rest = type.shape[(axis + 1)...].reduce(1, *)
    func descend(_ indices: [IntegerExpression]) {
      let outer = indices.count
      guard outer == axis else {
        let inside = type.shape[outer] - padding.low[outer] - padding.high[outer]
        builder.loop(inside) { descend(indices + [$0 + padding.low[outer]]) }
        return
      }
      let first = tensor.offset(of: indices + [start] + type.shape[(axis + 1)...].map { _ in 0 })
      builder.loop(count * rest, .vector) { builder.store(zero, tensor.buffer, at: first + $0) }
    }
    descend([])
  }
}
