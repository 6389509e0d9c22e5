import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// A scalar tensor with the value of a number or bool, in the given element type.
  ///
  /// An integer over open dimensions is computed when the model runs.
  func scalar(_ value: Value, _ type: ElementType) throws -> Tensor {
    switch value {
    case .integer(let integer):
      guard let constant = integer.constantValue else {
        return try convert(emit(Extent(integer)), to: type)
      }
      return try emit(Constant(Literal.scalar(type, integer: constant), name: nil))
    case .float(let float): return try emit(Constant(Literal.scalar(type, float: float), name: nil))
    case .boolean(let boolean):
      return try emit(Constant(Literal.scalar(type, integer: boolean ? 1 : 0), name: nil))
    default: throw failure(.expectedTensor(value, at: currentRange))
    }
  }

  /// The tensor a value is, or the scalar tensor that a number stands for: `f32` for floats, `i64` for integers.
  func tensor(_ value: Value, at range: SourceRange? = nil) throws -> Tensor {
    switch value {
    case .tensor(let tensor): return tensor
    case .integer: return try scalar(value, .i64)
    case .float: return try scalar(value, .f32)
    case .boolean: return try scalar(value, .bool)
    case .list(let elements): return try constant(elements, at: range)
    default: throw failure(.expectedTensor(value, at: range ?? currentRange))
    }
  }

  /// The tensor of a list of numbers, or of lists of numbers; of tensors their stack.
  private func constant(_ elements: [Value], at range: SourceRange?) throws -> Tensor {
    if let table = NumberTable(.list(elements)) {
      let scalars = table.numbers.map { number in
        if case .float(let value) = number { return Literal.scalar(table.elementType, float: value) }
        return Literal.scalar(table.elementType, integer: number.constantInteger ?? 0)
      }
      return try emit(Constant(Literal(stacking: scalars, table.elementType, shape: table.shape), name: nil))
    }
    let parts = try elements.map { try tensor($0, at: range) }
    guard let first = parts.first, parts.allSatisfy({ $0.shape == first.shape }) else {
      throw failure(.raggedList(at: range ?? currentRange))
    }
    let type: ElementType = parts.contains { $0.elementType == .f32 } ? .f32 : first.elementType
    return try stack(parts.map { try convert($0, to: type) }, axis: 0)
  }

  /// The tensor with another element type.
  func convert(_ tensor: Tensor, to type: ElementType) throws -> Tensor {
    tensor.elementType == type ? tensor : try emit(Convert(to: type), tensor)
  }
}

extension Literal {
  /// The tensor of scalars in row-major order.
  fileprivate init(stacking scalars: [Literal], _ elementType: ElementType, shape: [Int]) {
    self.init(elementType, shape: shape) { bytes in
      for (index, scalar) in scalars.enumerated() {
        let place = index * elementType.byteCount
        scalar.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: bytes[place...]).copyMemory(from: $0)
        }
      }
    }
  }

  /// A scalar with the value of an integer; it wraps as a cast of a tensor does.
  static func scalar(_ type: ElementType, integer: Int) -> Literal {
    switch type {
    case .i64: Literal(type, shape: [], elements: [Int64(integer)])
    case .i32: Literal(type, shape: [], elements: [Int32(truncatingIfNeeded: integer)])
    case .i16: Literal(type, shape: [], elements: [Int16(truncatingIfNeeded: integer)])
    case .i8: Literal(type, shape: [], elements: [Int8(truncatingIfNeeded: integer)])
    case .u8: Literal(type, shape: [], elements: [UInt8(truncatingIfNeeded: integer)])
    case .bool: Literal(type, shape: [], elements: [UInt8(integer == 0 ? 0 : 1)])
    case .f64, .f32, .f16, .bf16: scalar(type, float: Double(integer))
    }
  }

  /// A scalar with the value of a float, rounded to nearest; to integers towards zero, within their bounds.
  static func scalar(_ type: ElementType, float: Double) -> Literal {
    switch type {
    case .f64: Literal(type, shape: [], elements: [float])
    case .f32: Literal(type, shape: [], elements: [Float(float)])
    case .f16: Literal(type, shape: [], elements: [Float16(float).bitPattern])
    case .bf16: Literal(type, shape: [], elements: [brainFloatBits(Float(float))])
    case .bool: scalar(type, integer: float == 0 ? 0 : 1)
    case .i64, .i32, .i16, .i8, .u8: scalar(type, integer: saturating(float, type))
    }
  }

  private static func brainFloatBits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    let rounded = bits &+ 0x7fff &+ (bits >> 16 & 1)
    return UInt16(truncatingIfNeeded: rounded >> 16)
  }

  private static func saturating(_ value: Double, _ type: ElementType) -> Int {
    if value.isNaN { return 0 }
    let bits = type.byteCount * 8
    let lower = type == .u8 ? 0 : Int.min >> (64 - bits)
    let upper = type == .u8 ? 255 : Int.max >> (64 - bits)
    if value <= Double(lower) { return lower }
    return value >= Double(upper) ? upper : Int(value)
  }
}
