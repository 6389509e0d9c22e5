import DLCodeGen
import DLCompiler
import DLRuntime

/// A model that was compiled a moment ago and is loaded into this process, with a call prepared on zeros.
struct LoadedModel {
  let model: Model
  let entry: Entry
  /// The path of the shared library, while this is in use.
  let libraryPath: String
  /// The bytes of the weight file; 0 without one.
  let weightByteCount: Int
  private let call: PreparedCall
  private let inputs: [Tensor]
  private var outputs: [Tensor]

  /// - Parameters:
  ///   - entry: nil for the first one.
  ///   - folder: where the library is written; it must last as long as this.
  init(_ compiled: CompiledModel, entry: String?, threads: Int, folder: TemporaryDirectory) throws {
    let artifact = try Artifact.write(compiled, kind: .shared, to: folder.path)
    libraryPath = artifact.files[0].path
    weightByteCount = artifact.files.first { $0.path.hasSuffix(".dlw") }?.byteCount ?? 0
    model = try Model(path: libraryPath, name: artifact.modelName)
    self.entry = try model.entry(entry ?? model.entries[0].name)
    inputs = try self.entry.inputs.map { Tensor(zeros: try $0.fixedShape(), $0.elementType) }
    let session = Session(model, pool: try ThreadPool(threads: threads))
    call = try session.prepare(self.entry.name, inputs: inputs)
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
