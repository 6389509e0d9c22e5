import DLCodeGen
import DLCompiler
import DLRuntime
import Foundation

/// Where the time of the calls of a model goes.
struct CallProfile {
  /// One part of the model, and the time of the launches that compute it.
  struct Part {
    let launches: [CompiledModel.Launch]
    /// How often it was computed in a call: more than once in a loop.
    let count: Int
    /// The seconds of a call that it took: the median over the calls.
    let seconds: Double
  }

  /// One launch of one call: the index in the launches of the model, when it began and how long it took, in seconds.
  struct Event {
    let launch: CompiledModel.Launch
    let start: Double
    let duration: Double
  }

  let title: String
  let threads: Int
  /// In the order of the program.
  let parts: [Part]
  /// The launches of the last call.
  let events: [Event]
  /// The seconds of a call: the median.
  let seconds: Double
  /// The bytes of workspace, and how many of them are in use at one time.
  let workspace: (planned: Int, inUse: Int)
}

/// Calls a model that reports its launches, and takes the times.
struct Profiler {
  let compiler: Compiler
  let entry: String?
  let threads: Int
  let repeats: Int

  func run(_ path: String) throws -> CallProfile {
    let folder = try TemporaryDirectory()
    let compiled = try compiler.compile(path)
    let launches = compiled.launches
    var loaded = try LoadedModel(compiled, entry: entry, threads: threads, folder: folder)
    try loaded.run()
    let variable = try observerVariable(of: loaded)
    variable.pointee = LaunchRecorder.observer
    defer { variable.pointee = nil }
    var calls: [[LaunchRecorder.Record]] = []
    for _ in 0..<repeats {
      LaunchRecorder.restart()
      try loaded.run()
      calls.append(LaunchRecorder.records)
    }
    return profile(
      calls, launches, title: "\(loaded.model.name).\(loaded.entry.name)",
      workspace: (
        loaded.entry.workspaceByteCount, compiled.leastWorkspaceByteCount(of: loaded.entry.name)
      ))
  }

  private func observerVariable(
    of loaded: LoadedModel
  ) throws -> UnsafeMutablePointer<LaunchRecorder.Observer?> {
    guard let library = dlopen(loaded.libraryPath, RTLD_NOW | RTLD_LOCAL),
      let address = dlsym(library, "\(loaded.model.name)_observer")
    else { throw CompilerError.failure("the compiled model can't be observed") }
    return address.assumingMemoryBound(to: LaunchRecorder.Observer?.self)
  }

  private func profile(
    _ calls: [[LaunchRecorder.Record]], _ launches: [CompiledModel.Launch], title: String,
    workspace: (planned: Int, inUse: Int)
  ) -> CallProfile {
    let events = calls.map { self.events(of: $0, launches) }
    let order = launches.map(Key.init).reduce(into: [Key]()) { if $0.last != $1 { $0.append($1) } }
    let times = events.map { call in
      Dictionary(grouping: call) { Key($0.launch) }.mapValues { $0.map(\.duration).reduce(0, +) }
    }
    let counts = Dictionary(grouping: events.last ?? []) { Key($0.launch) }.mapValues(\.count)
    let parts = order.compactMap { key -> CallProfile.Part? in
      guard let count = counts[key] else { return nil }
      let members = launches.filter { Key($0) == key }
      let seconds = times.compactMap { $0[key] }.median
      return CallProfile.Part(launches: members, count: max(1, count / members.count), seconds: seconds)
    }
    return CallProfile(
      title: title, threads: threads, parts: parts, events: events.last ?? [],
      seconds: events.map { $0.map(\.duration).reduce(0, +) }.median, workspace: workspace)
  }

  /// What a part of the model is told apart by.
  private struct Key: Hashable {
    let entry: String
    let origin: Int

    init(_ launch: CompiledModel.Launch) {
      entry = launch.entry
      origin = launch.originIndex
    }
  }

  /// A launch begins where the one before it ended.
  private func events(
    of records: [LaunchRecorder.Record], _ launches: [CompiledModel.Launch]
  ) -> [CallProfile.Event] {
    zip(records, records.dropFirst()).compactMap { before, record in
      guard launches.indices.contains(record.launch) else { return nil }
      return CallProfile.Event(
        launch: launches[record.launch], start: before.time - records[0].time,
        duration: record.time - before.time)
    }
  }
}

extension [Double] {
  /// The middle value; 0 of none.
  var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
