import DLGraph
import DLLoops

/// The short convolution F(m, 3) along one axis: m results of a kernel of three elements by m + 2 products.
///
/// Data and kernel are taken as polynomials and evaluated at m + 2 points: 0, pairs of opposite numbers, and infinity;
/// the products of the values are interpolated. With opposite points the even and the odd coefficients are summed once
/// for both. Along two axes one follows the other. See Winograd, "Arithmetic complexity of computations", 1980, and
/// Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016.
struct WinogradTransform: Hashable {
  /// The positive points; their opposites, 0 and infinity are points too.
  let points: [Double]

  static let two = WinogradTransform(points: [1])
  /// Of the pairs of points with few binary digits, one with the least error: less than half of that with 1 and 2.
  static let four = WinogradTransform(points: [0.625, 1.5])

  /// The number of results along an axis.
  var resultSize: Int { 2 * points.count }
  /// The number of elements and of products along an axis.
  var inputSize: Int { resultSize + 2 }
  /// The number of products of a tile.
  var productCount: Int { inputSize * inputSize }

  /// The coefficients of the product of `x^2 - p^2` over all points but one: those of the even powers.
  private func evenCoefficients(without excluded: Int? = nil) -> [Double] {
    var result = [1.0]
    for (index, point) in points.enumerated() where index != excluded {
      var next = [Double](repeating: 0, count: result.count + 1)
      for (power, coefficient) in result.enumerated() {
        next[power] -= point * point * coefficient
        next[power + 1] += coefficient
      }
      result = next
    }
    return result
  }

  // MARK: Kernels

  /// The values of a kernel of three elements at the points, divided by what the interpolation would divide by: a
  /// matrix of `inputSize` rows by 3.
  var kernelMatrix: [[Double]] {
    var rows = [[1 / evenCoefficients()[0], 0, 0]]
    for (index, point) in points.enumerated() {
      let others = evenCoefficients(without: index).reversed().reduce(0) { $0 * point * point + $1 }
      let scale = 1 / (2 * point * point * others)
      rows.append([scale, point * scale, point * point * scale])
      rows.append([scale, -point * scale, point * point * scale])
    }
    return rows + [[0, 0, 1]]
  }

  // MARK: Data

  /// Emits the transformed values of `inputSize` elements.
  func input(_ elements: [Local], in builder: KernelBuilder) -> [Local] {
    let all = evenCoefficients()
    var results = [builder.sum(all.enumerated().map { ($1, elements[2 * $0]) })]
    for (index, point) in points.enumerated() {
      let coefficients = evenCoefficients(without: index)
      let even = builder.sum(coefficients.enumerated().map { ($1, elements[2 * $0 + 2]) })
      let odd = builder.sum(coefficients.enumerated().map { ($1, elements[2 * $0 + 1]) })
      results.append(builder.sum([(1, even), (point, odd)]))
      results.append(builder.sum([(1, even), (-point, odd)]))
    }
    results.append(builder.sum(all.enumerated().map { ($1, elements[2 * $0 + 1]) }))
    return results
  }

  /// Emits the `resultSize` results of `inputSize` products.
  func result(_ products: [Local], in builder: KernelBuilder) -> [Local] {
    let pairs = points.indices.map { index in
      let (a, b) = (products[1 + 2 * index], products[2 + 2 * index])
      return (sum: builder.binary(.add, a, b), difference: builder.binary(.subtract, a, b))
    }
    return (0..<resultSize).map { power in
      var terms: [(Double, Local)] = power == 0 ? [(1, products[0])] : []
      for (point, pair) in zip(points, pairs) {
        let weight = (0..<power).reduce(1.0) { value, _ in value * point }
        terms.append((weight, power % 2 == 0 ? pair.sum : pair.difference))
      }
      if power == resultSize - 1 { terms.append((1, products[inputSize - 1])) }
      return builder.sum(terms)
    }
  }

  /// Emits a transform along both axes of a square in row-major order.
  func alongBothAxes(_ square: [Local], _ transform: ([Local]) -> [Local]) -> [Local] {
    let size = inputSize
    let columns = (0..<size).map { column in transform((0..<size).map { square[$0 * size + column] }) }
    return columns[0].indices.flatMap { row in transform(columns.map { $0[row] }) }
  }
}

extension KernelBuilder {
  /// A sum of multiples.
  ///
  /// - Requires: there is at least one term.
  fileprivate func sum(_ terms: [(coefficient: Double, value: Local)]) -> Local {
    // A term that needs no multiplication comes first, so that each of the others is one multiply-add.
    let start = terms.firstIndex { $0.coefficient == 1 } ?? 0
    let type = type(of: terms[start].value)
    var result = terms[start].value
    if terms[start].coefficient != 1 {
      result = binary(.multiply, floating(terms[start].coefficient, type), result)
    }
    for (index, term) in terms.enumerated() where index != start {
      switch term.coefficient {
      case 1: result = binary(.add, result, term.value)
      case -1: result = binary(.subtract, result, term.value)
      default: result = multiplyAdd(floating(term.coefficient, type), term.value, result)
      }
    }
    return result
  }
}
