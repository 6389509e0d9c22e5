import DLGraph
import DLLoops

/// Sorts along an axis; equal elements keep their order.
public struct Sort: Primitive {
  public var axis: Int
  public var descending: Bool

  public init(axis: Int, descending: Bool = false) {
    self.axis = axis
    self.descending = descending
  }

  public var name: String { "sort" }

  public var attributes: AttributeList {
    ["axis": .integer(axis), "descending": .boolean(descending)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(axis: try attributes.integer("axis"), descending: try attributes.boolean("descending"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["sort"], form: "sort(x) {axis, descending}",
      summary: """
        The elements of `x` in ascending or `descending` order along `axis`, and the index, an `i64`, that each had. \
        Equal elements keep their order; NaN is greater than any number.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    try requireAxis(axis, of: operands[0])
    return [operands[0], TensorType(.i64, operands[0].shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    return x.ordered(axis: axis, count: x.shape[axis], descending: descending)
  }

  public var lowering: Lowering { .whole(self) }
}

extension Sort: WholeOperation {
  public func scratchTypes(_ operands: [TensorType]) -> [TensorType] {
    [operands[0], TensorType(.i64, operands[0].shape)]
  }

  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let sorting = RowSort(
      from: inputs[0], to: (outputs[0], outputs[1]), scratch: (scratch[0], scratch[1]), axis: axis,
      descending: descending, in: builder)
    sorting.view.gridOfRows(in: builder) { outer, inner in sorting.emit(outer, inner) }
  }
}

extension Literal {
  /// The first elements of each row in ascending or descending order, and the indices that they had.
  func ordered(axis: Int, count: Int, descending: Bool) -> [Literal] {
    let keys = orderKeys()
    let rows = AxisRows(shape, axis: axis)
    var resultShape = shape
    resultShape[axis] = count
    var positions = [Int](repeating: 0, count: resultShape.reduce(1, *))
    var indices = positions
    for (start, target) in zip(rows.starts, rows.starts(extent: count)) {
      let order = (0..<rows.extent).sorted { a, b in
        let (x, y) = (keys[start + a * rows.stride], keys[start + b * rows.stride])
        return x == y ? a < b : (x < y) != descending
      }
      for (rank, index) in order.prefix(count).enumerated() {
        positions[target + rank * rows.stride] = start + index * rows.stride
        indices[target + rank * rows.stride] = index
      }
    }
    let size = elementType.byteCount
    let values = Literal(elementType, shape: resultShape) { target in
      withUnsafeBytes { source in
        for (number, position) in positions.enumerated() {
          target.copyBytes(source, from: position * size, to: number * size, count: size)
        }
      }
    }
    return [values, Literal(.i64, shape: resultShape, elements: indices)]
  }
}
