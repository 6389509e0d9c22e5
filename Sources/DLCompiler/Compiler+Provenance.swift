import CDLRuntime
import DLSyntax

extension Compiler {
  /// The version of the compiler, as artifacts state it.
  public static let version = "dlc 0.1.0"

  /// The hash of a source text, in hexadecimal.
  static func checksum(of source: SourceFile) -> String {
    let hash = source.utf8.withUnsafeBytes { dlc_checksum($0.baseAddress, $0.count) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Compiler.Options {
  /// The options that shape the code, as text.
  var recipe: String {
    var parts: [String] = []
    if let modelName { parts.append("model=\(modelName)") }
    parts += hyperparameters.sorted { $0.key < $1.key }.map { "set \($0.key)=\($0.value)" }
    parts += fixed.sorted { $0.key < $1.key }.map { "fix \($0.key)=\($0.value)" }
    if arithmetic != .f32 { parts.append("arithmetic=\(arithmetic)") }
    if let recipeName { parts.append("recipe=\(recipeName)") }
    parts += recipeStatements
    if let calibration {
      parts.append("calibrate=\(calibration.estimator)\(calibration.correctsBias ? "" : " uncorrected")")
    }
    if tuning != nil { parts.append("tuned") }
    if !optimizes { parts.append("unoptimized") }
    return parts.joined(separator: "; ")
  }
}
