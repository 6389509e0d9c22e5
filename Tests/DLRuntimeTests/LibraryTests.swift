import DLRuntime
import Foundation
import Testing

@Suite struct LibraryTests {
  private let files: MiniatureFiles

  init() throws { files = try MiniatureFiles.shared.get() }

  @Test func weightsBesideTheLibrary() throws {
    let model = try Model(path: files.library)
    let outputs = try Session(model).run(
      "forward", ["x": Tensor([1, 0, 0, 0] as [Float], shape: [1, 1, 2, 2])])
    #expect(outputs["y"]?.elements(Float.self) == [0.5, 11.5, 22.5])
  }

  @Test func weightsByPath() throws {
    #expect(try Model(path: files.library, weights: .file(files.weights)).name == "miniature")
    #expect(
      throws: RuntimeError.unusableWeights(path: files.library, reason: "this is not a weight file of dlc")
    ) {
      try Model(path: files.library, weights: .file(files.library))
    }
    #expect(throws: RuntimeError.self) { try Model(path: files.library, weights: .file("/nowhere.dlw")) }
  }

  @Test func damagedWeights() throws {
    var bytes = miniatureWeightFile()
    bytes[90] ^= 1
    let path = files.path("damaged.dlw")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(throws: RuntimeError.self) { try Model(path: files.library, weights: .file(path)) }
  }

  @Test func otherNames() throws {
    #expect(throws: RuntimeError.modelNotFound(path: files.library, name: "other")) {
      try Model(path: files.library, name: "other")
    }
    #expect(try Model(path: files.library, name: "miniature_embedded").name == "miniature")
  }

  @Test func severalModelsInOneLibrary() throws {
    let path = files.path("both.so")
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: files.library, toPath: path)
    #expect(
      throws: RuntimeError.modelNotChosen(path: path, candidates: ["miniature", "miniature_embedded"])
    ) {
      try Model(path: path)
    }
  }

  @Test func notALibrary() {
    #expect(throws: RuntimeError.self) { try Model(path: files.weights) }
    #expect(throws: RuntimeError.self) { try Model(path: "nowhere.so") }
  }
}
