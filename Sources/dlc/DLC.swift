import ArgumentParser
import DLCompiler

@main
struct DLC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dlc",
    abstract: "Compiles deep-learning models into native code.",
    discussion: """
      A model is written in a small language (.dl); its weights come from a safetensors or NumPy file. dlc makes an
      object file, a library or a program of them that needs no framework.

        dlc check model.dl                                    look for mistakes
        dlc build model.dl --weights w.safetensors --emit exe -o classify
        ./classify image=digit.png --top 3
        dlc ir model.dl --random-weights 1 --after fuse       read what a pass did

      Exit codes: 0 success, 1 the input is wrong, 64 the command line is wrong.
      Shell completions: dlc --generate-completion-script bash|zsh|fish
      """,
    version: Compiler.version,
    subcommands: [
      Check.self, Build.self, Run.self, IR.self, Compare.self, Inspect.self, Format.self, Bench.self,
      Profile.self, PrintReference.self,
    ])
}
