internal import CLLVM

extension IRBuilder {
  /// Calls an intrinsic that is overloaded on the type of its first operand alone.
  func intrinsic(_ name: String, _ operands: [IRValue]) -> IRValue {
    intrinsic(name, types: [type(of: operands[0])], operands)
  }

  /// Calls an intrinsic with the types it is overloaded on.
  func intrinsic(_ name: String, types: [IRType], _ operands: [IRValue]) -> IRValue {
    let id = LLVMLookupIntrinsicID(name, name.utf8.count)
    var overloads: [IRType?] = types
    let function = LLVMGetIntrinsicDeclaration(module, id, &overloads, overloads.count)!
    let type = LLVMIntrinsicGetType(context, id, &overloads, overloads.count)!
    return call(function, type, operands)
  }

  func call(_ function: IRValue, _ type: IRType, _ operands: [IRValue]) -> IRValue {
    var operands: [IRValue?] = operands
    return LLVMBuildCall2(builder, type, function, &operands, UInt32(operands.count), "")
  }

  /// Calls a function of libm without side effects, lane by lane.
  func library(_ name: String, _ operands: [IRValue]) -> IRValue {
    let scalar = element(type(of: operands[0]))
    let signature = function(returning: scalar, operands.map { _ in scalar })
    let callee = LLVMGetNamedFunction(module, name) ?? declareLibrary(name, signature)
    return perLane(operands) { call(callee, signature, $0) }
  }

  private func declareLibrary(_ name: String, _ signature: IRType) -> IRValue {
    let function = LLVMAddFunction(module, name, signature)!
    for attribute in ["nounwind", "willreturn"] { addAttribute(attribute, to: function) }
    // Only errno is written, which nothing here reads.
    addAttribute("memory", value: 0, to: function)
    return function
  }

  func function(returning result: IRType, _ parameters: [IRType]) -> IRType {
    var parameters: [IRType?] = parameters
    return LLVMFunctionType(result, &parameters, UInt32(parameters.count), 0)
  }

  // MARK: Attributes

  /// Where an attribute of a function goes: `-1` is the function itself, 1 the first parameter.
  func addAttribute(_ name: String, value: UInt64 = 0, to function: IRValue, at position: Int = -1) {
    let kind = LLVMGetEnumAttributeKindForName(name, name.utf8.count)
    let attribute = LLVMCreateEnumAttribute(context, kind, value)
    LLVMAddAttributeAtIndex(function, UInt32(bitPattern: Int32(position)), attribute)
  }

  func addAttribute(_ name: String, _ value: String, to function: IRValue) {
    let attribute = LLVMCreateStringAttribute(
      context, name, UInt32(name.utf8.count), value, UInt32(value.utf8.count))
    LLVMAddAttributeAtIndex(function, UInt32(bitPattern: -1), attribute)
  }

  /// A new function that is compiled for the target.
  func define(_ name: String, _ type: IRType, isPrivate: Bool) -> IRValue {
    let function = LLVMAddFunction(module, name, type)!
    if isPrivate { LLVMSetLinkage(function, LLVMInternalLinkage) }
    addAttribute("nounwind", to: function)
    addAttribute("target-cpu", target.baselineCPU, to: function)
    addAttribute("tune-cpu", target.cpu, to: function)
    addAttribute("target-features", target.featureString, to: function)
    if target.triple.hasPrefix("x86_64") {
      let bits = String(target.vectorByteCount * 8)
      addAttribute("prefer-vector-width", bits, to: function)
      addAttribute("min-legal-vector-width", bits, to: function)
    }
    return function
  }
}
