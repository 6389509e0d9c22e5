import DLGraph
import DLLoops

// Tensors of indices: what gather, scatter and their kin read.

extension TensorType {
  /// Whether the elements can be indices.
  var holdsIndices: Bool { elementType == .i64 || elementType == .i32 }
}

extension Int {
  /// The index counted from the start: a negative one counts from the end of an axis.
  func countedFromStart(extent: Int) -> Int { self < 0 ? self &+ extent : self }

  /// The nearest index of an axis, after a negative one was counted from the end.
  ///
  /// - Requires: the axis is not empty.
  func wrappedAndClamped(extent: Int) -> Int {
    Swift.min(Swift.max(countedFromStart(extent: extent), 0), extent - 1)
  }
}

extension KernelBuilder {
  /// An index as `i64`, counted from the start: a negative one counts from the end of an axis.
  func countedFromStart(_ index: Local, extent: IntegerExpression) -> Local {
    let index = convert(index, to: .i64)
    let fromEnd = binary(.add, index, self.index(extent))
    return select(compare(.less, index, integer(0, .i64)), fromEnd, index)
  }

  /// The nearest of `0...last` to an `i64`, usable in index expressions.
  ///
  /// - Requires: `last` is not negative wherever the result is used unmasked.
  func boundClamped(_ index: Local, last: IntegerExpression) -> IntegerExpression {
    let raised = binary(.maximum, index, integer(0, .i64))
    return bind(binary(.minimum, raised, self.index(last)), lower: 0, upper: last)
  }

  /// The element's index along an axis as gathering takes it, usable in index expressions.
  func gatheredIndex(_ index: Local, extent: IntegerExpression) -> IntegerExpression {
    boundClamped(countedFromStart(index, extent: extent), last: extent - 1)
  }

  /// Whether an axis has elements; nil where that is certain.
  func isNotEmpty(_ extent: IntegerExpression) -> Local? {
    extent.isProvably(atLeast: 1) ? nil : compare(.greater, index(extent), integer(0, .i64))
  }

  /// The value where the mask holds, else 0.
  func zeroUnless(_ mask: Local?, _ value: Local) -> Local {
    mask.map { select($0, value, constant(0, type(of: value))) } ?? value
  }
}
