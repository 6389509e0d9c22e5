import CDLRuntime
import CMiniatureModel
import Testing

@Suite struct ModelCheckTests {
  private func check(_ change: (inout dlc_model) -> Void) -> String? {
    var model = miniature_model
    change(&model)
    return message { dlc_model_check(&model, $0, $1) }
  }

  @Test func soundModel() { #expect(check { _ in } == nil) }

  @Test func missingModel() { #expect(message { dlc_model_check(nil, $0, $1) } == "there is no model") }

  @Test func otherVersion() {
    #expect(
      check { $0.abi_version = 77 }
        == "the model has ABI version 77, but this runtime has version 1: build both with the same dlc")
    #expect(
      check { $0.size = 8 }
        == "the model's descriptor has 8 bytes, but ABI version 1 has \(MemoryLayout<dlc_model>.size)")
  }

  @Test func lackingFeatures() {
    "warp-drive,flux".withCString { features in
      #expect(
        check { $0.features = features }
          == "model 'miniature' was built for CPU 'any' and needs warp-drive, flux, which this CPU lacks")
    }
  }

  @Test func emptyFeaturesAreNotMissed() {
    var text = [CChar](repeating: 1, count: 16)
    #expect(dlc_cpu_missing("", &text, text.count) == 0)
    #expect(dlc_cpu_missing(nil, &text, text.count) == 0)
    #expect(dlc_cpu_missing(",,", &text, text.count) == 0)
    #expect(string(text) == "")
  }

  @Test func longNamesAreCutOff() {
    var text = [CChar](repeating: 1, count: 8)
    #expect(dlc_cpu_missing(String(repeating: "x", count: 500), &text, text.count) == 1)
    #expect(string(text) == "xxxxxxx")
  }

  #if arch(x86_64)
    @Test func baseOfTheArchitecture() {
      var text = [CChar](repeating: 0, count: 64)
      #expect(dlc_cpu_missing("64bit,cmov,cx8,fxsr,mmx,sse,sse2,x87", &text, text.count) == 0)
    }
  #endif

  @Test func entriesByName() {
    withUnsafePointer(to: miniature_model) { model in
      #expect(dlc_model_entry(model, "step") == model.pointee.entries + 1)
      #expect(dlc_model_entry(model, "stop") == nil)
    }
  }
}
