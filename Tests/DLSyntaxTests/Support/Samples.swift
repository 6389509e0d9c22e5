import DLSyntax
import Foundation

/// Texts that the tests share.
enum Samples {
  /// The root of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// All `.dl` files of the package: its examples and its standard library.
  static let files: [URL] = ["examples", "Sources/CDLResources"].flatMap { folder in
    let folder = root.appending(path: folder).resolvingSymlinksInPath()
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (walk?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "dl" }
  }.sorted { $0.path < $1.path }

  /// A file that shows every construct of the language.
  static let everything = #"""
    // Every construct of the language once.
    import nn
    import vision.blocks

    /// A small number.
    const epsilon: Float = 1e-5
    const sizes = [1, 2_000, 0xff,]

    /// Scales `x`.
    ///
    ///     scale(x)
    func scale(x: float[..., n], factor: Float = 2.0) -> float[..., n] {
      return x * factor  // broadcast
    }

    func pair(a: f32[], b: f32[n, 2 * n + 1]?, names: [String]) -> (f32[], Int) { return (a, 1) }

    layer Linear(in: Int, out: Int, bias: Bool = true) {
      /// The matrix.
      param weight: f32[out, in]
      param bias: f32[out] if bias
      buffer steps: i64[]
      state cache: f32[B, T, in]

      func forward(x: f32[B, in]) -> f32[B, out] {
        let y = x @ weight.T
        return bias == nil ? y : y + bias
      }
    }

    layer Empty {}

    model Net(width: Int = 64, depth: Int = 2, groups: Int? = nil) {
      dim T in 1...1024
      let half = width / 2
      let (a, _) = (1, 2)

      stem = Linear(width, half)
      blocks = [Linear(half, half) for _ in 0..<depth]
      odd = [Linear(half, half) for i in 0..<depth if i % 2 == 1]
      head = Linear(half, 10) if groups != nil && depth > 1 || !true

      func forward(x: f32[B, T, width], mask: bool[B, T]? = nil) -> (f32[B, T, 10], f32[B, T]) {
        var h = stem(x)
        for block in blocks { h = block(h) }
        for (i, block) in enumerate(odd) {
          if i == 0 {
            h = -h ** 2 + ~i
          } else if i >= 3 {
            h = h
              .reshape(B, T, -1)
              .transpose(1, 2)
          }
          else { h = h[:, -1, ..., 0:n:2, nil, ::2, i] }
        }
        let (q, k, v) = h.split(3, axis: -1).map { $0.reshape(B, T, 4, half / 4) }
        let s: f32[B] = zip(q, k).map { (a, b) in a << 2 | b >> 1 & 3 ^ 1 }.sum()
        let ys = scan (a, b) in (q, k), axis: 1, reverse: true {
          h = h + a.0.1
          yield h @ b
        }
        while any(h < 0.5) {
          h = h +
            1
        }
        let t = many { i in
          let u = i % 2
          -u
        }
        print("tab\t quote\" \u{3b1}", false)
        return (
          // A comment in brackets.
          ys,
          s
        )
      }
    }

    /// Small and fast.
    recipe edge for Net {
      fix T = 2 * 8
      target "x86-64-v4"  // with masks
      tuning "net.tuning.json"
      precision "head" bf16
      quantize "*.weight" to i8 per channel
      quantize "stem" to i8 per tensor dynamic
      quantize "blocks.{0,1}" to i4 group 32 weights only
      prune "blocks.*" to 2:4
      prune "odd.*" to 50% globally
      prune "odd.1" to 90% block 8
      prune "odd.1" to 90% block 16 by 1
      prune "blocks.0" to 30% channels globally by magnitude multiple 8
      prune "blocks.1" to 50% heads
    }

    recipe plain for Net {}
    """#
}

/// Parses a text under the name `test.dl`.
func parse(_ text: String) -> (unit: SourceUnit, diagnostics: DiagnosticSet) {
  Parser.parse(SourceFile(name: "test.dl", text: text))
}

/// All messages about a text as they are shown.
func messages(_ text: String) -> String { parse(text).diagnostics.rendered() }
