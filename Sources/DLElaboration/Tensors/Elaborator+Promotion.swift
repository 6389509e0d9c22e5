import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// Two operands of an element-wise operation as tensors of one element type and shape.
  ///
  /// A number takes the element type of the tensor beside it, but a float beside integers makes both `f32`. Two tensors
  /// must have the same element type: conversions are written down.
  func operands(_ a: Value, _ b: Value, of operation: OperatorSite) throws -> (Tensor, Tensor) {
    let (x, y) = try sameElementType(a, b, of: operation)
    return try broadcastTogether(x, y, of: operation)
  }

  private func sameElementType(_ a: Value, _ b: Value, of operation: OperatorSite) throws -> (Tensor, Tensor)
  {
    switch (a, b) {
    case (.tensor(let x), .tensor(let y)):
      guard x.elementType == y.elementType else {
        throw failure(.mixedElementTypes(x.type, y.type, of: operation))
      }
      return (x, y)
    case (.tensor(let x), _):
      let type = try promoted(x.elementType, beside: b)
      return (try convert(x, to: type), try scalar(b, type))
    case (_, .tensor(let y)):
      let type = try promoted(y.elementType, beside: a)
      return (try scalar(a, type), try convert(y, to: type))
    default:
      let x = try tensor(a, at: operation.leftRange)
      let y = try tensor(b, at: operation.rightRange)
      if x.elementType == y.elementType { return (x, y) }
      return (try convert(x, to: .f32), try convert(y, to: .f32))
    }
  }

  private func promoted(_ type: ElementType, beside number: Value) throws -> ElementType {
    switch number {
    case .float: type.isFloatingPoint ? type : .f32
    case .integer: type == .bool ? .i64 : type
    case .boolean: type
    default: throw failure(.expectedTensor(number, at: currentRange))
    }
  }
}

/// An operation that is applied to two operands, for messages.
struct OperatorSite {
  /// How the operation is written, for example `+`.
  let name: String
  let range: SourceRange
  let leftRange: SourceRange
  let rightRange: SourceRange
}
