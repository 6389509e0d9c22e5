/// What a compiled model says about where it comes from.
public struct ModelDescription: Hashable, Sendable {
  /// The version of the compiler.
  public var compiler: String
  /// The hash of the model's source, in hexadecimal.
  public var source: String
  /// The options that shaped the code, as text.
  public var recipe: String

  public init(compiler: String, source: String, recipe: String) {
    self.compiler = compiler
    self.source = source
    self.recipe = recipe
  }
}
