import Foundation
import Guard
import Testing

/// One file of `fixtures/transcripts`: what both sides write, what arrives, what is recorded. The README there is the grammar.
struct Transcript: CustomTestStringConvertible, Sendable {
  enum Side: Sendable { case client, server }

  enum Action: Sendable, Equatable {
    case writes([UInt8])
    case ends
    /// The next line, or with `isRest` all that arrives up to the end.
    case arrives([UInt8], isRest: Bool)
    case stops
  }

  struct Step: Sendable {
    var side: Side
    var action: Action
    var line: Int
  }

  struct Record: Sendable {
    var action: String
    var outcome: String
    var rules: [String]
    var from: String
    var to: String
    var line: Int
  }

  struct Malformed: Error {
    var line: Int
  }

  var name: String
  var header: [String: String] = [:]
  var steps: [Step] = []
  var records: [Record] = []

  var testDescription: String { name }
  var modes: [Mode] {
    header["mode"] == "both" ? [.observe, .enforce] : header["mode"] == "observe" ? [.observe] : [.enforce]
  }

  var settings: PolicySettings {
    var settings = PolicySettings()
    settings.quarantineEnabled = header["quarantine"] != "off"
    if let depth = header["max-depth"].flatMap({ Int($0) }) { settings.limits.maxDepth = depth }
    if let length = header["max-frame"].flatMap({ Int($0) }) { settings.limits.maxFrameBytes = length }
    return settings
  }

  /// All of them, by name.
  static let all: [Transcript] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../fixtures/transcripts").standardized
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "txt" }.compactMap { file in
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
      let name = file.deletingPathExtension().pathComponents.suffix(2).joined(separator: "/")
      return try? Transcript(name: name, text: text)
    }.sorted { $0.name < $1.name }
  }()

  init(name: String, text: String) throws {
    self.name = name
    var isHeader = true
    // Not by Character: a line may end in a carriage return.
    for (index, bytes) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let line = String(decoding: bytes, as: UTF8.self)
      if isHeader {
        if line.isEmpty {
          isHeader = header.isEmpty
          continue
        }
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2 else { throw Malformed(line: index + 1) }
        header[parts[0]] = parts[1]
      } else if line.isEmpty || line.hasPrefix("#") {
        continue
      } else if line.hasPrefix("A: ") {
        records.append(try Self.record(line, index + 1))
      } else {
        steps.append(try Self.step(line, index + 1))
      }
    }
  }

  private static func record(_ line: String, _ number: Int) throws -> Record {
    let words = line.dropFirst(3).split(separator: " ").map(String.init)
    let ends = words.last?.split(separator: "→").map(String.init) ?? []
    guard words.count >= 3, ends.count == 2 else { throw Malformed(line: number) }
    return Record(
      action: words[0], outcome: words[1], rules: Array(words[2..<(words.count - 1)]), from: ends[0], to: ends[1],
      line: number)
  }

  private static func step(_ line: String, _ number: Int) throws -> Step {
    for (prefix, side) in [("C", Side.client), ("S", .server)] {
      if line.hasPrefix("\(prefix)> ") {
        return Step(side: side, action: .writes(bytes(line.dropFirst(3)) + [0x0A]), line: number)
      }
      if line.hasPrefix("\(prefix)| ") {
        return Step(side: side, action: .writes(bytes(line.dropFirst(3))), line: number)
      }
      if line.hasPrefix(">\(prefix) ") {
        return Step(side: side, action: .arrives(bytes(line.dropFirst(3)) + [0x0A], isRest: false), line: number)
      }
      if line.hasPrefix(">\(prefix)| ") {
        return Step(side: side, action: .arrives(bytes(line.dropFirst(4)), isRest: true), line: number)
      }
      switch line {
      case "\(prefix)>": return Step(side: side, action: .writes([0x0A]), line: number)
      case "\(prefix)$": return Step(side: side, action: .ends, line: number)
      case ">\(prefix)$": return Step(side: side, action: .stops, line: number)
      default: continue
      }
    }
    throw Malformed(line: number)
  }

  /// `\xNN` is a byte and `\r` a carriage return; every other backslash is itself.
  private static func bytes(_ text: Substring) -> [UInt8] {
    let source = Array(text.utf8)
    var output: [UInt8] = []
    var index = 0
    while index < source.count {
      if source[index] == UInt8(ascii: "\\"), index + 1 < source.count {
        if source[index + 1] == UInt8(ascii: "r") {
          output.append(0x0D)
          index += 2
          continue
        }
        if source[index + 1] == UInt8(ascii: "x"), index + 3 < source.count,
          let byte = UInt8(String(decoding: source[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
        {
          output.append(byte)
          index += 4
          continue
        }
      }
      output.append(source[index])
      index += 1
    }
    return output
  }
}

extension Transcript {
  /// Whether bytes are what a step expects: `"TEXT"` and `"EVENT"` stand for any JSON string.
  static func agrees(_ found: [UInt8], with expected: [UInt8]) -> Bool {
    var (index, place) = (0, 0)
    while index < expected.count {
      if let length = ["\"TEXT\"", "\"EVENT\""].map({ Array($0.utf8) }).first(where: {
        expected[index...].starts(with: $0)
      })?.count {
        guard place < found.count, found[place] == UInt8(ascii: "\"") else { return false }
        place += 1
        while place < found.count, found[place] != UInt8(ascii: "\"") {
          place += found[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        place += 1
        index += length
        continue
      }
      guard place < found.count, found[place] == expected[index] else { return false }
      index += 1
      place += 1
    }
    return place == found.count
  }
}
