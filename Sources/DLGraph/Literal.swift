/// A constant tensor: an element type, a concrete shape, and the elements dense in row-major order.
///
/// The bytes are immutable and shared between copies; they may lie in a mapped file.
public struct Literal: Sendable {
  public let elementType: ElementType
  public let shape: [Int]
  public let storage: LiteralStorage

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  public var byteCount: Int { count * elementType.byteCount }

  /// A literal over existing bytes.
  ///
  /// - Requires: `storage` holds exactly the bytes of the elements.
  public init(_ elementType: ElementType, shape: [Int], storage: LiteralStorage) {
    precondition(storage.bytes.count == shape.reduce(1, *) * elementType.byteCount)
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
  }

  /// A literal whose bytes `initialize` writes; they are zero before.
  public init(
    _ elementType: ElementType, shape: [Int],
    initializing initialize: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let storage = LiteralStorage(zeroed: shape.reduce(1, *) * elementType.byteCount)
    try initialize(UnsafeMutableRawBufferPointer(mutating: storage.bytes))
    self.init(elementType, shape: shape, storage: storage)
  }

  /// A literal of the given elements.
  ///
  /// - Requires: `Element` is the Swift type of `elementType` (`Float` for f32, `UInt16` bits for f16 and bf16,
  ///   `UInt8` for bool), and as many elements as the shape says.
  public init<Element: BitwiseCopyable>(_ elementType: ElementType, shape: [Int], elements: [Element]) {
    precondition(MemoryLayout<Element>.stride == elementType.byteCount)
    precondition(elements.count == shape.reduce(1, *))
    self.init(elementType, shape: shape) { bytes in
      elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }

  /// The raw bytes, valid during `body`.
  public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try withExtendedLifetime(storage) { () throws(E) in try body(storage.bytes) }
  }

  /// The elements as an array of their Swift type.
  ///
  /// - Requires: `Element` has the size of `elementType`.
  public func elements<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    precondition(MemoryLayout<Element>.stride == elementType.byteCount)
    return withUnsafeBytes { bytes in
      [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        initialized = count
      }
    }
  }

  /// The same elements under another shape of as many elements.
  public func reshaped(_ shape: [Int]) -> Literal {
    Literal(elementType, shape: shape, storage: storage)
  }

  public var type: TensorType { TensorType(elementType, shape.map { Dimension($0) }) }
}

extension Literal: Hashable {
  public static func == (a: Literal, b: Literal) -> Bool {
    guard a.elementType == b.elementType, a.shape == b.shape else { return false }
    if a.storage === b.storage { return true }
    return a.withUnsafeBytes { x in b.withUnsafeBytes { y in x.elementsEqual(y) } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(elementType)
    hasher.combine(shape)
    withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(256))) }
  }
}
