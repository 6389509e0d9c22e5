import DLGraph
import DLOperations
import Testing

struct ElementwiseTests {
  private func i8(_ elements: Int8...) -> Literal {
    Literal(.i8, shape: [elements.count], elements: elements)
  }
  private func u8(_ elements: UInt8...) -> Literal {
    Literal(.u8, shape: [elements.count], elements: elements)
  }
  private func bool(_ elements: UInt8...) -> Literal {
    Literal(.bool, shape: [elements.count], elements: elements)
  }

  @Test func integersWrap() throws {
    #expect(try apply(Binary(.add), [i8(127, -128), i8(1, -1)]) == [i8(-128, 127)])
    #expect(try apply(Binary(.multiply), [i64(.max), i64(2)]) == [i64(-2)])
    #expect(try apply(Unary(.negate), [i8(-128, 5)]) == [i8(-128, -5)])
    #expect(try apply(Unary(.abs), [i64(.min, -3)]) == [i64(.min, 3)])
    #expect(try apply(Binary(.subtract), [u8(0), u8(1)]) == [u8(255)])
  }

  @Test func integerDivisionIsThatOfTheFloor() throws {
    let (a, b) = (i64(7, -7, 7, -7, 5, .min), i64(2, 2, -2, -2, 0, -1))
    #expect(try apply(Binary(.divide), [a, b]) == [i64(3, -4, -4, 3, 0, .min)])
    #expect(try apply(Binary(.remainder), [a, b]) == [i64(1, 1, -1, -1, 0, 0)])
    #expect(try apply(Binary(.divide), [i8(-128), i8(-1)]) == [i8(-128)])
  }

  @Test func floatRemainderHasTheSignOfTheDivisor() throws {
    let result = try apply(Binary(.remainder), [f32(5.5, -5.5, 5.5, 1, -0.0), f32(2, 2, -2, .infinity, 3)])
    #expect(result == [f32(1.5, 0.5, -0.5, 1, -0.0)])
  }

  @Test func integerPowers() throws {
    let (a, b) = (i64(2, 3, 0, 1, -1, -1, 2, 2), i64(10, 0, 0, -5, -5, -4, -1, 64))
    #expect(try apply(Binary(.power), [a, b]) == [i64(1024, 1, 1, 1, -1, 1, 0, 0)])
  }

  @Test func shiftsBeyondTheWidth() throws {
    let (a, b) = (i8(1, 1, 1, -1, 64), i8(7, 8, -1, 1, 1))
    #expect(try apply(Binary(.shiftLeft), [a, b]) == [i8(-128, 0, 0, -2, -128)])
    #expect(
      try apply(Binary(.shiftRight), [i8(-128, -128, 127, -5), i8(7, 100, -3, 1)]) == [i8(-1, -1, 0, -3)])
    #expect(try apply(Binary(.shiftRight), [u8(255, 255), u8(1, 8)]) == [u8(127, 0)])
  }

  @Test func complements() throws {
    #expect(try apply(Unary(.not), [bool(0, 1)]) == [bool(1, 0)])
    #expect(try apply(Unary(.not), [u8(0, 240)]) == [u8(255, 15)])
    #expect(try apply(Unary(.not), [i8(0, 1)]) == [i8(-1, -2)])
  }

  @Test func extremesPropagateNaN() throws {
    let (a, b) = (f32(.nan, 1, -0.0, 3), f32(1, .nan, 0, -.infinity))
    let least = try apply(Binary(.minimum), [a, b])[0].elements(as: Float.self)
    #expect(least[0].isNaN && least[1].isNaN && least[2].sign == .minus && least[3] == -.infinity)
    let greatest = try apply(Binary(.maximum), [a, b])[0].elements(as: Float.self)
    #expect(greatest[0].isNaN && greatest[1].isNaN && greatest[2].sign == .plus && greatest[3] == 3)
  }

  @Test func comparisonsWithNaN() throws {
    let (a, b) = (f32(.nan, .nan, 1), f32(.nan, 1, 2))
    #expect(try apply(Compare(.equal), [a, b]) == [bool(0, 0, 0)])
    #expect(try apply(Compare(.notEqual), [a, b]) == [bool(1, 1, 1)])
    #expect(try apply(Compare(.less), [a, b]) == [bool(0, 0, 1)])
    #expect(try apply(Compare(.greaterOrEqual), [a, b]) == [bool(0, 0, 0)])
  }

  @Test func roundingAndSigns() throws {
    let result = try apply(Unary(.round), [f32(0.5, 1.5, 2.5, -0.5, -1.5)])
    #expect(result == [f32(0, 2, 2, -0.0, -2)])
    #expect(try apply(Unary(.sign), [f32(-2, 0, -0.0, 5, .infinity)]) == [f32(-1, 0, -0.0, 1, 1)])
  }

  @Test func conversionsSaturateAndWrap() throws {
    let x = f32(1.9, -1.9, 300, -300, .nan, .infinity)
    #expect(try apply(Convert(to: .i8), [x]) == [i8(1, -1, 127, -128, 0, 127)])
    #expect(try apply(Convert(to: .u8), [x]) == [u8(1, 0, 255, 0, 0, 255)])
    #expect(try apply(Convert(to: .i64), [f32(1e30, -1e30)]) == [i64(.max, .min)])
    #expect(try apply(Convert(to: .i8), [i64(128, -129, 255)]) == [i8(-128, 127, -1)])
    #expect(try apply(Convert(to: .bool), [f32(0, -0.0, 0.1, .nan)]) == [bool(0, 0, 1, 1)])
    // Rounded once from the integer, not by way of f64.
    #expect(try apply(Convert(to: .f32), [i64(0x1000_0010_0000_001)]) == [f32(0x1.000002p56)])
  }

  @Test func narrowFloatsRoundToEven() throws {
    let bits = { (literal: Literal) in literal.elements(as: UInt16.self) }
    let x = f32(1.00390625, 1.01171875, .nan, -.infinity, 3.4e38)
    let narrow = bits(try apply(Convert(to: .bf16), [x])[0])
    #expect(narrow[0] == 0x3F80 && narrow[1] == 0x3F82 && narrow[3] == 0xFF80 && narrow[4] == 0x7F80)
    #expect(Float(bitPattern: UInt32(narrow[2]) << 16).isNaN)
    #expect(bits(try apply(Convert(to: .f16), [f32(65520, 1e-8, 1)])[0]) == [0x7C00, 0, 0x3C00])
  }

  @Test func selectionCopiesBits() throws {
    let result = try apply(Select(), [bool(1, 0, 1), i64(1, 2, 3), i64(4, 5, 6)])
    #expect(result == [i64(1, 5, 3)])
  }

  @Test func largeTensorsAreWorkedOnInPieces() throws {
    let x = f32([10_000], (0..<10_000).map(Float.init))
    let sum = try apply(Binary(.add), [x, x])[0].elements(as: Float.self)
    #expect(sum == (0..<10_000).map { Float(2 * $0) })
    #expect(try apply(Unary(.negate), [f32([0, 3], [])]) == [f32([0, 3], [])])
  }

  @Test func typeErrors() {
    let batch = Dimension(Symbol("B"))
    let (a, b) = (TensorType(.f32, [batch, 3]), TensorType(.f32, [batch, 4]))
    #expect(typeError(Binary(.add), a, b) == "can't add f32[B, 3] and f32[B, 4]: axis 1 is 3 and 4")
    #expect(
      typeError(Binary(.multiply), a, TensorType(.f64, a.shape))
        == "can't multiply f32[B, 3] and f64[B, 3]: the element types are f32 and f64")
    #expect(
      typeError(Compare(.less), a, TensorType(.f32, [3]))
        == "can't compare f32[B, 3] and f32[3]: the ranks are 2 and 1")
    #expect(
      typeError(Unary(.exp), TensorType(.i32, [2])) == "exp isn't defined on i32, the elements of i32[2]")
    #expect(typeError(Unary(.exp)) == "exp takes 1 operand, not 0")
    #expect(
      typeError(Select(), a, a, a) == "the condition of select must be bool, not f32[B, 3]")
    #expect(
      typeError(Select(), TensorType(.bool, [3]), a, a)
        == "can't select from f32[B, 3] by bool[3]: the ranks are 1 and 2")
    #expect(typeError(Convert(to: .f16), a) == nil)
  }
}
