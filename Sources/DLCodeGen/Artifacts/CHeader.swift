import DLGraph
import DLLoops

/// The C header of a compiled model: typed prototypes of its entry points, and what a caller must know of them.
struct CHeader {
  private let program: Program
  private var name: String { program.name }

  init(_ program: Program) { self.program = program }

  var text: String {
    let guardName = "\(name.uppercased())_H"
    var lines = [
      "// The model \(name). Made by dlc; see dlc.h for how to call it.",
      "#ifndef \(guardName)", "#define \(guardName)", "", "#include \"dlc.h\"", "",
      "#ifdef __cplusplus", "extern \"C\" {", "#endif", "",
      "/// The description of the model.", "extern const dlc_model \(name)_model;", "",
      "/// Bytes of weight data that `dlc_call.weights` points to.",
      "#define \(name.uppercased())_WEIGHTS_SIZE \(program.weights.byteCount)", "",
    ]
    lines += states
    for function in program.functions { lines += entry(function) }
    lines += ["#ifdef __cplusplus", "}", "#endif", "#endif", ""]
    return lines.joined(separator: "\n")
  }

  private var states: [String] {
    if program.states.isEmpty { return [] }
    var lines = ["// States, in the order of `dlc_call.states`. Zero bytes are a fresh state."]
    for (index, state) in program.states.enumerated() {
      lines.append("#define \(name.uppercased())_STATE_\(identifier(state.name)) \(index)  // \(state.type)")
      if let bytes = state.type.maximumByteCount {
        lines.append("#define \(name.uppercased())_STATE_\(identifier(state.name))_SIZE \(bytes)")
      }
    }
    return lines + [""]
  }

  private func entry(_ function: ProgramFunction) -> [String] {
    let prefix = "\(name)_\(function.name)".uppercased()
    var lines = ["// MARK: \(function.name)", ""]
    lines.append("/// Bytes of workspace that a call needs, aligned to DLC_ALIGNMENT.")
    lines += ["#define \(prefix)_WORKSPACE_SIZE \(function.workspaceByteCount)", ""]
    for (index, symbol) in function.symbols.enumerated() {
      let bound = symbol.upper?.upperBound.map(String.init) ?? "INT64_MAX"
      lines.append(
        "#define \(prefix)_SYMBOL_\(identifier(symbol.name)) \(index)  // \(symbol.lower)...\(bound)")
    }
    lines += indices(function.inputs, "\(prefix)_INPUT") + indices(function.outputs, "\(prefix)_OUTPUT")
    lines += ["", "/// Computes the outputs from the inputs:", "///"]
    lines += function.inputs.map { "/// - input \($0.name): \($0.type)" }
    lines += function.outputs.map { "/// - output \($0.name): \($0.type)" }
    lines += [
      "///", "/// Nothing is checked. Several calls may run at once on different workspaces and states.",
    ]
    lines += ["void \(name)_\(function.name)(const dlc_call *call);", ""]
    return lines + typedCall(function)
  }

  private func indices(_ arguments: [ProgramFunction.Argument], _ prefix: String) -> [String] {
    arguments.enumerated().map { "#define \(prefix)_\(identifier($1.name)) \($0)" }
  }

  /// A function that takes every tensor as a typed pointer.
  private func typedCall(_ function: ProgramFunction) -> [String] {
    var parameters = ["const void *weights", "void *workspace", "const dlc_executor *executor"]
    if !program.states.isEmpty { parameters.append("void *const *states") }
    parameters += function.symbols.map { "int64_t symbol_\(lowered($0.name))" }
    parameters += function.inputs.map { "const \($0.type.elementType.cType) *input_\(lowered($0.name))" }
    parameters += function.outputs.map { "\($0.type.elementType.cType) *output_\(lowered($0.name))" }
    func array(_ type: String, _ field: String, _ items: [String]) -> String {
      items.isEmpty ? "" : "  \(type)\(field)[] = {\(items.joined(separator: ", "))};\n"
    }
    let arrays =
      array("const void *const ", "inputs", function.inputs.map { "input_\(lowered($0.name))" })
      + array("void *const ", "outputs", function.outputs.map { "output_\(lowered($0.name))" })
      + array("const int64_t ", "symbols", function.symbols.map { "symbol_\(lowered($0.name))" })
    func reference(_ isEmpty: Bool, _ field: String) -> String { isEmpty ? "0" : field }
    let fields = [
      "weights", "workspace", reference(function.inputs.isEmpty, "inputs"),
      reference(function.outputs.isEmpty, "outputs"), reference(program.states.isEmpty, "states"),
      reference(function.symbols.isEmpty, "symbols"), "executor",
    ]
    return [
      "/// The same with a typed pointer for every tensor. `executor` may be NULL.",
      "static inline void \(name)_\(function.name)_typed(",
      "    \(parameters.joined(separator: ",\n    "))) {",
      "\(arrays)  const dlc_call call = {\(fields.joined(separator: ", "))};",
      "  \(name)_\(function.name)(&call);", "}", "",
    ]
  }

  private func lowered(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private func identifier(_ name: String) -> String { lowered(name).uppercased() }
}

extension ElementType {
  fileprivate var cType: String {
    switch self {
    case .f64: "double"
    case .f32: "float"
    case .f16, .bf16: "uint16_t"
    case .i64: "int64_t"
    case .i32: "int32_t"
    case .i16: "int16_t"
    case .i8: "int8_t"
    case .u8, .bool: "uint8_t"
    }
  }
}
