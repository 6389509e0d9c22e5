#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The C compiler of the machine, used to link and to build the program around a model.
public struct CCompiler: Hashable, Sendable {
  /// The name or path of the program.
  public let program: String

  /// The one that the environment variable CC names, or else the first of `cc`, `clang` and `gcc` that runs.
  ///
  /// - Throws: `CodeGenError.missingLinker`.
  public static func find() throws(CodeGenError) -> CCompiler {
    let chosen = getenv("CC").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    let names = chosen.map { [$0] } ?? ["cc", "clang", "gcc"]
    for name in names where Command(program: name, arguments: ["--version"]).run()?.status == 0 {
      return CCompiler(program: name)
    }
    throw .missingLinker(names)
  }

  public init(program: String) { self.program = program }

  /// Runs the compiler.
  ///
  /// - Throws: `CodeGenError.missingLinker` or `.linkerFailed`.
  func run(_ arguments: [String]) throws(CodeGenError) {
    let command = Command(program: program, arguments: arguments)
    guard let (status, output) = command.run() else { throw .missingLinker([program]) }
    if status != 0 { throw .linkerFailed(command: command.description, output: output) }
  }
}
