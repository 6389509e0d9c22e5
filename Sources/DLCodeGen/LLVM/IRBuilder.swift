internal import CLLVM
import DLGraph
import DLLoops

/// Appends instructions to LLVM functions. It refers to an `LLVMModule`, which must outlive it.
///
/// Arithmetic works on scalars and on vectors alike; a scalar operand next to a vector is broadcast.
struct IRBuilder {
  let context: LLVMContextRef
  let module: LLVMModuleRef
  let builder: LLVMBuilderRef
  let target: TargetDescription

  let i1, i8, i16, i32, i64, half, f32, f64, pointer, void: IRType

  init(_ owner: borrowing LLVMModule, target: TargetDescription) {
    context = owner.context
    module = owner.module
    builder = owner.builder
    self.target = target
    i1 = LLVMInt1TypeInContext(context)
    i8 = LLVMInt8TypeInContext(context)
    i16 = LLVMInt16TypeInContext(context)
    i32 = LLVMInt32TypeInContext(context)
    i64 = LLVMInt64TypeInContext(context)
    half = LLVMHalfTypeInContext(context)
    f32 = LLVMFloatTypeInContext(context)
    f64 = LLVMDoubleTypeInContext(context)
    pointer = LLVMPointerTypeInContext(context, 0)
    void = LLVMVoidTypeInContext(context)
  }

  func has(_ feature: String) -> Bool { target.features.contains(feature) }

  // MARK: Types

  func type(of value: IRValue) -> IRType { LLVMTypeOf(value) }

  func isVector(_ value: IRValue) -> Bool { isVector(type: type(of: value)) }

  func isVector(type: IRType) -> Bool { LLVMGetTypeKind(type) == LLVMVectorTypeKind }

  /// The number of lanes of a value; 1 for a scalar.
  func lanes(_ value: IRValue) -> Int { lanes(type: type(of: value)) }

  func lanes(type: IRType) -> Int { isVector(type: type) ? Int(LLVMGetVectorSize(type)) : 1 }

  /// A vector type, or the element type itself for one lane.
  func vector(_ element: IRType, _ lanes: Int) -> IRType {
    lanes == 1 ? element : LLVMVectorType(element, UInt32(lanes))
  }

  /// The type of `value` with its elements replaced.
  func shaped(like value: IRValue, _ element: IRType) -> IRType { vector(element, lanes(value)) }

  func element(_ type: IRType) -> IRType { isVector(type: type) ? LLVMGetElementType(type) : type }

  func isFloat(_ value: IRValue) -> Bool {
    let kind = LLVMGetTypeKind(element(type(of: value)))
    return kind == LLVMFloatTypeKind || kind == LLVMDoubleTypeKind || kind == LLVMHalfTypeKind
  }

  /// The width of an integer type or vector element, in bits.
  func bitWidth(_ value: IRValue) -> Int { Int(LLVMGetIntTypeWidth(element(type(of: value)))) }

  // MARK: Constants

  func int(_ value: Int) -> IRValue { LLVMConstInt(i64, UInt64(bitPattern: Int64(value)), 1) }

  /// An integer constant of a scalar or vector type.
  func int(_ value: Int, _ type: IRType) -> IRValue {
    splatConstant(LLVMConstInt(element(type), UInt64(bitPattern: Int64(value)), 1), type)
  }

  /// A floating-point constant of a scalar or vector type.
  func float(_ value: Double, _ type: IRType) -> IRValue {
    splatConstant(LLVMConstReal(element(type), value), type)
  }

  /// A floating-point constant of the type of another value.
  func float(_ value: Double, like other: IRValue) -> IRValue { float(value, type(of: other)) }

  func int(_ value: Int, like other: IRValue) -> IRValue { int(value, type(of: other)) }

  func zero(_ type: IRType) -> IRValue { LLVMConstNull(type) }

  func undefined(_ type: IRType) -> IRValue { LLVMGetPoison(type) }

  private func splatConstant(_ scalar: IRValue, _ type: IRType) -> IRValue {
    guard isVector(type: type) else { return scalar }
    return constantVector([IRValue](repeating: scalar, count: lanes(type: type)))
  }

  func constantVector(_ elements: [IRValue]) -> IRValue {
    var elements: [IRValue?] = elements
    return LLVMConstVector(&elements, UInt32(elements.count))
  }

  /// 0, 1, 2, … as integers of a type.
  func iota(_ lanes: Int, _ element: IRType) -> IRValue {
    lanes == 1 ? int(0, element) : constantVector((0..<lanes).map { int($0, element) })
  }

  func null() -> IRValue { LLVMConstNull(pointer) }

  /// The value of a constant integer.
  func constantInteger(_ value: IRValue) -> Int? {
    guard LLVMIsAConstantInt(value) != nil else { return nil }
    return Int(LLVMConstIntGetSExtValue(value))
  }

  // MARK: Lanes

  /// A vector whose lanes all hold `value`; a vector as it is.
  func broadcast(_ value: IRValue, _ lanes: Int) -> IRValue {
    if lanes == 1 || isVector(value) { return value }
    if LLVMIsConstant(value) != 0 { return constantVector([IRValue](repeating: value, count: lanes)) }
    let empty = undefined(vector(type(of: value), lanes))
    let first = LLVMBuildInsertElement(builder, empty, value, int(0, i32), "")!
    return shuffle(first, first, [Int](repeating: 0, count: lanes))
  }

  /// Both operands with the lanes of the wider one.
  func widened(_ a: IRValue, _ b: IRValue) -> (IRValue, IRValue) {
    let lanes = max(self.lanes(a), self.lanes(b))
    return (broadcast(a, lanes), broadcast(b, lanes))
  }

  func shuffle(_ a: IRValue, _ b: IRValue, _ indices: [Int]) -> IRValue {
    LLVMBuildShuffleVector(builder, a, b, constantVector(indices.map { int($0, i32) }), "")
  }

  func extract(_ vector: IRValue, _ lane: Int) -> IRValue {
    LLVMBuildExtractElement(builder, vector, int(lane, i32), "")
  }

  func insert(_ vector: IRValue, _ value: IRValue, _ lane: Int) -> IRValue {
    LLVMBuildInsertElement(builder, vector, value, int(lane, i32), "")
  }

  /// Applies a function of scalars to every lane.
  func perLane(_ operands: [IRValue], _ body: ([IRValue]) -> IRValue) -> IRValue {
    let lanes = operands.map { self.lanes($0) }.max() ?? 1
    if lanes == 1 { return body(operands) }
    var result: IRValue?
    for lane in 0..<lanes {
      let value = body(operands.map { isVector($0) ? extract($0, lane) : $0 })
      result = insert(result ?? undefined(vector(type(of: value), lanes)), value, lane)
    }
    return result ?? undefined(vector(f32, lanes))
  }
}
