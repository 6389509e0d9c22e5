import DLEvaluation
import DLGraph
import DLOperations

/// The results of an operation, evaluated as the only node of a graph.
func apply(_ operation: any Operation, _ operands: [Literal]) throws -> [Literal] {
  var graph = Graph(name: "test")
  let inputs = operands.enumerated().map { graph.addInput("x\($0.offset)", $0.element.type) }
  let results = try graph.append(operation, inputs)
  graph.outputs = results.enumerated().map { Graph.Output(name: "y\($0.offset)", value: $0.element) }
  return try Evaluator().evaluate(graph, inputs: operands)
}

/// The message of the type rule for operands of the given types; nil where they fit.
func typeError(_ operation: any Operation, _ operands: TensorType...) -> String? {
  do {
    _ = try operation.resultTypes(for: operands)
    return nil
  } catch {
    return error.message
  }
}

func f32(_ shape: [Int], _ elements: [Float]) -> Literal { Literal(.f32, shape: shape, elements: elements) }
func f32(_ elements: Float...) -> Literal { f32([elements.count], elements) }
func i64(_ shape: [Int], _ elements: [Int]) -> Literal { Literal(.i64, shape: shape, elements: elements) }
func i64(_ elements: Int...) -> Literal { i64([elements.count], elements) }

/// How two tensors differ: in type, in an integer, or in a float by more than the type's precision allows, relative to
/// the largest magnitude; nil where they agree. NaN agrees with NaN.
func difference(_ a: Literal, _ b: Literal) -> String? {
  if a.elementType != b.elementType || a.shape != b.shape { return "\(a.type) instead of \(b.type)" }
  if a == b { return nil }
  let tolerance: Double
  switch a.elementType {
  case .f64: tolerance = 1e-12
  case .f32: tolerance = 1e-5
  case .f16: tolerance = 2e-3
  case .bf16: tolerance = 1.6e-2
  case .i64, .i32, .i16, .i8, .u8, .bool: return "\(a.doubles) instead of \(b.doubles)"
  }
  let largest = b.doubles.filter(\.isFinite).map(\.magnitude).max() ?? 0
  for (index, (x, y)) in zip(a.doubles, b.doubles).enumerated() {
    if x == y || x.isNaN && y.isNaN || abs(x - y) <= tolerance * largest { continue }
    return "\(x) instead of \(y) at \(index)"
  }
  return nil
}

extension Literal {
  /// The elements as `Double`, for comparisons and messages.
  var doubles: [Double] {
    switch elementType {
    case .f64: elements(as: Double.self)
    case .f32: elements(as: Float.self).map(Double.init)
    case .f16: elements(as: Float16.self).map(Double.init)
    case .bf16: elements(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .i64: elements(as: Int.self).map(Double.init)
    case .i32: elements(as: Int32.self).map(Double.init)
    case .i16: elements(as: Int16.self).map(Double.init)
    case .i8: elements(as: Int8.self).map(Double.init)
    case .u8, .bool: elements(as: UInt8.self).map(Double.init)
    }
  }
}
