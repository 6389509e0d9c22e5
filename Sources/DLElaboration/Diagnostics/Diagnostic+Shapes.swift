import DLGraph
import DLSyntax

extension Diagnostic {
  static func axisOutOfRange(_ axis: Int, rank: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "axis-out-of-range", "there is no axis \(axis) in a tensor of rank \(rank)", at: range,
      notes: rank == 0 ? [] : ["axes are \(-rank) to \(rank - 1)"])
  }

  static func repeatedAxis(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "repeated-axis", "an axis is given twice", at: range)
  }

  static func wrongAxisCount(_ name: String, expected: Int, found: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-axis-count", "\(name) must have \(expected) entries, found \(found)", at: range)
  }

  static func reshapeCount(_ type: TensorType, _ shape: [Dimension], at range: SourceRange) -> Diagnostic {
    let text = shape.map(\.description).joined(separator: ", ")
    let known = shape.filter { $0 != -1 }.reduce(1, *)
    return Diagnostic(
      .error, "incompatible-shapes", "can't reshape \(type) to [\(text)]", at: range,
      notes: [
        "the tensor has \(type.count) elements, the shape \(shape.contains(-1) ? "a multiple of " : "")\(known)"
      ])
  }

  static func cannotExpand(_ type: TensorType, _ shape: [Dimension], at range: SourceRange) -> Diagnostic {
    let text = shape.map(\.description).joined(separator: ", ")
    return Diagnostic(
      .error, "incompatible-shapes", "can't expand \(type) to [\(text)]", at: range,
      notes: ["only axes of extent 1 can be repeated"])
  }

  static func notAPermutation(_ axes: [Int], rank: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "not-a-permutation", "\(axes) doesn't name each of \(rank) axes once", at: range)
  }

  static func squeezeOfWideAxis(_ axis: Int, _ type: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes",
      "can't squeeze axis \(axis) of \(type): its extent is \(type.shape[axis])", at: range)
  }

  static func badSplit(_ type: TensorType, axis: Int, into count: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't split axis \(axis) of \(type) into \(count) equal parts",
      at: range,
      notes: ["its extent is \(type.shape[axis])"])
  }

  static func badSplitSizes(
    _ type: TensorType, axis: Int, _ sizes: [Dimension], at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes",
      "can't split axis \(axis) of \(type) into parts of \(sizes)", at: range,
      notes: ["the parts add up to \(sizes.reduce(0, +)), the extent is \(type.shape[axis])"])
  }

  static func stretchOutOfRange(
    _ start: Dimension, _ length: Dimension, axis: Int, of type: TensorType, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      .error, "index-out-of-range",
      "\(length) elements from \(start) on may lie outside axis \(axis) of \(type)",
      at: range, notes: ["its extent is \(type.shape[axis])"])
  }

  static func unequalParts(_ a: TensorType, _ b: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't join \(a) and \(b)", at: range)
  }

  static func raggedList(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "ragged-list", "the parts of this list don't make a tensor: their shapes differ", at: range)
  }

  static func unequalLists(_ a: Int, _ b: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "unequal-lists", "the lists have \(a) and \(b) elements", at: range)
  }

  static func extremumOfTwoTensors(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "wrong-operands", "\(name) takes one tensor", at: range,
      hint: "\(name)imum(a, b) works on the elements of two; an axis is given with 'axis:'")
  }

  static func convolutionRank(_ x: TensorType, _ kernel: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't convolve \(x) with \(kernel)", at: range,
      notes: ["it takes x[N, C, …] and kernel[O, C / groups, …] with one to three further axes each"])
  }

  static func poolingRank(_ x: TensorType, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "incompatible-shapes", "can't pool \(x): it takes x[N, C, …]", at: range)
  }

  static func badEquation(_ equation: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "bad-equation", "\"\(equation)\" doesn't fit the tensors", at: range,
      notes: ["an equation such as \"ij,jk->ik\" names each axis of one or two tensors by a letter"])
  }
}
