import Foundation

/// Python's json module, which is what most servers read with, as a second opinion.
struct PythonReader {
  enum Reading: Equatable {
    case refused
    /// It read one of the constants that JSON lacks: NaN, Infinity, -Infinity.
    case constant
    /// In the words of `TokenSink`.
    case value(String)
  }

  /// Whether a python3 can be started.
  static let isAvailable = (try? run([])) == []

  /// Reads every text. Throws when Python fails as a whole.
  static func run(_ texts: [[UInt8]]) throws -> [Reading] {
    let directory = FileManager.default.temporaryDirectory.appending(path: "jsonrpc-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (input, output) = (directory.appending(path: "in"), directory.appending(path: "out"))
    try Data(texts.map { $0.hexadecimal + "\n" }.joined().utf8).write(to: input)
    try Data().write(to: output)

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let lines = String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n")
    guard process.terminationStatus == 0, lines.count == texts.count else { throw Failure() }
    return lines.map { line in
      switch line {
      case "-": .refused
      case "C": .constant
      default: .value(String(line))
      }
    }
  }

  struct Failure: Error {}

  private static let script = #"""
    import json, re, sys

    class Number(str): pass
    class Pairs(list): pass
    class Constant(Exception): pass

    def constant(name): raise Constant()

    def text(value):
        return re.sub("[\ud800-\udfff]", "\ufffd", value).encode("utf-8").hex()

    def words(value):
        if value is None: return ["n"]
        if value is True: return ["t"]
        if value is False: return ["f"]
        if isinstance(value, Number): return ["#" + value]
        if isinstance(value, str): return ["s" + text(value)]
        out = ["{"] if isinstance(value, Pairs) else ["["]
        for item in value:
            if isinstance(value, Pairs): out += ["k" + text(item[0])] + words(item[1])
            else: out += words(item)
        return out + (["}"] if isinstance(value, Pairs) else ["]"])

    for line in sys.stdin:
        try:
            source = bytes.fromhex(line.strip()).decode("utf-8")
            print(" ".join(words(json.loads(source, parse_int=Number, parse_float=Number,
                                            parse_constant=constant, object_pairs_hook=Pairs))))
        except Constant: print("C")
        except (ValueError, RecursionError): print("-")
    """#
}
