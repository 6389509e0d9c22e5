import CDLRuntime

/// One function of a model.
public struct Entry: Sendable {
  public let name: String
  public let inputs: [TensorDescription]
  public let outputs: [TensorDescription]
  public let symbols: [Symbol]
  /// The bytes that a call needs besides inputs, outputs and states.
  public let workspaceByteCount: Int
  nonisolated(unsafe) let descriptor: UnsafePointer<dlc_entry>

  /// A dimension left open, with its bounds.
  public struct Symbol: Hashable, Sendable {
    public let name: String
    public let bounds: ClosedRange<Int>
  }

  /// Nil where the description has types that this runtime doesn't know, or bounds that are none.
  init?(_ descriptor: UnsafePointer<dlc_entry>) {
    let entry = descriptor.pointee
    func descriptions(_ tensors: UnsafePointer<dlc_tensor>?, _ count: Int32) -> [TensorDescription] {
      (0..<Int(count)).compactMap { index in tensors.flatMap { TensorDescription($0[index], of: descriptor) }
      }
    }
    self.descriptor = descriptor
    name = String(cString: entry.name)
    inputs = descriptions(entry.inputs, entry.input_count)
    outputs = descriptions(entry.outputs, entry.output_count)
    symbols = (0..<Int(entry.symbol_count)).compactMap { index in
      let symbol = entry.symbols[index]
      guard symbol.minimum <= symbol.maximum else { return nil }
      return Symbol(name: String(cString: symbol.name), bounds: Int(symbol.minimum)...Int(symbol.maximum))
    }
    workspaceByteCount = Int(entry.workspace_size)
    guard inputs.count == entry.input_count && outputs.count == entry.output_count else { return nil }
    guard symbols.count == entry.symbol_count else { return nil }
  }
}
