import DLGraph
import Foundation

extension Module {
  /// The graph of an entry point in the language of Graphviz.
  ///
  /// - Parameters:
  ///   - entry: nil for the first one.
  ///   - depth: layers at this depth become one box; nil draws every operation.
  public func drawing(of entry: String? = nil, depth: Int? = nil) throws(CompilerError) -> String {
    guard let graph = entry.map({ name in graphs.first { $0.name == name } }) ?? graphs.first else {
      let names = graphs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .failure("the model has no function '\(entry ?? "")'; it has \(names)")
    }
    return GraphDrawing(graph, depth: depth).text
  }

  /// The same, laid out as SVG by Graphviz.
  ///
  /// - Throws: `CompilerError` where its program `dot` can't be run.
  public func picture(of entry: String? = nil, depth: Int? = nil) throws(CompilerError) -> String {
    let text = try drawing(of: entry, depth: depth)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["dot", "-Tsvg"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    return try CompilerError.wrapping {
      try process.run()
      // Large texts don't fit into the pipe, so they are written while the other end is read.
      DispatchQueue.global().async {
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? input.fileHandleForWriting.close()
      }
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0, !data.isEmpty else {
        throw CompilerError.failure("a picture needs Graphviz: its program 'dot' can't be run")
      }
      return String(decoding: data, as: UTF8.self)
    }
  }
}
