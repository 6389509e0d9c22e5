/// One extent of a shape: an integer expression over symbols.
public typealias Dimension = IntegerExpression

/// Element type and shape of a value.
public struct TensorType: Hashable, Sendable {
  public var elementType: ElementType
  public var shape: [Dimension]

  public init(_ elementType: ElementType, _ shape: [Dimension]) {
    self.elementType = elementType
    self.shape = shape
  }

  public var rank: Int { shape.count }

  /// The number of elements.
  public var count: Dimension { shape.product }

  /// The shape as integers; nil where a symbol is left open.
  public var concreteShape: [Int]? {
    var result: [Int] = []
    for dimension in shape {
      guard let extent = dimension.constantValue else { return nil }
      result.append(extent)
    }
    return result
  }

  /// Bytes of the largest instance; nil where a dimension has no upper bound or the size overflows.
  public var maximumByteCount: Int? {
    var bytes = elementType.byteCount
    for dimension in shape {
      guard let extent = dimension.upperBound else { return nil }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(extent, 0))
      if overflow { return nil }
      bytes = product
    }
    return bytes
  }

  /// The row-major strides, in elements.
  public var strides: [Dimension] {
    var strides = [Dimension](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// The type after replacing symbols.
  public func substituting(_ replacements: [Symbol: IntegerExpression]) -> TensorType {
    TensorType(elementType, shape.map { $0.substituting(replacements) })
  }
}

extension TensorType: CustomStringConvertible {
  /// For example `f32[B, T, 768]`.
  public var description: String { "\(elementType)[\(shape.map(\.description).joined(separator: ", "))]" }
}

extension Collection where Element == Dimension {
  /// The product of some extents; 1 of none.
  package var product: Dimension { reduce(1, *) }
}
