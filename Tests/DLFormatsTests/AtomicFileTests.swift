import DLFormats
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private func content(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aFileAppearsAtCommit() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.txt"
      let file = try AtomicFile(path)
      try file.write("hello")
      #expect(content(path) == nil)
      try file.commit()
      #expect(content(path) == "hello")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.txt"])
    }
  }

  @Test func withoutCommitNothingChanges() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.txt"
      try AtomicFile.write("old", to: path)
      func abandon() throws {
        let file = try AtomicFile(path)
        try file.write("new")
      }
      try abandon()
      #expect(content(path) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.txt"])
    }
  }

  @Test func linksAndDevicesStay() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: "\(folder)/target")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "target")
      try AtomicFile.write("new", to: "\(folder)/link")
      #expect(content("\(folder)/target") == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link") == "target")
      try AtomicFile.write("gone", to: "/dev/null")
      #expect(
        try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
          == .typeCharacterSpecial)
    }
  }

  @Test func programsAreExecutable() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array("#!/bin/sh\n".utf8), to: "\(folder)/run", executable: true)
      #expect(FileManager.default.isExecutableFile(atPath: "\(folder)/run"))
    }
  }

  @Test func failuresAreNamed() throws {
    try withTemporaryFolder { folder in
      let inside = "\(folder)/no/x"
      let missing = #expect(throws: FormatError.self) { try AtomicFile.write("", to: inside) }
      #expect(missing?.description == "cannot write '\(inside)': No such file or directory")
      let itself = #expect(throws: FormatError.self) { try AtomicFile.write("", to: folder) }
      #expect(itself?.description == "cannot write '\(folder)': it is a folder")
    }
  }
}
