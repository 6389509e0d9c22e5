import CDLRuntime

/// Name, type and shape of an input, output or state of a model.
public struct TensorDescription: Hashable, Sendable {
  public let name: String
  public let elementType: Tensor.ElementType
  public let dimensions: [Dimension]
  /// The type as models write it, such as "f32[B, 3]".
  public let typeText: String

  /// One dimension of a shape.
  public enum Dimension: Hashable, Sendable {
    /// Always the same extent.
    case fixed(Int)
    /// The value of an open dimension of the entry, at most `maximum`.
    case symbol(String, maximum: Int)
    /// Computed from open dimensions, at most `maximum`.
    case computed(maximum: Int)

    /// The largest extent.
    public var maximum: Int {
      switch self {
      case .fixed(let extent): extent
      case .symbol(_, let maximum), .computed(let maximum): maximum
      }
    }
  }

  /// Nil where the element type is unknown.
  init?(_ tensor: dlc_tensor, of entry: UnsafePointer<dlc_entry>?) {
    guard let elementType = Tensor.ElementType(rawValue: tensor.type) else { return nil }
    self.elementType = elementType
    name = String(cString: tensor.name)
    dimensions = (0..<Int(tensor.rank)).map { axis in
      let dimension = tensor.dimensions[axis]
      if dimension.extent >= 0 { return .fixed(Int(dimension.extent)) }
      guard dimension.symbol >= 0, let symbols = entry?.pointee.symbols else {
        return .computed(maximum: Int(dimension.maximum))
      }
      let name = String(cString: symbols[Int(dimension.symbol)].name)
      return .symbol(name, maximum: Int(dimension.maximum))
    }
    var text = [CChar](repeating: 0, count: 512)
    withUnsafePointer(to: tensor) { dlc_tensor_describe(entry, $0, &text, text.count) }
    typeText = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }
}
