import DLGraph
import DLSyntax

/// What can stand before parentheses.
indirect enum Callable {
  /// A free function, or, with an instance, a function of a layer.
  case function(FunctionDeclaration, FileScope, LayerInstance?)
  case closure(ClosureValue)
  case builtin(Builtin)
  /// A layer by its name: calling it makes an instance.
  case layer(LayerDeclaration, FileScope)
  /// `f16(x)`: a cast. As an argument, an element type.
  case elementType(ElementType)
  /// `x.f`: the function with its first argument.
  case bound(Callable, receiver: Value)

  var name: String {
    switch self {
    case .function(let declaration, _, _): declaration.name.name
    case .closure: "the closure"
    case .builtin(let builtin): builtin.name
    case .layer(let declaration, _): declaration.name.name
    case .elementType(let type): type.rawValue
    case .bound(let callable, _): callable.name
    }
  }

  var kind: String {
    switch self {
    case .function, .builtin, .bound: "the function \(name)"
    case .closure: "a closure"
    case .layer(let declaration, _): "the \(declaration.kind.rawValue) \(name)"
    case .elementType: "the element type \(name)"
    }
  }
}

/// A closure with the scope it was written in.
struct ClosureValue {
  let closure: Closure
  let scope: Scope
}

/// An argument of a call, evaluated.
struct ArgumentValue {
  let label: Identifier?
  let value: Value
  let range: SourceRange
}
