import CDLRuntime

/// A compiled model with its weights. It never changes: sessions in several threads may share it.
public final class Model: Sendable {
  public let name: String
  public let entries: [Entry]
  public let states: [TensorDescription]
  /// The CPU, and the instruction sets by LLVM's names, that the code is for.
  public let target: (triple: String, cpu: String, features: String)
  /// The version of the compiler, the options and the hash of the source that made the model.
  public let provenance: (compiler: String, recipe: String, source: String)

  nonisolated(unsafe) let descriptor: UnsafePointer<dlc_model>
  let weights: WeightBlob
  /// Keeps the descriptor alive.
  private let owner: any AnyObject & Sendable

  /// Loads a model from a shared library.
  ///
  /// - Parameters:
  ///   - name: the model's name; needed only where the library has several.
  ///   - verify: whether to check the checksum also of weights larger than 64 MiB.
  public convenience init(
    path: String, name: String? = nil, weights: Weights = .automatic, verify: Bool = false
  ) throws(RuntimeError) {
    let library = try Library(path: path)
    let address: UnsafeMutableRawPointer
    if let name {
      guard let found = library.address(of: name + Self.descriptorSuffix) else {
        throw .modelNotFound(path: path, name: name)
      }
      address = found
    } else {
      address = try Self.onlyDescriptor(of: library, path)
    }
    let descriptor = UnsafePointer(address.assumingMemoryBound(to: dlc_model.self))
    try self.init(descriptor, owner: library, libraryPath: path, weights: weights, verify: verify)
  }

  /// A model that is linked into the program: `NAME_model` of its header.
  public convenience init(
    linked model: dlc_model, weights: Weights = .automatic, verify: Bool = false
  ) throws(RuntimeError) {
    let descriptor = LinkedDescriptor(model)
    try self.init(UnsafePointer(descriptor.pointer), owner: descriptor, weights: weights, verify: verify)
  }

  private init(
    _ descriptor: UnsafePointer<dlc_model>, owner: any AnyObject & Sendable, libraryPath: String? = nil,
    weights: Weights, verify: Bool
  ) throws(RuntimeError) {
    if let failure = failureMessage(of: { dlc_model_check(descriptor, $0, $1) }) {
      throw .incompatibleModel(failure)
    }
    let model = descriptor.pointee
    self.descriptor = descriptor
    self.owner = owner
    name = String(cString: model.name)
    target = (String(cString: model.triple), String(cString: model.cpu), String(cString: model.features))
    provenance = (
      String(cString: model.compiler), String(cString: model.recipe), String(cString: model.source)
    )
    entries = (0..<Int(model.entry_count)).compactMap { Entry(model.entries + $0) }
    states = (0..<Int(model.state_count)).compactMap { TensorDescription(model.states[$0], of: nil) }
    guard entries.count == model.entry_count && states.count == model.state_count else {
      throw .incompatibleModel("model '\(name)' has element types that this runtime doesn't know")
    }
    self.weights = try WeightBlob(weights, of: descriptor, libraryPath: libraryPath, verify: verify)
  }

  /// The bytes of the weights, wherever they are.
  public var weightByteCount: Int { Int(descriptor.pointee.weights_size) }

  /// The entry with this name.
  public func entry(_ name: String) throws(RuntimeError) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .entryNotFound(name: name, model: self.name)
    }
    return entry
  }

  /// Checks that there is an entry with these inputs and outputs, in this order.
  ///
  /// - Throws: `RuntimeError.incompatibleModel` where they differ.
  public func require(_ name: String, inputs: [String], outputs: [String]) throws(RuntimeError) {
    let entry = try entry(name)
    for (kind, found, expected) in [
      ("inputs", entry.inputs.map(\.name), inputs), ("outputs", entry.outputs.map(\.name), outputs),
    ] where found != expected {
      throw .incompatibleModel(
        "model '\(self.name)' has another interface: the \(kind) of '\(name)' are \(found), expected \(expected)"
      )
    }
  }

  /// What follows a model's name in the name of its descriptor.
  private static let descriptorSuffix = "_model"

  /// The descriptor of a library with one model; of several, that with the name of the file.
  private static func onlyDescriptor(
    of library: Library, _ path: String
  ) throws(RuntimeError) -> UnsafeMutableRawPointer {
    let names = try MappedFile(path: path).identifiers(endingWith: descriptorSuffix).filter {
      library.address(of: $0) != nil
    }
    let file = splitPath(path).file
    let stem = file.firstIndex(of: ".").map { file[..<$0] } ?? file[...]
    let preferred = (stem.hasPrefix("lib") ? stem.dropFirst(3) : stem) + descriptorSuffix
    let name = names.count == 1 ? names.first : names.first { $0 == preferred }
    guard let name, let address = library.address(of: name) else {
      throw .modelNotChosen(
        path: path, candidates: names.map { String($0.dropLast(descriptorSuffix.count)) }.sorted())
    }
    return address
  }
}

/// A descriptor at an address of its own; what it points to belongs to the program.
private final class LinkedDescriptor: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<dlc_model>

  init(_ model: dlc_model) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: model)
  }

  deinit { pointer.deallocate() }
}
