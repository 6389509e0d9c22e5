import DLGraph
import DLLoops

/// The product of rows with a matrix of which only parts are stored, the others being zero.
///
/// The matrix is cut into panels of a few columns. Of each panel the rows that are not zero are stored, one after the
/// other, with their positions: blocks of one row by the columns of a panel.
public struct SparseContract: Primitive {
  /// The number of columns of the matrix.
  public var columns: Int
  /// The greatest number of stored rows of a panel.
  public var longest: Int

  public init(columns: Int, longest: Int) {
    self.columns = columns
    self.longest = longest
  }

  public var name: String { "contract_sparse" }

  public var attributes: AttributeList { ["columns": .integer(columns), "longest": .integer(longest)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      columns: try attributes.integer("columns"), longest: try attributes.integer("longest"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["contract_sparse"], form: "contract_sparse(x, values, positions, starts) {columns, longest}",
      summary: """
        `x` [M, K] times a matrix [K, `columns`] of f32, of which panels of P columns are stored: `values` [T, P] holds \
        rows of panels that are not zero, `positions` [T] their places along K, and panel `p` has those from `starts[p]` \
        to `starts[p + 1]`, at most `longest`. What is not stored adds nothing, even to infinities.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(4, operands)
    let (x, values, positions, starts) = (operands[0], operands[1], operands[2], operands[3])
    guard x.rank == 2, values.rank == 2, x.elementType == .f32, values.elementType == .f32 else {
      throw TypeError("contract_sparse takes matrices of f32, not \(x) and \(values)")
    }
    guard let count = values.shape[0].constantValue, let width = values.shape[1].constantValue, width > 0,
      columns > 0, longest >= 0
    else { throw TypeError("contract_sparse can't make panels of \(values) for \(columns) columns") }
    try requireEqual(positions, TensorType(.i32, [Dimension(count)]))
    try requireEqual(starts, TensorType(.i32, [Dimension((columns + width - 1) / width + 1)]))
    return [TensorType(.f32, [x.shape[0], Dimension(columns)])]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (x, values) = (operands[0].elements(as: Float.self), operands[1].elements(as: Float.self))
    let positions = operands[2].elements(as: Int32.self).map { Int($0) }
    let starts = operands[3].elements(as: Int32.self).map { Int($0) }
    let (rows, depth) = (operands[0].shape[0], operands[0].shape[1])
    let width = operands[1].shape[1]
    guard starts.first == 0, starts.last == positions.count,
      zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 && $1 - $0 <= longest }),
      positions.allSatisfy((0..<depth).contains)
    else { throw EvaluationError("contract_sparse: the panels don't fit a matrix of \(depth) rows") }
    var result = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for step in starts[column / width]..<starts[column / width + 1] {
          sum += Double(x[row * depth + positions[step]]) * Double(values[step * width + column % width])
        }
        result[row * columns + column] = Float(sum)
      }
    }
    return [Literal(.f32, shape: [rows, columns], elements: result)]
  }

  public var lowering: Lowering { .reducing(self) }
}

// MARK: Lowering

extension SparseContract: ReducingOperation {
  public var function: ReductionFunction { .sum }

  public func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression] {
    [IntegerExpression(longest)]
  }

  public func accumulatorType(_ operands: [TensorType]) -> ElementType { .f32 }

  public func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm {
    let builder = operands.builder
    let (steps, width) = (operands.types[1].shape[0], operands.types[1].shape[1])
    let panel = indices[1].floorDivided(by: width)
    let start = builder.bind(operands(3, at: [panel], mask: mask), upper: steps)
    let end = builder.bind(operands(3, at: [panel + 1], mask: mask), upper: steps)
    let step = start + reduced[0]
    let isStored = builder.compare(.less, builder.index(step), builder.index(end))
    let inside = builder.and(mask, isStored)
    let position = builder.bind(operands(2, at: [step], mask: inside), upper: operands.types[0].shape[1] - 1)
    return .product(
      builder.zeroUnless(inside, operands(0, at: [indices[0], position], mask: inside)),
      builder.zeroUnless(inside, operands(1, at: [step, indices[1].modulo(width)], mask: inside)))
  }
}
