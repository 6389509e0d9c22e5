import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// `a @ b`: the product of matrices, of a matrix and a vector, or of stacks of matrices whose leading axes broadcast.
  func matrixProduct(_ left: Value, _ right: Value, of operation: OperatorSite) throws -> Tensor {
    let a = try tensor(left, at: operation.leftRange)
    let b = try tensor(right, at: operation.rightRange)
    guard a.rank >= 1, b.rank >= 1 else {
      throw failure(.scalarInProduct(a.type, b.type, of: operation))
    }
    let areBytes = [a, b].allSatisfy { $0.elementType == .i8 || $0.elementType == .u8 }
    guard a.elementType == b.elementType || areBytes else {
      throw failure(.mixedElementTypes(a.type, b.type, of: operation))
    }
    let rowAxis = a.rank - 1
    let columnAxis = max(b.rank - 2, 0)
    guard a.shape[rowAxis] == b.shape[columnAxis] else {
      throw failure(
        .incompatibleProduct(a.type, b.type, leftAxis: rowAxis, rightAxis: columnAxis, of: operation))
    }
    if b.rank <= 2 {
      return try contract(a, b, batch: 0, left: rowAxis, right: columnAxis)
    }
    if a.rank == 1 {
      // A vector is a matrix of one row.
      let row = try reshape(a, [1, a.shape[0]])
      let product = try stackedProduct(row, b, of: operation)
      var shape = product.shape
      shape.remove(at: shape.count - 2)
      return try reshape(product, shape)
    }
    return try stackedProduct(a, b, of: operation)
  }

  private func stackedProduct(_ a: Tensor, _ b: Tensor, of operation: OperatorSite) throws -> Tensor {
    let leading = try commonShape(
      TensorType(a.elementType, a.shape.dropLast(2)), TensorType(b.elementType, b.shape.dropLast(2))
    ) { axis in
      .incompatibleShapes(a.type, b.type, axis: axis, of: operation)
    }
    let x = try broadcast(a, to: leading + a.shape.suffix(2))
    let y = try broadcast(b, to: leading + b.shape.suffix(2))
    return try contract(x, y, batch: leading.count, left: x.rank - 1, right: y.rank - 2)
  }

  private func contract(_ a: Tensor, _ b: Tensor, batch: Int, left: Int, right: Int) throws -> Tensor {
    let result: ElementType = a.elementType.byteCount == 1 ? .i32 : a.elementType
    return try emit(
      Contract(batch: (0..<batch).map { ($0, $0) }, contracting: [(left, right)], result: result), a, b)
  }
}
