import DLGraph

/// One of the two types in which evaluation computes: `Double` for floats, `Int` for integers and bools.
///
/// Both hold every narrower value. Sums, products, quotients and square roots of `f32` computed in `Double`
/// and rounded once are exactly those of `f32`; integer results that wrap at 64 bits wrap at fewer bits
/// alike.
protocol WideElement: Comparable, BitwiseCopyable, Sendable {
  init(reading element: some Element)
  func converted<E: Element>(to type: E.Type) -> E
  static func implementation(of function: UnaryFunction, on type: ElementType) -> (Self) -> Self
  static func implementation(of function: BinaryFunction, on type: ElementType) -> (Self, Self) -> Self
  /// The value that combined with another gives the other.
  static func identity(of function: ReductionFunction, on type: ElementType) -> Self
}

extension Double: WideElement {
  init(reading element: some Element) { self = element.floating }
  func converted<E: Element>(to type: E.Type) -> E { E(converting: self) }
}

extension Int: WideElement {
  init(reading element: some Element) { self = element.integer }
  func converted<E: Element>(to type: E.Type) -> E { E(converting: self) }
}

extension Literal {
  /// The elements as wide values.
  func values<Wide: WideElement>(as type: Wide.Type = Wide.self) -> [Wide] {
    [Wide](unsafeUninitializedCapacity: count) { buffer, initialized in
      read(0..<count, into: buffer)
      initialized = count
    }
  }

  /// A literal of wide values, rounded or wrapped to the element type.
  ///
  /// - Requires: as many values as the shape says.
  init<Wide: WideElement>(_ elementType: ElementType, shape: [Int], values: [Wide]) {
    self.init(elementType, shape: shape) { bytes in
      values.withUnsafeBufferPointer { elementType.write($0, to: bytes, at: 0) }
    }
  }

  /// Reads a range of elements.
  ///
  /// - Requires: `target` has room for them.
  func read<Wide: WideElement>(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Wide>) {
    withUnsafeBytes { elementType.accept(Reading(source: $0, range: range, target: target)) }
  }
}

extension ElementType {
  /// Writes wide values as elements, the first at position `start`.
  func write<Wide: WideElement>(
    _ values: UnsafeBufferPointer<Wide>, to bytes: UnsafeMutableRawBufferPointer, at start: Int
  ) {
    accept(Writing(source: values, target: bytes, start: start))
  }
}

private struct Reading<Wide: WideElement>: ElementVisitor {
  var source: UnsafeRawBufferPointer
  var range: Range<Int>
  var target: UnsafeMutableBufferPointer<Wide>

  func visit<E: Element>(_ type: E.Type) {
    let elements = source.bindMemory(to: type)
    for (position, index) in range.enumerated() { target[position] = Wide(reading: elements[index]) }
  }
}

private struct Writing<Wide: WideElement>: ElementVisitor {
  var source: UnsafeBufferPointer<Wide>
  var target: UnsafeMutableRawBufferPointer
  var start: Int

  func visit<E: Element>(_ type: E.Type) {
    let elements = target.bindMemory(to: type)
    for (index, value) in source.enumerated() { elements[start + index] = value.converted(to: type) }
  }
}
