import DLGraph

/// The bytes of a dense tensor.
///
/// - Throws: where an extent is negative or the size overflows, even if another extent is 0.
func byteCount(of type: ElementType, shape: [Int]) throws(ContentError) -> Int {
  var size = type.byteCount
  var isEmpty = false
  for extent in shape {
    if extent < 0 { throw ContentError("the shape \(shape) has a negative extent") }
    isEmpty = isEmpty || extent == 0
    let (product, overflow) = size.multipliedReportingOverflow(by: max(extent, 1))
    if overflow { throw ContentError("the size of the shape \(shape) overflows") }
    size = product
  }
  return isEmpty ? 0 : size
}

extension Literal {
  /// A literal read from a file.
  ///
  /// - Throws: where a bool is neither 0 nor 1.
  /// - Requires: `storage` holds exactly the bytes of the elements.
  init(checking type: ElementType, shape: [Int], storage: LiteralStorage) throws(ContentError) {
    if type == .bool, let byte = storage.bytes.first(where: { $0 > 1 }) {
      throw ContentError("a bool is 0 or 1, found \(byte)")
    }
    self.init(type, shape: shape, storage: storage)
  }
}

extension UnsafeRawBufferPointer {
  /// The little-endian integer at an offset.
  ///
  /// - Requires: it lies in the buffer.
  func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

extension [UInt8] {
  /// Appends an integer in little-endian order.
  mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
