import COpenBLAS
import DLGraph

/// Products of dense matrices: for each index of a batch `[rows, depth]` by `[depth, columns]`.
struct MatrixProduct {
  var batch = 1
  var rows: Int
  var columns: Int
  var depth: Int

  /// The product as a literal `[batch, rows, columns]`.
  ///
  /// f32 and f64 are multiplied by BLAS, the 16-bit floats likewise as f32; integers wrap. Sums of products of bytes that
  /// can't leave 32 bits are exact in f64, and left to BLAS too.
  ///
  /// - Requires: the operands have as many elements as the extents say.
  /// - Throws: where the extents exceed what BLAS can count.
  func evaluate(_ a: Literal, _ b: Literal, to result: ElementType) throws(EvaluationError) -> Literal {
    if a.elementType.byteCount == 1, result == .i32, depth < 1 << 15 {
      return try multiply(a.converted(to: .f64), b.converted(to: .f64)).converted(to: result)
    }
    return switch a.elementType {
    case .f64, .f32: try multiply(a, b).converted(to: result)
    case .f16, .bf16: try multiply(a.converted(to: .f32), b.converted(to: .f32)).converted(to: result)
    case .i64, .i32, .i16, .i8, .u8, .bool: multiplyIntegers(a, b, to: result)
    }
  }

  private func multiply(_ a: Literal, _ b: Literal) throws(EvaluationError) -> Literal {
    guard let m = blasint(exactly: rows), let n = blasint(exactly: columns), let k = blasint(exactly: depth)
    else { throw EvaluationError("a product of \(rows) by \(depth) by \(columns) is too large for BLAS") }
    let isDouble = a.elementType == .f64
    return Literal(a.elementType, shape: [batch, rows, columns]) { target in
      // BLAS refuses empty matrices; a sum over nothing is 0, which is there.
      if batch == 0 || rows == 0 || columns == 0 || depth == 0 { return }
      a.withUnsafeBytes { left in
        b.withUnsafeBytes { right in
          guard let a = left.baseAddress, let b = right.baseAddress, let c = target.baseAddress else {
            return
          }
          if isDouble {
            multiply(a, b, c, of: Double.self) {
              cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, $0, k, $1, n, 0, $2, n)
            }
          } else {
            multiply(a, b, c, of: Float.self) {
              cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, $0, k, $1, n, 0, $2, n)
            }
          }
        }
      }
    }
  }

  /// Calls `product` with the three matrices of each index of the batch.
  private func multiply<Scalar>(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer, of type: Scalar.Type,
    _ product: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let a = a.bindMemory(to: type, capacity: batch * rows * depth)
    let b = b.bindMemory(to: type, capacity: batch * depth * columns)
    let c = c.bindMemory(to: type, capacity: batch * rows * columns)
    for index in 0..<batch {
      product(a + index * rows * depth, b + index * depth * columns, c + index * rows * columns)
    }
  }

  private func multiplyIntegers(_ a: Literal, _ b: Literal, to result: ElementType) -> Literal {
    let (left, right): ([Int], [Int]) = (a.values(), b.values())
    var sums = [Int](repeating: 0, count: batch * rows * columns)
    for row in 0..<batch * rows {
      let matrix = row / rows
      for k in 0..<depth {
        let factor = left[row * depth + k]
        let start = (matrix * depth + k) * columns
        for column in 0..<columns {
          sums[row * columns + column] &+= factor &* right[start + column]
        }
      }
    }
    return Literal(result, shape: [batch, rows, columns], values: sums)
  }
}
