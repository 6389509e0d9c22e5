/// A dense array of elements with a shape, in row-major order; a value: copies share memory until one is written.
public struct Tensor: Sendable {
  public let elementType: ElementType
  public let shape: [Int]
  var storage: TensorStorage

  /// A tensor of zeros.
  ///
  /// - Requires: no extent is negative, and the bytes fit into `Int`.
  public init(zeros shape: [Int], _ elementType: ElementType) {
    self.elementType = elementType
    self.shape = shape
    storage = TensorStorage(byteCount: Tensor.byteCount(shape, elementType))
  }

  /// A tensor with these elements; without a shape it has one axis.
  ///
  /// - Requires: the shape has as many elements.
  public init<Element: TensorElement>(_ elements: [Element], shape: [Int]? = nil) {
    self.init(zeros: shape ?? [elements.count], Element.elementType)
    precondition(elements.count == count, "\(elements.count) elements can't have the shape \(self.shape)")
    elements.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.pointer.copyMemory(from: start, byteCount: source.count) }
    }
  }

  /// A tensor without axes.
  public init<Element: TensorElement>(scalar: Element) { self.init([scalar], shape: []) }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The bytes of all elements.
  public var byteCount: Int { storage.byteCount }

  /// The elements in row-major order.
  ///
  /// - Requires: `Element` is the type of the elements.
  public func elements<Element: TensorElement>(_ type: Element.Type = Element.self) -> [Element] {
    withElements { (elements: UnsafeBufferPointer<Element>) in Array(elements) }
  }

  /// The same elements with another shape.
  ///
  /// - Requires: it has as many elements.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "a tensor of shape \(self.shape) can't have the shape \(shape)")
    return Tensor(elementType, shape, storage)
  }

  private init(_ elementType: ElementType, _ shape: [Int], _ storage: TensorStorage) {
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
  }

  private static func byteCount(_ shape: [Int], _ elementType: ElementType) -> Int {
    shape.reduce(elementType.byteCount) { product, extent in
      precondition(extent >= 0, "the extent \(extent) is negative")
      return product * extent
    }
  }
}

extension Tensor: Equatable {
  /// Whether types, shapes and bytes are equal: NaN equals NaN, 0 doesn't equal -0.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    guard a.elementType == b.elementType && a.shape == b.shape else { return false }
    return a.storage === b.storage
      || a.withUnsafeBytes { x in b.withUnsafeBytes { y in x.elementsEqual(y) } }
  }
}
