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
  /// f32 and f64 are multiplied by BLAS, the 16-bit floats likewise as f32; integers wrap.
  ///
  /// - Requires: the operands have as many elements as the extents say.
  func evaluate(_ a: Literal, _ b: Literal, to result: ElementType) -> Literal {
    switch a.elementType {
    case .f64, .f32: multiply(a, b).converted(to: result)
    case .f16, .bf16: multiply(a.converted(to: .f32), b.converted(to: .f32)).converted(to: result)
    case .i64, .i32, .i16, .i8, .u8, .bool: multiplyIntegers(a, b, to: result)
    }
  }

  private func multiply(_ a: Literal, _ b: Literal) -> Literal {
    Literal(a.elementType, shape: [batch, rows, columns]) { target in
      // BLAS refuses empty matrices; a sum over nothing is 0, which is there.
      if batch == 0 || rows == 0 || columns == 0 || depth == 0 { return }
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          for index in 0..<batch { multiply(a, b, target, index: index) }
        }
      }
    }
  }

  private func multiply(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer,
    index: Int
  ) {
    let isDouble = target.count == batch * rows * columns * MemoryLayout<Double>.stride
    let (m, n, k) = (blasint(rows), blasint(columns), blasint(depth))
    if isDouble {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1,
        a.bindMemory(to: Double.self).baseAddress.map { $0 + index * rows * depth }, k,
        b.bindMemory(to: Double.self).baseAddress.map { $0 + index * depth * columns }, n, 0,
        target.bindMemory(to: Double.self).baseAddress.map { $0 + index * rows * columns }, n)
    } else {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1,
        a.bindMemory(to: Float.self).baseAddress.map { $0 + index * rows * depth }, k,
        b.bindMemory(to: Float.self).baseAddress.map { $0 + index * depth * columns }, n, 0,
        target.bindMemory(to: Float.self).baseAddress.map { $0 + index * rows * columns }, n)
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
