#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Another program, run to its end.
struct Command {
  var program: String
  var arguments: [String]

  /// The command as a person would type it.
  var description: String { ([program] + arguments).joined(separator: " ") }

  /// Runs the program, found by the PATH, and returns its exit status and what it wrote to both of its outputs; nil
  /// where it can't be started.
  func run() -> (status: Int32, output: String)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    var words = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let failure = posix_spawnp(&process, program, &actions, nil, words, environ)
    close(ends[1])
    if failure != 0 { return nil }
    let output = readAll(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    // The exit status is in the second byte; a signal, in the first, counts as a failure too.
    return (status & 0x7f == 0 ? status >> 8 & 0xff : -1, output)
  }

  private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
