import DLGraph
import DLLoops
import DLSyntax
import Foundation

/// What was measured of a recipe, and what was decided: a build that is given it decides the same without measuring.
public struct EvidenceRecord: JSONFile, Hashable, Sendable {
  private var version = Self.version
  /// The compiler that measured.
  public var compiler = Compiler.version
  /// The checksum of the model's source.
  public var source: String
  /// The CPU that it was measured on, with its features.
  public var target: String
  /// The options that shape the code, the recipe among them.
  public var options: String
  public var layers: [LayerEvidence]
  /// The seconds of a call without the recipe's types, and with what was decided.
  public var before: Double
  public var after: Double

  private static let version = 2

  /// - Parameter compiler: with the options of the build, and no decisions yet.
  public init(
    _ compiler: Compiler, _ source: SourceFile, layers: [LayerEvidence], before: Double, after: Double
  ) {
    self.source = Compiler.checksum(of: source)
    target = Self.name(of: compiler.target)
    options = compiler.options.recipe
    self.layers = layers
    self.before = before
    self.after = after
  }

  /// How much stronger the outputs are than what all that was decided adds to them, in decibels; nil where there were no
  /// typical inputs, or nothing is added.
  public var signalToNoise: Double?

  /// What was decided, as statements of a recipe.
  public var statements: [String] { layers.statements }

  /// A table of the layers, and a line about the whole.
  public var table: [String] {
    let heads = ["parameter", "line", "what", "f32", "new", "gain", "error", "kept"]
    let rows =
      [heads]
      + layers.map { layer in
        [
          layer.parameter, layer.place, layer.action, Self.microseconds(layer.before),
          Self.microseconds(layer.after), String(format: "%.2fx", layer.before / max(layer.after, 1e-12)),
          layer.signalToNoise.map { String(format: "%.1f dB", $0) } ?? "–", layer.isKept ? "yes" : "no",
        ]
      }
    let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      row.indices.map { $0 + 1 == row.count ? row[$0] : row[$0].padded(to: widths[$0] + 2) }.joined()
    }
    let kept = layers.count { $0.isKept }
    let quality = signalToNoise.map { String(format: ", with a signal to noise of %.1f dB", $0) } ?? ""
    return lines + [
      "\(kept) of \(layers.count) parameters are made smaller: a call takes \(Self.microseconds(after)) instead of "
        + Self.microseconds(before) + quality
    ]
  }

  private static func microseconds(_ seconds: Double) -> String { String(format: "%.1f µs", 1e6 * seconds) }

  // MARK: Files

  /// Reads a file.
  ///
  /// - Throws: where it can't be read, isn't such a file, or isn't about this build.
  public init(path: String, for compiler: Compiler, _ source: SourceFile) throws(CompilerError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .failure("cannot read the record '\(path)': 'dlc build --measure' makes one")
    }
    do {
      self = try JSONDecoder().decode(EvidenceRecord.self, from: data)
    } catch {
      throw .failure("'\(path)' is not a record of dlc: make a new one with --measure")
    }
    let mismatches = [
      (version == Self.version, "has version \(version), but this compiler reads \(Self.version)"),
      (self.source == Compiler.checksum(of: source), "was made for another text of '\(source.name)'"),
      (target == Self.name(of: compiler.target), "was measured on another CPU, \(target)"),
      (options == compiler.options.recipe, "was made with other options: \(options)"),
    ]
    if let mismatch = mismatches.first(where: { !$0.0 }) {
      throw .failure("the record '\(path)' \(mismatch.1): make a new one with --measure")
    }
  }

  private static func name(of target: TargetDescription) -> String {
    "\(target.triple) \(target.cpu) \(target.features.joined(separator: ","))"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
