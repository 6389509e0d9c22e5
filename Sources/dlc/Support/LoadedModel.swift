import DLCodeGen
import DLCompiler
import DLRuntime

/// A model that was compiled a moment ago and is loaded into this process, with a call prepared on zeros.
struct LoadedModel {
  let model: Model
  let entry: Entry
  /// The path of the shared library, while this is in use.
  let libraryPath: String
  private let call: PreparedCall
  private let inputs: [Tensor]
  private var outputs: [Tensor]

  /// - Parameters:
  ///   - entry: nil for the first one.
  ///   - folder: where the library is written; it must last as long as this.
  init(_ compiled: CompiledModel, entry: String?, threads: Int, folder: TemporaryDirectory) throws {
    let artifact = try Artifact.write(compiled, kind: .shared, to: folder.path)
    try self.init(
      library: artifact.files[0].path, name: artifact.modelName, entry: entry, threads: threads)
  }

  /// - Parameters:
  ///   - name: the model's name; needed only where the library has several.
  ///   - entry: nil for the one that takes the inputs, or the first one.
  ///   - inputs: what it is called with; nil for zeros.
  init(library path: String, name: String? = nil, entry: String? = nil, threads: Int, inputs: [Tensor]? = nil)
    throws
  {
    libraryPath = path
    let model = try Model(path: path, name: name)
    let fitting = inputs.flatMap { inputs in model.entries.first { $0.takes(inputs) } }
    let entry = try entry.map(model.entry) ?? fitting ?? model.entries[0]
    self.model = model
    self.entry = entry
    self.inputs =
      try inputs ?? entry.inputs.map { Tensor(zeros: try $0.fixedShape(), $0.elementType) }
    let session = Session(model, pool: try ThreadPool(threads: threads))
    call = try session.prepare(entry.name, inputs: self.inputs)
    outputs = call.makeOutputs()
  }

  /// Calls the entry once.
  mutating func run() throws { try call.run(inputs, into: &outputs) }

  /// The durations of some calls in ascending order, after one that isn't counted.
  mutating func times(repeats: Int) throws -> [Duration] {
    try run()
    let clock = ContinuousClock()
    var times: [Duration] = []
    for _ in 0..<repeats { times.append(try clock.measure { try run() }) }
    return times.sorted()
  }
}

extension Entry {
  /// Whether tensors have the types and ranks of the inputs.
  fileprivate func takes(_ tensors: [Tensor]) -> Bool {
    tensors.count == inputs.count
      && zip(inputs, tensors).allSatisfy {
        $0.elementType == $1.elementType && $0.dimensions.count == $1.shape.count
      }
  }
}

extension TensorDescription {
  /// The shape, where no dimension is open.
  fileprivate func fixedShape() throws -> [Int] {
    try dimensions.map { dimension in
      guard case .fixed(let extent) = dimension else {
        throw CompilerError.failure(
          "input '\(name)' is \(typeText): fix its open dimensions with --fix name=value")
      }
      return extent
    }
  }
}
