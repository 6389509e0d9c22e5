import DLSyntax
import Testing

@Test func everythingParses() {
  let (unit, diagnostics) = parse(Samples.everything)
  #expect(diagnostics.isEmpty)
}
