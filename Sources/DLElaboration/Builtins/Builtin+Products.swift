import DLGraph
import DLOperations
import DLSyntax

extension Builtin {
  static let products: [Builtin] = [
    Builtin("matmul", "a, b", "The matrix product: a @ b.") { call in
      let site = OperatorSite(
        name: "@", range: call.range, leftRange: call.range(of: "a"), rightRange: call.range(of: "b"))
      return .tensor(try call.elaborator.matrixProduct(call.value("a"), call.value("b"), of: site))
    },
    Builtin(
      "convolve", "x, kernel, stride: 1, padding: 0, dilation: 1, groups: 1, inputDilation: 1",
      """
      The convolution of x[N, C, …] with kernel[O, C / groups, …] over one to three axes; padding is an integer, or for \
      each axis an integer or a pair (low, high). Bytes are summed as i32.
      """
    ) { call in
      try convolve(call)
    },
    window("max_pool", .maximum, "greatest element"), window("min_pool", .minimum, "least element"),
    window("sum_pool", .sum, "sum"),
    Builtin(
      "einsum", "equation, tensors...",
      "The sum of products that an equation such as \"bij,bjk->bik\" describes."
    ) {
      try einsum($0)
    },
  ]

  private static func convolve(_ call: BuiltinCall) throws -> Value {
    let x = try call.tensor("x")
    let kernel = try call.tensor("kernel")
    guard (3...5).contains(x.rank), kernel.rank == x.rank else {
      throw call.failure(.convolutionRank(x.type, kernel.type, at: call.range))
    }
    let areBytes = [x, kernel].allSatisfy { $0.elementType == .i8 || $0.elementType == .u8 }
    guard x.elementType == kernel.elementType || areBytes else {
      let site = OperatorSite(
        name: "convolve", range: call.range, leftRange: call.range(of: "x"),
        rightRange: call.range(of: "kernel"))
      throw call.failure(.mixedElementTypes(x.type, kernel.type, of: site))
    }
    let count = x.rank - 2
    let operation = Convolve(
      strides: try call.perAxis("stride", count: count, default: 1), padding: try padding(count, call),
      dilation: try call.perAxis("dilation", count: count, default: 1),
      inputDilation: try call.perAxis("inputDilation", count: count, default: 1),
      groups: try call.constant("groups", default: 1), result: areBytes ? .i32 : nil)
    let result = try call.elaborator.emit(operation, x, kernel)
    _ = try call.extents(result.shape)
    return .tensor(result)
  }

  /// The padding of each spatial axis: an integer for all, or for each an integer or a pair.
  private static func padding(_ count: Int, _ call: BuiltinCall) throws -> [(low: Int, high: Int)] {
    let range = call.range(of: "padding")
    guard let elements = call.value("padding").elements else {
      let width = try call.constant("padding", default: 0)
      return Array(repeating: (width, width), count: count)
    }
    guard elements.count == count else {
      throw call.failure(.wrongAxisCount("padding", expected: count, found: elements.count, at: range))
    }
    return try elements.map { element in
      guard let pair = element.elements, pair.count == 2 else {
        let width = try call.constant(element, at: range)
        return (width, width)
      }
      return (try call.constant(pair[0], at: range), try call.constant(pair[1], at: range))
    }
  }

  private static func window(_ name: String, _ function: ReductionFunction, _ what: String) -> Builtin {
    Builtin(
      name, "x, window, stride: nil, padding: 0, dilation: 1",
      "The \(what) of each window over the last axes; the stride is the window where it isn't given."
    ) { call in
      let x = try call.tensor("x")
      let count = x.rank - 2
      guard count >= 1 else { throw call.failure(.poolingRank(x.type, at: call.range)) }
      let window = try call.perAxis("window", count: count, default: 1)
      let stride =
        call.value("stride").isNull ? window : try call.perAxis("stride", count: count, default: 1)
      let operation = ReduceWindow(
        function, window: [1, 1] + window, strides: [1, 1] + stride,
        dilation: [1, 1] + (try call.perAxis("dilation", count: count, default: 1)),
        padding: [(0, 0), (0, 0)] + (try padding(count, call)))
      let result = try call.elaborator.emit(operation, x)
      _ = try call.extents(result.shape)
      return .tensor(result)
    }
  }
}
