import DLElaboration
import DLSyntax
import Foundation
import Testing

/// Whatever the text, elaboration ends with a module or with errors inside the text.
struct RobustnessTests {
  @Test func absurdNumbersAreRefused() throws {
    let statements = [
      "x[9223372036854775807]", "x[-9223372036854775807 - 1]", "x[::-9223372036854775807 - 1]",
      "x[9223372036854775807:9223372036854775807:9223372036854775807]", "zeros(9223372036854775807, 3)",
      "iota(-1)",
      "[1, 2][-9223372036854775807 - 1]", "[1] * 9223372036854775807", "ints(3, 9223372036854775807)",
      "len(0..<9223372036854775807)", "range(0, 9223372036854775807, 2)",
      "arange(0, 3, -9223372036854775807 - 1)",
      "x.split(1000000000000)", "x.chunk(9223372036854775807)", "1 << 9223372036854775807", "int(1e300)",
      "i8(1e300)",
      "floor(9223372036854775807)", "x.sum(axis: 9223372036854775807)", "x.repeat(-3, 0)",
      "x.narrow(0, -5, 2)",
      "x.narrow(0, 0, 9223372036854775807)", "max_pool(zeros(1, 1, 4), 9223372036854775807)",
      "max_pool(zeros(1, 1, 4), 0)", "convolve(zeros(1, 1, 4), zeros(1, 1, 2), stride: 0)",
      "convolve(zeros(1, 1, 4), zeros(1, 1, 2), groups: 0)",
      "convolve(zeros(1, 1, 4), zeros(1, 1, 2), dilation: -1)",
      "convolve(zeros(1, 1, 4), zeros(1, 1, 2), padding: -9)", "x.topk(-1)", "x.topk(9223372036854775807)",
      "pad(x, [(-1, -1)])", "pad(x, [(9223372036854775807, 9223372036854775807)])",
      "x.dynamic_slice([0], [100])",
      "einsum(\"\", x)", "einsum(\"->\", x)", "x.reshape(-1, -1)", "x.reshape(0, -1)", "x.permute(0, 0)",
      "stack([])",
      "concat([])", "max([])", "one_hot(i64(1), -3)", "7 % -9223372036854775807",
      "(-9223372036854775807 - 1) / -1",
      "2 ** 9223372036854775807", "0 ** -1", "x / 0", "sqrt(-1)", "int(nan)", "x[nan]",
      "string([1, (2, nil)])",
    ]
    for statement in statements {
      _ = try diagnose("model M {\n  func f(x: f32[3]) -> Any {\n    return \(statement)\n  }\n}").rendered()
    }
  }

  @Test func endlessTextsEnd() throws {
    let texts = [
      "func f(x: Tensor) -> Tensor { return g(x) }\nfunc g(x: Tensor) -> Tensor { return f(x) }",
      "func f(x: Any) -> Any {\n  var l = [1]\n  for i in 0..<100 { l = l + l }\n  return x\n}",
      "func f(x: Any) -> Any {\n  var s = \"a\"\n  for i in 0..<100 { s = s + s }\n  return x\n}",
      "func f(x: Any) -> Any {\n  for i in 0..<2000 { for j in 0..<2000 { let k = j } }\n  return x\n}",
      "func f(x: Any) -> Any {\n  return [x for i in 0..<2000 for j in 0..<2000]\n}",
      "layer L { inner = L()\n  func forward(x: f32[3]) -> f32[3] { return x } }\nfunc f(x: Any) -> Any { return x }",
      "const f = { f($0) }",
    ]
    for text in texts {
      let model = "model M {\n  member = L()\n  func main(x: f32[3]) -> f32[3] { return f(x) }\n}"
      let (unit, _) = Parser.parse(SourceFile(name: "test.dl", text: "\(text)\n\(model)\n"))
      #expect(Elaboration.elaborate(unit).diagnostics.hasErrors, "\(text)")
    }
  }

  /// Texts with tokens deleted, doubled and exchanged.
  @Test func mutatedTextsDoNotCrash() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
    // More rounds on demand.
    let rounds = ProcessInfo.processInfo.environment["DLC_FUZZ_ROUNDS"].flatMap(Int.init) ?? 12
    var generator = SplitMix(state: 7)
    for name in ["names", "types", "shapes", "statements", "valid"] {
      let text = try String(contentsOf: folder.appending(path: "\(name).dl"), encoding: .utf8)
        .replacing(/2000000/, with: "20")
      for _ in 0..<rounds {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)
        for _ in 0..<6 {
          let (i, j) = (
            Int.random(in: words.indices, using: &generator), Int.random(in: words.indices, using: &generator)
          )
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: words[i] = words[j]
          case 1: words.swapAt(i, j)
          default: words.remove(at: i)
          }
        }
        let (unit, errors) = Parser.parse(SourceFile(name: "test.dl", text: words.joined(separator: " ")))
        // The elaborator must bear the units of broken texts, too.
        let (module, diagnostics) = Elaboration.elaborate(unit)
        #expect(module != nil || diagnostics.hasErrors || errors.hasErrors)
        _ = diagnostics.rendered()
      }
    }
  }
}

/// A small generator of random numbers, the same on every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
