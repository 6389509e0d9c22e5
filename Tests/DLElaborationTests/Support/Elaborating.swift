import DLElaboration
import DLEvaluation
import DLGraph
import DLSyntax

/// A text could not be elaborated.
struct ElaborationError: Error, CustomStringConvertible {
  let description: String
}

/// The module of a text, verified.
func elaborate(
  _ text: String, _ options: Elaboration.Options = Elaboration.Options(), loader: ImportLoader = .library
) throws -> Module {
  let (unit, errors) = Parser.parse(SourceFile(name: "test.dl", text: text))
  if !errors.isEmpty { throw ElaborationError(description: errors.rendered()) }
  let (module, diagnostics) = Elaboration.elaborate(unit, options: options, loader: loader)
  guard let module else { throw ElaborationError(description: diagnostics.rendered()) }
  try module.verify()
  return module
}

/// The diagnostics of a text, which parses.
func diagnose(
  _ text: String, _ options: Elaboration.Options = Elaboration.Options(), loader: ImportLoader = .library
) throws -> DiagnosticSet {
  let (unit, errors) = Parser.parse(SourceFile(name: "test.dl", text: text))
  if !errors.isEmpty { throw ElaborationError(description: errors.rendered()) }
  return Elaboration.elaborate(unit, options: options, loader: loader).diagnostics
}

/// What the statements of a function without arguments return, as `f64` numbers.
func run(_ body: String, declarations: String = "") throws -> [[Double]] {
  try results(body, declarations: declarations).map(\.numbers)
}

/// The shapes of what the statements return.
func shapes(_ body: String, declarations: String = "") throws -> [[Int]] {
  try results(body, declarations: declarations).map(\.shape)
}

/// The tensors that the statements of a function without arguments return.
func results(_ body: String, declarations: String = "") throws -> [Literal] {
  let module = try elaborate("\(declarations)\nmodel Test {\n  func main() -> Any {\n\(body)\n  }\n}\n")
  return try Evaluator().evaluate(module.graphs[0], inputs: [])
}

extension Literal {
  /// The elements as numbers.
  var numbers: [Double] {
    switch elementType {
    case .f64: elements(as: Double.self)
    case .f32: elements(as: Float.self).map(Double.init)
    case .f16: elements(as: Float16.self).map(Double.init)
    case .bf16: elements(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .i64: elements(as: Int64.self).map(Double.init)
    case .i32: elements(as: Int32.self).map(Double.init)
    case .i16: elements(as: Int16.self).map(Double.init)
    case .i8: elements(as: Int8.self).map(Double.init)
    case .u8, .bool: elements(as: UInt8.self).map(Double.init)
    }
  }
}
