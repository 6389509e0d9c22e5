import DLGraph

/// What the header of an npy array says.
struct NumPyHeader {
  let elementType: ElementType
  let isBigEndian: Bool
  /// Whether the first axis varies fastest.
  let isFortranOrder: Bool
  let shape: [Int]

  /// The types by their NumPy code, without byte order.
  private static let codes: [String: ElementType] = [
    "f8": .f64, "f4": .f32, "f2": .f16, "i8": .i64, "i4": .i32, "i2": .i16, "i1": .i8, "u1": .u8, "b1": .bool,
  ]

  /// How NumPy names a type; nil where it has none.
  static func descriptor(of type: ElementType) -> String? {
    codes.first { $0.value == type }.map { (type.byteCount == 1 ? "|" : "<") + $0.key }
  }

  /// Whether the elements stand as in a literal.
  var isDense: Bool { !isBigEndian && !isFortranOrder }

  /// Reads the Python dictionary of a header.
  init(_ text: UnsafeRawBufferPointer) throws(ContentError) {
    var reader = PythonLiteralReader(text)
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    for (key, value) in try reader.dictionary() {
      switch (key, value) {
      case ("descr", .string(let value)): type = value
      case ("descr", _): throw ContentError("arrays of records are not supported")
      case ("fortran_order", .boolean(let value)): isFortranOrder = value
      case ("shape", .tuple(let value)): shape = value
      default: throw ContentError("the header has an unexpected '\(key)'")
      }
    }
    guard let type, let isFortranOrder, let shape else {
      throw ContentError("the header needs descr, fortran_order and shape")
    }
    let order = type.first
    guard order == "<" || order == ">" || order == "|", let elementType = Self.codes[String(type.dropFirst())]
    else { throw ContentError("the element type '\(type)' is not supported") }
    self.elementType = elementType
    isBigEndian = order == ">" && elementType.byteCount > 1
    // With one axis the two orders are the same.
    self.isFortranOrder = isFortranOrder && shape.count > 1
    self.shape = shape
  }
}

// MARK: Conversion

extension NumPyHeader {
  /// The elements in little-endian byte order and row-major.
  ///
  /// - Requires: `bytes` are as many as type and shape need.
  func literal(of bytes: UnsafeRawBufferPointer) throws(ContentError) -> Literal {
    let storage = LiteralStorage(zeroed: bytes.count)
    let target = UnsafeMutableRawBufferPointer(mutating: storage.bytes)
    switch elementType.byteCount {
    case 1: copy(bytes, to: target, as: UInt8.self)
    case 2: copy(bytes, to: target, as: UInt16.self)
    case 4: copy(bytes, to: target, as: UInt32.self)
    default: copy(bytes, to: target, as: UInt64.self)
    }
    return try Literal(checking: elementType, shape: shape, storage: storage)
  }

  private func copy<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, as type: Bits.Type
  ) {
    if isDense {
      target.copyMemory(from: source)
      return
    }
    let size = MemoryLayout<Bits>.size
    var strides = [Int](repeating: 1, count: shape.count)
    let axes = isFortranOrder ? Array(shape.indices) : shape.indices.reversed()
    for (inner, axis) in zip(axes, axes.dropFirst()) { strides[axis] = strides[inner] * shape[inner] }

    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    for offset in stride(from: 0, to: target.count, by: size) {
      let bits = source.loadUnaligned(fromByteOffset: position * size, as: type)
      target.storeBytes(of: isBigEndian ? bits.byteSwapped : bits, toByteOffset: offset, as: type)
      for axis in shape.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
  }
}
