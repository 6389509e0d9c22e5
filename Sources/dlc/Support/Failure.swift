import ArgumentParser
import DLCompiler
import Foundation

/// Runs the body of a command: an error of the input is printed to standard error and ends with exit code 1.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as CompilerError {
    printError(error.message)
    throw ExitCode(1)
  } catch let error as ExitCode {
    throw error
  } catch {
    printError("error: \(error)")
    throw ExitCode(1)
  }
}

func printError(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
