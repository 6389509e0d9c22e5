import DLSyntax

/// A call that is being elaborated.
struct Frame {
  /// The function's name.
  let name: String
  /// The layer it belongs to.
  let instance: LayerInstance?
  /// Where it was called; nil for entry points.
  let callSite: SourceRange?
  /// What the innermost scan of this function has yielded.
  var yields: YieldCollector?
  /// How many run-time loops the current statement is in.
  var loopDepth = 0
}

/// Receives the value that a step of a scan yields.
final class YieldCollector {
  var value: Value?
  var range: SourceRange?
}
