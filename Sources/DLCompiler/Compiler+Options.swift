import DLCodeGen
import DLElaboration
import DLGraph
import DLLoops
import DLSyntax
import DLTransforms
import Foundation

extension Compiler {
  /// What is decided outside the source.
  public struct Options: Sendable {
    /// The model to compile, where a file has several.
    public var modelName: String?
    /// Hyperparameters that replace the defaults of the model.
    public var hyperparameters: [String: HyperparameterValue] = [:]
    /// Open dimensions that are fixed, by name.
    public var fixed: [String: Int] = [:]
    /// Where the weights come from; nil for a model without parameters.
    public var weights: Weights?
    /// How the names in the file of weights become the names of parameters.
    public var weightNames = NameTable()
    /// The CPU to compile for; nil for the one that the recipe names, or else this one.
    public var target: TargetDescription?
    /// The recipe of the file to follow.
    public var recipeName: String?
    /// Statements of a recipe, which come after those of the recipe in the file.
    public var recipeStatements: [String] = []
    /// The typical inputs from which scales are learnt.
    public var calibration: CalibrationFiles?
    /// Whether the weights become part of the code instead of a file beside it.
    public var embedsWeights = false
    /// The type of the factors of products with weights: `f32` or `bf16`.
    public var arithmetic = ElementType.f32
    /// Whether the passes of the standard pipeline run.
    public var optimizes = true
    /// Whether the code tells an observer of every kernel it has run: see `CompiledModel.launches`.
    public var reportsLaunches = false
    /// Whether convolutions may be computed by Winograd's method, which is faster but rounds more.
    public var usesWinograd = true
    /// Choices that were measured; they take the place of those of the cost model.
    public var tuning: TuningDatabase?
    /// The pass after which to stop.
    public var lastPass: String?

    public init() {}

    /// Chooses the target by the name of its CPU: `host`, or one of `Compiler.targetNames`.
    public mutating func setTarget(_ name: String) throws(CompilerError) {
      guard let target = TargetDescription.named(name) else {
        let names = ["host"] + TargetDescription.names
        let hint = Spelling.hint(for: name, in: names) ?? "known are \(names.joined(separator: ", "))"
        throw .failure("there is no target CPU '\(name)'; \(hint)")
      }
      self.target = target
    }

    /// Reads the table of names from a file.
    public mutating func setWeightNames(fromFile path: String) throws(CompilerError) {
      do {
        weightNames = try NameTable(parsing: String(contentsOfFile: path, encoding: .utf8))
      } catch let error as NameTable.ParseError {
        throw .failure("\(path): \(error)")
      } catch {
        throw .failure("cannot read '\(path)': \(error.localizedDescription)")
      }
    }

    /// Sets a hyperparameter to the value that a text stands for: `64`, `0.5`, `true`, `nil`, `[1, 2]`, or a string.
    public mutating func set(_ hyperparameter: String, to text: String) {
      hyperparameters[hyperparameter] = HyperparameterValue(parsing: text)
    }
  }

  /// Files of typical inputs, and what is to be learnt from them.
  public struct CalibrationFiles: Sendable {
    /// Tensors named after the inputs: safetensors, npz or npy. Their first axis counts the examples.
    public var inputs: String
    /// The class of each example.
    public var labels: String?
    public var estimator = RangeEstimator.meanSquareError
    public var budget = Calibration.Budget.none
    /// Whether products make up for what rounding their weights takes from the means of their outputs.
    public var correctsBias = true
    /// Whether somebody else sees to the budget, for all that the recipe does.
    public var measuresBudget = false
    /// Whether the log says what each product costs alone.
    public var reportsEachProduct = false

    public init(inputs: String) { self.inputs = inputs }
  }

  /// Where the weights come from.
  public enum Weights: Sendable {
    /// A safetensors, npz or npy file, or the index of a sharded checkpoint.
    case file(String)
    case random(seed: UInt64)
  }

  /// The CPUs that can be compiled for, besides the host.
  public static var targetNames: [String] { TargetDescription.names }
}
