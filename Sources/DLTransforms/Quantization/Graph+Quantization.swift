import DLGraph
import DLOperations

// Quantization has no operations of its own: it is written with those there are.

extension Graph {
  /// Appends `u8(clamp(round(x * (1 / scale)) + zeroPoint, 0, 255))`.
  package mutating func appendQuantized(_ x: ValueID, _ scale: AffineScale, sites: [Site]) throws -> ValueID {
    let shape = type(of: x).shape
    // Numbers on the way to bytes are no values of the model: only the bytes have a place in the source.
    func step(_ operation: any Operation, _ operands: [ValueID]) throws -> ValueID {
      try append(operation, operands)[0]
    }
    var value = try step(Binary(.multiply), [x, appendScalar(1 / scale.scale, shape)])
    value = try step(Unary(.round), [value])
    if scale.zeroPoint != 0 {
      value = try step(Binary(.add), [value, appendScalar(Float(scale.zeroPoint), shape)])
    }
    value = try step(Binary(.maximum), [value, appendScalar(0, shape)])
    value = try step(Binary(.minimum), [value, appendScalar(255, shape)])
    return try append(Convert(to: .u8), [value], sites: sites)[0]
  }

  /// Appends `(f32(q) - zeroPoint) * scale`.
  package mutating func appendDequantized(_ q: ValueID, _ scale: AffineScale, sites: [Site]) throws -> ValueID
  {
    let shape = type(of: q).shape
    var value = try append(Convert(to: .f32), [q], sites: sites)[0]
    if scale.zeroPoint != 0 {
      value = try append(
        Binary(.subtract), [value, appendScalar(Float(scale.zeroPoint), shape)], sites: sites)[0]
    }
    return try append(Binary(.multiply), [value, appendScalar(scale.scale, shape)], sites: sites)[0]
  }

  /// Appends a number in every place of a shape.
  mutating func appendScalar(_ value: Float, _ shape: [Dimension]) throws -> ValueID {
    let scalar = try append(Constant(Literal(.f32, shape: [], elements: [value])), [])[0]
    return try append(Broadcast(shape: shape, axes: []), [scalar])[0]
  }

  /// Appends a vector repeated along all axes of a shape but one.
  mutating func appendVector(_ vector: Literal, _ shape: [Dimension], axis: Int) throws -> ValueID {
    let constant = try append(Constant(vector), [])[0]
    return try append(Broadcast(shape: shape, axes: [axis]), [constant])[0]
  }
}

/// A value that is `(f32(bytes) - zeroPoint) * scale`.
struct Dequantization {
  /// The `u8` or `i8` value.
  var bytes: ValueID
  var zeroPoint: Int
  /// One number, or one for each index of `axis`.
  var scales: [Float]
  var axis: Int?

  /// Recognizes a value that another pass has written so; nil where it is anything else.
  init?(_ value: ValueID, in graph: Graph) {
    guard let product = graph.definingNode(of: value), (product.operation as? Binary)?.function == .multiply,
      let factor = graph.definingNode(of: product.operands[1]),
      let broadcast = factor.operation as? Broadcast,
      let constant = graph.definingNode(of: factor.operands[0])?.operation as? Constant,
      constant.literal.elementType == .f32, broadcast.axes.count <= 1,
      var inner = graph.definingNode(of: product.operands[0])
    else { return nil }
    scales = constant.literal.elements(as: Float.self)
    axis = broadcast.axes.first
    zeroPoint = 0
    if (inner.operation as? Binary)?.function == .subtract {
      guard let shift = graph.uniformValue(of: inner.operands[1]),
        let next = graph.definingNode(of: inner.operands[0])
      else { return nil }
      zeroPoint = Int(shift)
      inner = next
    }
    guard (inner.operation as? Convert)?.target == .f32,
      [.u8, .i8].contains(graph.type(of: inner.operands[0]).elementType)
    else { return nil }
    bytes = inner.operands[0]
  }
}
