extension Tensor {
  /// Calls `body` with the memory of the elements, aligned to 64 bytes.
  public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let result = try body(UnsafeRawBufferPointer(start: storage.pointer, count: storage.byteCount))
    extendLifetime(storage)
    return result
  }

  /// Calls `body` with memory that belongs to this tensor alone.
  public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    let result = try body(UnsafeMutableRawBufferPointer(start: storage.pointer, count: storage.byteCount))
    extendLifetime(storage)
    return result
  }

  /// Calls `body` with the elements in row-major order.
  ///
  /// - Requires: `Element` is the type of the elements.
  public func withElements<Element: TensorElement, Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    requireType(of: Element.self)
    return try withUnsafeBytes { bytes throws(Failure) in try body(bytes.bindMemory(to: Element.self)) }
  }

  /// Calls `body` with the elements in row-major order, to change them.
  ///
  /// - Requires: `Element` is the type of the elements.
  public mutating func withMutableElements<Element: TensorElement, Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    requireType(of: Element.self)
    return try withUnsafeMutableBytes { bytes throws(Failure) in
      try body(bytes.bindMemory(to: Element.self))
    }
  }

  /// Calls `body` with a safe view of the elements in row-major order.
  ///
  /// - Requires: `Element` is the type of the elements.
  public func withSpan<Element: TensorElement, Result, Failure: Error>(
    of type: Element.Type, _ body: (borrowing Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withElements { (buffer: UnsafeBufferPointer<Element>) throws(Failure) in try body(buffer.span) }
  }

  /// Gives the tensor memory of its own, with the same elements.
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
  }

  /// Gives the tensor memory of its own, with any elements.
  mutating func makeUniqueForOverwriting() {
    if !isKnownUniquelyReferenced(&storage) { storage = TensorStorage(byteCount: storage.byteCount) }
  }

  private func requireType<Element: TensorElement>(of type: Element.Type) {
    precondition(
      type.elementType == elementType, "a tensor of \(elementType) was accessed as \(type.elementType)")
  }
}
