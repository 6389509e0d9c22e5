import DLCodeGen
import DLCompiler
import DLFormats
import DLTransforms

/// Measures what a recipe does to each parameter, and decides which are made smaller.
///
/// A parameter stays as it is where the kernels of its layer didn't become faster; and all do where the whole didn't.
struct RecipeTrial {
  let compiler: Compiler
  let path: String
  /// How much faster something must be: less is noise.
  var least = 1.02
  /// The number of calls of a profile.
  var repeats = 20

  /// Without the types that the recipe asks for, but pruned.
  private var plain: Compiler { compiler.adding(["precision \"*\" f32"]) }

  func run(_ progress: (_ step: String) -> Void) throws -> EvidenceRecord {
    let source = try compiler.readSource(path)
    progress("measuring the layers as they are")
    let before = try times(plain)
    progress("measuring the layers as the recipe says")
    let smaller = compiler.reportingEachProduct
    let after = try times(smaller)
    var layers = layers(smaller.log.records, before, after)
    guard !layers.isEmpty else {
      throw CompilerError.failure("--measure: the recipe makes no parameter smaller")
    }
    layers = layers.gated(atLeast: least)
    progress("measuring the whole")
    var choices = [layers.dropped, layers]
    if layers.contains(where: { !$0.isKept }) { choices.append(layers.gated(atLeast: 0)) }
    let builds = try choices.map { layers in
      let record = EvidenceRecord(compiler, source, layers: layers, before: 0, after: 0)
      return try MeasuredBuild(compiler.adding(record.statements), path)
    }
    let whole = try MeasuredBuild.times(of: builds).map { $0 / .seconds(1) }
    let best = whole.indices.min { whole[$0] < whole[$1] } ?? 0
    let chosen = whole[best] * least < whole[0] ? best : 0
    return EvidenceRecord(
      compiler, source, layers: choices[chosen], before: whole[0], after: whole[chosen])
  }

  /// The seconds of a call that the kernels of each layer take, by its path.
  private func times(_ compiler: Compiler) throws -> [String: Double] {
    var compiler = compiler
    compiler.options.reportsLaunches = true
    let profile = try Profiler(compiler: compiler, entry: nil, threads: 1, repeats: repeats).run(path)
    var times: [String: Double] = [:]
    for part in profile.parts {
      for layer in Set(part.launches.flatMap(\.origin.sites).map(\.path)) {
        times[layer, default: 0] += part.seconds
      }
    }
    return times
  }

  private func layers(
    _ records: [CompressionLog.Record], _ before: [String: Double], _ after: [String: Double]
  ) -> [LayerEvidence] {
    var seen: Set<String> = []
    return records.compactMap { record in
      guard record.isNarrower, seen.insert(record.parameter).inserted else { return nil }
      let layer = record.site?.path ?? ""
      return LayerEvidence(
        parameter: record.parameter,
        place: record.site.map { "\($0.file.lastPathComponent):\($0.line)" } ?? "",
        action: record.action, before: before[layer] ?? 0, after: after[layer] ?? 0,
        signalToNoise: record.signalToNoise.flatMap { $0.isFinite ? $0 : nil })
    }
  }
}

extension Compiler {
  /// This compiler with more statements in its recipe, and a log of its own.
  func adding(_ statements: [String]) -> Compiler {
    var options = options
    options.recipeStatements += statements
    return Compiler(options)
  }

  /// This compiler, which also measures what rounding each product alone costs, with a log of its own.
  var reportingEachProduct: Compiler {
    var options = options
    options.calibration?.reportsEachProduct = true
    return Compiler(options)
  }
}
