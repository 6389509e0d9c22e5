internal import CDLRuntime
internal import CLLVM
import DLGraph
import DLLoops

/// Writes the `dlc_model` of a program and the tables it refers to, as constants.
struct DescriptorEmitter {
  private let program: Program
  private let ir: IRBuilder

  struct Entry {
    var function: ProgramFunction
    var run: IRValue
    var shapes: IRValue
  }

  init(_ program: Program, _ ir: IRBuilder) {
    self.program = program
    self.ir = ir
  }

  /// Writes the exported object `NAME_model`.
  func emit(_ description: ModelDescription, _ entries: [Entry], weights: WeightSummary) {
    let entryTable = table(entries.map(entry))
    let states = table(program.states.map { tensor($0.name, $0.type, symbols: []) })
    let embedded = weights.isEmbedded ? external("\(program.name)_weights") : ir.null()
    let model = record([
      int32(Int(DLC_ABI_VERSION)), int32(MemoryLayout<dlc_model>.size),
      string(program.name), string(description.compiler), string(description.source),
      string(description.recipe),
      string(ir.target.triple), string(ir.target.cpu), string(ir.target.features.joined(separator: ",")),
      int32(entries.count), int32(program.states.count), entryTable, states,
      ir.int(weights.byteCount), ir.int(Int(bitPattern: UInt(weights.checksum))), embedded,
    ])
    let global = define("\(program.name)_model", model)
    LLVMSetLinkage(global, LLVMExternalLinkage)
  }

  // MARK: Tables

  private func entry(_ entry: Entry) -> IRValue {
    let function = entry.function
    let symbols = function.symbols
    return record([
      string(function.name), int32(function.inputs.count), int32(function.outputs.count),
      table(function.inputs.map { tensor($0.name, $0.type, symbols: symbols) }),
      table(function.outputs.map { tensor($0.name, $0.type, symbols: symbols) }),
      int32(symbols.count), int32(0), table(symbols.map(symbol)), ir.int(function.workspaceByteCount),
      entry.shapes, entry.run,
    ])
  }

  private func symbol(_ symbol: Symbol) -> IRValue {
    record([string(symbol.name), ir.int(symbol.lower), ir.int(symbol.upper?.upperBound ?? .max)])
  }

  private func tensor(_ name: String, _ type: TensorType, symbols: [Symbol]) -> IRValue {
    record([
      string(name), int32(type.elementType.interfaceCode), int32(type.rank),
      table(type.shape.map { dimension($0, symbols) }),
    ])
  }

  private func dimension(_ dimension: Dimension, _ symbols: [Symbol]) -> IRValue {
    let index = dimension.symbol.flatMap { symbols.firstIndex(of: $0) } ?? -1
    return record([
      ir.int(dimension.constantValue ?? -1), int32(index), int32(0), ir.int(dimension.upperBound ?? .max),
    ])
  }

  // MARK: Constants

  private func int32(_ value: Int) -> IRValue { ir.int(value, ir.i32) }

  private func record(_ fields: [IRValue]) -> IRValue {
    var fields: [IRValue?] = fields
    return LLVMConstStructInContext(ir.context, &fields, UInt32(fields.count), 0)
  }

  /// The address of a constant array; null for an empty one.
  private func table(_ elements: [IRValue]) -> IRValue {
    guard let first = elements.first else { return ir.null() }
    var values: [IRValue?] = elements
    let array = LLVMConstArray2(ir.type(of: first), &values, UInt64(values.count))!
    return define("\(program.name)_table", array)
  }

  private func string(_ text: String) -> IRValue {
    let constant = LLVMConstStringInContext2(ir.context, text, text.utf8.count, 0)!
    return define("\(program.name)_text", constant)
  }

  /// A private constant; LLVM makes its name unique.
  private func define(_ name: String, _ value: IRValue) -> IRValue {
    let global = LLVMAddGlobal(ir.module, ir.type(of: value), name)!
    LLVMSetInitializer(global, value)
    LLVMSetGlobalConstant(global, 1)
    LLVMSetLinkage(global, LLVMPrivateLinkage)
    return global
  }

  private func external(_ name: String) -> IRValue {
    let global = LLVMAddGlobal(ir.module, ir.i8, name)!
    LLVMSetGlobalConstant(global, 1)
    LLVMSetVisibility(global, LLVMHiddenVisibility)
    return global
  }
}

extension ElementType {
  /// The value of `dlc_type`.
  var interfaceCode: Int {
    let code =
      switch self {
      case .f64: DLC_F64
      case .f32: DLC_F32
      case .f16: DLC_F16
      case .bf16: DLC_BF16
      case .i64: DLC_I64
      case .i32: DLC_I32
      case .i16: DLC_I16
      case .i8: DLC_I8
      case .u8: DLC_U8
      case .bool: DLC_BOOL
      }
    return Int(code.rawValue)
  }
}
