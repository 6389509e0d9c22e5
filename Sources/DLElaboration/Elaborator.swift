import DLGraph
import DLSyntax

/// One run of elaboration: what is known so far, and where it stands.
///
/// Expressions are evaluated by methods that throw `Failure` once the error is reported. The value of a name whose
/// expression failed is unknown, and what uses it fails in silence: one mistake gives one message.
final class Elaborator {
  let unit: SourceUnit
  var options: Elaboration.Options
  let loader: ImportLoader
  var diagnostics = DiagnosticSet()
  /// The places already complained about, by kind of complaint.
  var reported: Set<ReportKey> = []

  /// The files read so far by path; nil for those that could not be found.
  var files: [String: FileScope?] = [:]
  /// The files of the standard library among them.
  var libraryFiles: Set<SourceFile> = []
  /// The bounds that the model declares for its symbols.
  var dimensions: [String: DLGraph.Symbol] = [:]
  /// Where the chosen recipe fixes a dimension, by the dimension.
  var recipeFixes: [String: SourceRange] = [:]
  /// The names of all symbols met so far.
  var symbolNames: Set<String> = []
  /// The states of the model by path, in the order in which they were found.
  var states: [Module.State] = []

  /// The entry point that is being elaborated.
  var entryPoint: EntryPoint?
  /// The graph that nodes are appended to.
  var builder: GraphBuilder?
  /// The calls that are being elaborated, outermost first.
  var frames: [Frame] = []
  /// The expression that is being evaluated.
  var currentRange: SourceRange

  var budget = Budget()

  init(_ unit: SourceUnit, options: Elaboration.Options, loader: ImportLoader) {
    self.unit = unit
    currentRange = unit.file.range.startPoint
    self.options = options
    self.loader = loader
  }

  struct ReportKey: Hashable {
    let id: Diagnostic.ID
    let range: SourceRange
  }
}

/// Thrown after an error was reported.
struct Failure: Error {}

/// What is left of the bounds that keep every elaboration finite.
struct Budget {
  static let maximumDepth = 256
  static let maximumExpressionDepth = 8_000
  static let maximumIterations = 1_000_000
  static let maximumNodes = 1_000_000
  /// The greatest magnitude of an integer that is an axis, a count, a step or the like.
  static let maximumMagnitude = 1 << 40

  var iterations = 0
  var nodes = 0
  var expressionDepth = 0
}
