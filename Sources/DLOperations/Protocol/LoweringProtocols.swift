import DLGraph
import DLLoops

/// Reads elements of an operation's operands while a kernel is being built.
public struct OperandReader {
  public let builder: KernelBuilder
  /// The types of the operands.
  public let types: [TensorType]
  private let read: (_ operand: Int, _ indices: [IntegerExpression], _ mask: Local?) -> Local

  public init(
    builder: KernelBuilder, types: [TensorType],
    read: @escaping (_ operand: Int, _ indices: [IntegerExpression], _ mask: Local?) -> Local
  ) {
    self.builder = builder
    self.types = types
    self.read = read
  }

  /// The element of an operand at `indices`, one for each axis.
  ///
  /// - Parameter mask: where it is false the indices may lie outside the operand and the value is arbitrary.
  public func callAsFunction(
    _ operand: Int, at indices: [IntegerExpression], mask: Local? = nil
  ) -> Local {
    read(operand, indices, mask)
  }
}

/// An operation whose result elements are each a function of a few operand elements.
public protocol MappedOperation: Primitive {
  /// Emits the element of the only result at `indices`.
  ///
  /// - Parameter mask: where it is false the value is arbitrary, but nothing outside the operands may be read; it is
  ///   passed on to `operands`, narrowed where the operation reads only part of the time.
  func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local

  /// Whether computing an element twice costs about as little as reading it: views, constants, conversions. What is
  /// not cheap is computed once where its value is used more than once.
  var isCheap: Bool { get }
}

/// An operation whose result elements combine many terms: reductions, windows, products, convolutions.
public protocol ReducingOperation: Primitive {
  /// How the terms are combined, starting with the function's identity.
  var function: ReductionFunction { get }

  /// The extents of the indices that are summed over.
  func reducedExtents(_ operands: [TensorType]) -> [IntegerExpression]

  /// Emits a term of the result element at `indices`, in the operation's accumulator type or a narrower one.
  ///
  /// - Parameters:
  ///   - reduced: the indices summed over, one for each of `reducedExtents`.
  ///   - mask: as for `MappedOperation.emitElement`.
  func emitTerm(
    at indices: [IntegerExpression], reduced: [IntegerExpression], mask: Local?, _ operands: OperandReader
  ) -> ReductionTerm

  /// The type in which terms are combined.
  func accumulatorType(_ operands: [TensorType]) -> ElementType
}

/// What one step of a reduction contributes.
public enum ReductionTerm {
  case value(Local)
  /// The product of two values, fused with the addition where the target can.
  case product(Local, Local)
}

/// An operation that is a kernel of its own.
public protocol WholeOperation: Primitive {
  /// The types of the buffers that the kernel needs besides its operands and results.
  func scratchTypes(_ operands: [TensorType]) -> [TensorType]

  /// Emits the body of the kernel, with `builder.grid` where iterations are independent.
  ///
  /// - Parameters:
  ///   - inputs: the operands as dense row-major buffers.
  ///   - outputs: the results, likewise, uninitialized.
  ///   - scratch: buffers of the types that `scratchTypes` asks for, uninitialized.
  func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  )
}

extension WholeOperation {
  public func scratchTypes(_ operands: [TensorType]) -> [TensorType] { [] }
}

/// A dense row-major tensor in a buffer of a kernel.
public struct TensorBuffer {
  public let buffer: BufferID
  public let type: TensorType

  public init(_ buffer: BufferID, _ type: TensorType) {
    self.buffer = buffer
    self.type = type
  }

  /// The position of an element in the buffer.
  public func offset(of indices: [IntegerExpression]) -> IntegerExpression {
    zip(indices, type.strides).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
