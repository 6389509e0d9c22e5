import DLCodeGen
import DLCompiler
import DLFormats
import DLTransforms

/// Measures what a recipe does to each parameter, and decides which are made smaller.
///
/// A parameter stays as it is where the kernels of its layer didn't become faster; and all do where the whole didn't. Where
/// the outputs have a budget, the parameters that cost the most stay too, until it is met.
struct RecipeTrial {
  let compiler: Compiler
  let path: String
  /// How much faster something must be: less is noise.
  var least = 1.02
  /// The number of calls of a profile.
  var repeats = 20

  /// Without anything that the recipe asks for.
  private var plain: Compiler { compiler.adding(["keep \"*\""]) }

  func run(_ progress: (_ step: String) -> Void) throws -> EvidenceRecord {
    let source = try compiler.readSource(path)
    progress("measuring the layers as they are")
    let before = try times(plain)
    progress("measuring the layers as the recipe says")
    let smaller = compiler.reportingEachProduct
    let after = try times(smaller)
    progress("measuring what each parameter costs")
    var layers = layers(smaller.log.records, before, after, try compiler.parameterErrors(path))
    guard !layers.isEmpty else {
      throw CompilerError.failure("--measure: the recipe makes no parameter smaller")
    }
    layers = layers.gated(atLeast: least)
    var choices = [layers.dropped, layers]
    if layers.contains(where: { !$0.isKept }) { choices.append(layers.gated(atLeast: 0)) }
    for index in choices.indices.dropFirst() {
      choices[index] = try withinBudget(choices[index], progress)
    }
    progress("measuring the whole")
    let builds = try choices.map { try MeasuredBuild(deciding($0), path) }
    let whole = try MeasuredBuild.times(of: builds).map { $0 / .seconds(1) }
    let best = whole.indices.min { whole[$0] < whole[$1] } ?? 0
    let chosen = whole[best] * least < whole[0] ? best : 0
    var record = EvidenceRecord(
      compiler, source, layers: choices[chosen], before: whole[0], after: whole[chosen])
    let quality = try comparison(record.layers)?.outputs.signalToNoise
    record.signalToNoise = quality.flatMap { $0.isFinite ? $0 : nil }
    return record
  }

  /// The compiler that follows a choice.
  private func deciding(_ layers: [LayerEvidence]) -> Compiler { compiler.adding(layers.statements) }

  // MARK: Errors

  /// The layers without as few as possible of those that cost the most, so that the budget is met.
  private func withinBudget(
    _ layers: [LayerEvidence], _ progress: (_ step: String) -> Void
  ) throws -> [LayerEvidence] {
    if try meetsBudget(layers) { return layers }
    // That more of them never hurt is assumed.
    var (tooFew, enough) = (0, layers.count { $0.isKept && $0.isSeparate })
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      progress("trying the budget without \(middle) parameters")
      if try meetsBudget(layers.droppingMostSensitive(middle)) {
        enough = middle
      } else {
        tooFew = middle
      }
    }
    let rest = layers.droppingMostSensitive(enough)
    return try meetsBudget(rest) ? rest : layers.dropped
  }

  private func meetsBudget(_ layers: [LayerEvidence]) throws -> Bool {
    guard let budget = compiler.options.calibration?.budget, budget != .none,
      let comparison = try comparison(layers)
    else { return true }
    switch budget {
    case .none: return true
    case .signalToNoise(let least): return comparison.outputs.signalToNoise >= least
    case .accuracyDrop(let most):
      guard let hits = comparison.hits else { return true }
      return Double(hits.first - hits.second) <= most * Double(comparison.exampleCount)
    }
  }

  /// What a choice computes beside the model as it is written; nil without typical inputs.
  private func comparison(_ layers: [LayerEvidence]) throws -> Comparison? {
    guard let files = compiler.options.calibration else { return nil }
    return try Comparison(
      of: .compiled(plain, path: path, observesLayers: false),
      with: .compiled(deciding(layers), path: path, observesLayers: false),
      examples: files.inputs, labels: files.labels)
  }

  // MARK: Times

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

  /// What became of each parameter; of several things that happen to one, the first with a measured error counts.
  private func layers(
    _ records: [CompressionLog.Record], _ before: [String: Double], _ after: [String: Double],
    _ errors: [String: Double]
  ) -> [LayerEvidence] {
    var order: [String] = []
    var grouped: [String: [CompressionLog.Record]] = [:]
    for record in records where record.effect != .none {
      if grouped[record.parameter] == nil { order.append(record.parameter) }
      if grouped[record.parameter]?.contains(record) != true {
        grouped[record.parameter, default: []].append(record)
      }
    }
    return order.compactMap { parameter in
      guard let records = grouped[parameter], let first = records.first else { return nil }
      // The product that reads the weights says more than what hands them on.
      let site = (records.last { $0.effect == .narrower } ?? first).site
      let layer = site?.path ?? ""
      let noise = [errors[parameter], records.compactMap(\.signalToNoise).first].compactMap { $0 }.min()
      return LayerEvidence(
        parameter: parameter, place: site.map { "\($0.file.lastPathComponent):\($0.line)" } ?? "",
        action: records.map(\.action).joined(separator: ", "), before: before[layer] ?? 0,
        after: after[layer] ?? 0, signalToNoise: noise.flatMap { $0.isFinite ? $0 : nil },
        isSeparate: !records.contains { $0.effect == .removed })
    }
  }
}

extension Compiler {
  /// This compiler, which also measures what rounding each product alone costs, with a log of its own.
  fileprivate var reportingEachProduct: Compiler {
    var options = options
    options.calibration?.reportsEachProduct = true
    return Compiler(options)
  }
}
