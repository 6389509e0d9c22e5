import Foundation

// The elementary functions on numbers of compile time.

extension Elaborator {
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

  /// The functions of the same name on tensors, for numbers.
  static let scalarFunctions: [String: @Sendable (Double) -> Double] = [
    "abs": { Swift.abs($0) }, "exp": { Foundation.exp($0) }, "log": { Foundation.log($0) },
    "expm1": { Foundation.expm1($0) }, "log1p": { Foundation.log1p($0) }, "sqrt": { $0.squareRoot() },
    "rsqrt": { 1 / $0.squareRoot() }, "sin": { Foundation.sin($0) }, "cos": { Foundation.cos($0) },
    "tan": { Foundation.tan($0) }, "tanh": { Foundation.tanh($0) }, "erf": { Foundation.erf($0) },
    "sigmoid": { 1 / (1 + Foundation.exp(-$0)) }, "floor": { $0.rounded(.down) }, "ceil": { $0.rounded(.up) },
    "round": { $0.rounded(.toNearestOrEven) }, "sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
  ]
}
