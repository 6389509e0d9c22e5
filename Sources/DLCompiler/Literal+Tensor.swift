import DLGraph
import DLRuntime

extension Tensor {
  /// The elements of a literal, for a compiled model.
  package init(_ literal: Literal) {
    self.init(zeros: literal.shape, ElementType(literal.elementType))
    withUnsafeMutableBytes { target in
      literal.withUnsafeBytes { if !$0.isEmpty { target.copyMemory(from: $0) } }
    }
  }
}

extension Literal {
  /// The elements that a compiled model computed.
  package init(_ tensor: Tensor) {
    self.init(ElementType(tensor.elementType), shape: tensor.shape) { target in
      tensor.withUnsafeBytes { source in
        if !target.isEmpty {
          target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(target.count)))
        }
      }
    }
  }
}

extension Tensor.ElementType {
  fileprivate init(_ type: DLGraph.ElementType) {
    self =
      switch type {
      case .f64: .f64
      case .f32: .f32
      case .f16: .f16
      case .bf16: .bf16
      case .i64: .i64
      case .i32: .i32
      case .i16: .i16
      case .i8: .i8
      case .u8: .u8
      case .bool: .bool
      }
  }
}

extension DLGraph.ElementType {
  init(_ type: Tensor.ElementType) {
    self =
      switch type {
      case .f64: .f64
      case .f32: .f32
      case .f16: .f16
      case .bf16: .bf16
      case .i64: .i64
      case .i32: .i32
      case .i16: .i16
      case .i8: .i8
      case .u8: .u8
      case .bool: .bool
      }
  }
}
