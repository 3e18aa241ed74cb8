import Guard
import JSONRPC

/// The result of a scan as a SARIF log: each finding with its line, column and bytes in the file.
enum ScanSARIF {
  /// - Parameter path: the file as it was named; nil for standard input, which has no place that others could open.
  static func write(_ scanned: ScannedText, path: String?, to output: ResultOutput) throws(CommandFailure) {
    var log = SARIFLog()
    // A column of ours is a scalar value of Unicode.
    try log.begin(output, columnKind: "unicodeCodePoints")
    for (finding, place) in zip(scanned.inspection.findings, scanned.places()) {
      try log.add(
        SARIFLog.Rule(id: finding.rule, name: finding.name, category: finding.category.rawValue), finding.severity,
        message: finding.excerpt.isEmpty ? finding.name : "\(finding.name): \(finding.excerpt)", to: output
      ) { writer in
        if let path { location(finding, place, path, &writer) }
        properties(finding, of: scanned, &writer)
      }
    }
    try log.end(output)
  }

  private static func location(
    _ finding: Finding, _ place: ScannedText.Place, _ path: String, _ writer: inout JSONWriter
  ) {
    writer.name("locations")
    writer.array { writer in
      writer.element()
      writer.object { writer in
        writer.name("physicalLocation")
        writer.object { writer in
          writer.name("artifactLocation")
          writer.object { $0.member("uri", uri(path)) }
          writer.name("region")
          writer.object { writer in
            writer.member("startLine", place.line)
            writer.member("startColumn", place.column)
            writer.member("byteOffset", finding.place.range.lowerBound)
            writer.member("byteLength", finding.place.range.count)
          }
        }
      }
    }
  }

  private static func properties(_ finding: Finding, of scanned: ScannedText, _ writer: inout JSONWriter) {
    writer.name("properties")
    writer.object { writer in
      writer.member("severity", finding.severity.name)
      writer.member("verdict", scanned.inspection.verdict.name)
      writer.member("role", scanned.role.name)
      writer.member("view", finding.view.name)
      writer.member("proven", finding.isProven)
    }
  }

  /// A path as a URI reference (RFC 3986, 4.2): absolute ones with the scheme `file`, others relative, where a colon in
  /// the first segment would read as a scheme and is therefore encoded as everything else that is not plain.
  static func uri(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = path.hasPrefix("/") ? Array("file://".utf8) : []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.append(byte)
      default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
