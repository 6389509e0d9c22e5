import DLGraph
import DLSyntax

extension Diagnostic {
  static func binaryOperands(_ a: Value, _ b: Value, of operation: OperatorSite, at range: SourceRange)
    -> Diagnostic
  {
    Diagnostic(
      .error, "wrong-operands", "'\(operation.name)' can't take \(a.kind) and \(b.kind)", at: range)
  }

  static func unaryOperand(
    _ name: String, _ value: Value, at range: SourceRange, operand: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "wrong-operands", "'\(name)' can't take \(value.kind)", at: range,
      secondary: [Label(operand, value.kind)])
  }

  static func operatorRefusesElement(_ type: ElementType, of operation: OperatorSite) -> Diagnostic {
    Diagnostic(
      .error, "wrong-operands", "'\(operation.name)' is not defined on elements of type \(type)",
      at: operation.range,
      hint: type == .bool ? "convert the bools first, for example with i64(…)" : nil)
  }

  static func functionRefusesElement(_ name: String, _ type: TensorType, at range: SourceRange) -> Diagnostic
  {
    Diagnostic(
      .error, "wrong-operands", "\(name) is not defined on elements of type \(type.elementType)", at: range)
  }

  static func logicalOnTensor(_ name: String, instead: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "compile-time-only",
      "'\(name)' decides at compile time, but a tensor is known at run time only", at: range,
      hint: "use '\(instead)', which works on every element",
      fixIt: FixIt(range, replacement: instead))
  }

  static func tensorCondition(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "compile-time-only", "the condition must be known at compile time, but it is \(value.kind)",
      at: range,
      hint: "choose between tensors with where(condition, a, b)")
  }

  static func openDimension(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "open-dimension",
      "this must be known at compile time, but \(value) is open until the model runs", at: range,
      hint: "fix it when compiling, or write it as a computation on tensors")
  }

  static func tooLarge(_ value: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(.error, "too-large", "\(value) is too large, or negative, for its purpose", at: range)
  }

  static func inexactDivision(_ a: Int, _ b: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .warning, "inexact-division", "\(a) / \(b) is \(a / b): the quotient of integers is rounded down",
      at: range,
      hint: "write \(a).0 / \(b) for a fraction")
  }

  static func divisionByZero(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "division-by-zero", "division of an Int by zero", at: range)
  }

  static func notIndexable(_ value: Value, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-indexable", "\(value.kind) can't be indexed like this", at: range)
  }

  static func positionOutOfRange(_ position: Int, count: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "index-out-of-range", "there is no element \(position) among \(count)", at: range)
  }

  static func indexOutOfRange(
    _ position: Dimension, axis: Int, of type: TensorType, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "index-out-of-range",
      "the index \(position) is outside axis \(axis) of \(type), whose extent is \(type.shape[axis])",
      at: range)
  }

  static func indexMayBeOutOfRange(
    _ position: Dimension, axis: Int, of type: TensorType, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "index-out-of-range",
      "the index \(position) may be outside axis \(axis) of \(type), whose extent is \(type.shape[axis])",
      at: range,
      hint: "bound the open dimensions with 'dim', or let the index be a tensor: i64(\(position))")
  }

  static func tooManyIndices(_ count: Int, of type: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "too-many-indices", "\(count) indices for \(type), which has rank \(type.rank)", at: range)
  }

  static func secondEllipsis(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "second-ellipsis", "'...' can stand only once between the brackets", at: range)
  }

  static func ellipsisInList(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-indexable", "'...' speaks of the axes of a tensor: a list has none", at: range)
  }

  static func separateIndexTensors(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "separate-index-tensors", "indices that are tensors must stand side by side", at: range,
      hint: "index one axis after the other: x[a][:, :, b]")
  }

  static func indexElementType(_ type: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "index-type", "indices must be i64 or i32, found \(type)", at: range,
      hint: type.elementType == .bool
        ? "a mask would give a shape that is known at run time only: use where(mask, x, 0)"
        : "convert them with i64(…)")
  }

  static func tensorInSlice(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "compile-time-only", "the bounds of a slice must be known at compile time", at: range,
      hint: "dynamic_slice(x, starts, extents) takes a start that is a tensor")
  }

  static func zeroStep(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "zero-step", "the step can't be 0", at: range)
  }

  static func closureParameterOutside(_ position: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "closure-parameter", "'$\(position)' has a meaning only in a closure without named parameters",
      at: range)
  }

  static func missingClosureArgument(_ position: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "closure-parameter", "there is no '$\(position)': the closure is called with fewer arguments",
      at: range)
  }

  static func notASequence(_ value: Value, at range: SourceRange) -> Diagnostic {
    let isOfRunTime = if case .range = value { true } else { value.isTensor }
    let hint = isOfRunTime ? "loop at run time with 'scan x in …'" : "loop over a list, or a range 0..<n"
    return Diagnostic(
      .error, "not-a-sequence", "can't loop over \(value.kind) at compile time", at: range, hint: hint)
  }

  static func layerInFunction(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "layer-in-function", "a layer has weights, so it can't be made inside a function", at: range,
      hint: "make it a member: 'name = \(name)(…)'")
  }

  static func tensorOutsideFunction(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "tensor-outside-function", "tensors can be computed in functions only", at: range,
      hint: "members of layers and constants are evaluated at compile time")
  }
}
