import JSONRPC

/// Lines that are not what the protocol asks for.
extension DemoSession {
  /// Either one defective answer, or a defective line and a clean answer behind it.
  func sendDefective(_ fault: CallFault, _ call: DemoCall) {
    if let answer = defectiveAnswer(fault, call) { return write(answer) }
    write(defectiveLine(fault, call))
    sendText(call, "The weather is fine.")
  }

  private func defectiveAnswer(_ fault: CallFault, _ call: DemoCall) -> [UInt8]? {
    let clean = Self.result(call) { DemoContent.text("The weather is fine.", into: &$0) }
    switch fault {
    case .duplicateMember:
      return replacing(clean, #""type":"text","text":"#, by: #""type":"text","text":"first","text":"#)
    case .duplicateEscapedMember:
      return replacing(clean, #""type":"text","text":"#, by: #""type":"text","te\u0078t":"first","text":"#)
    case .foldedMember: return replacing(clean, #""text":"The"#, by: #""Text":"The"#)
    case .bareCarriageReturn: return replacing(clean, #""result":"#, by: "\r\"result\":")
    case .invalidUTF8: return replacing(clean, "weather", by: [0x77, 0xFF, 0xC3, 0x28])
    case .loneSurrogate: return replacing(clean, "weather", by: #"w\ud83dr"#)
    case .lineEndCRLF: return clean.dropLast() + [0x0D, 0x0A]
    case .methodAndResult: return replacing(clean, #""result":"#, by: #""method":"ping","result":"#)
    case .resultAndError:
      return replacing(clean, #""result":"#, by: #""error":{"code":-32603,"message":"no"},"result":"#)
    case .deep:
      let depth = max(1, call.number("depth") ?? 600)
      let nest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      return replacing(clean, #""isError":"#, by: "\"structuredContent\":{\"deep\":\(nest)},\"isError\":")
    case .batch:
      let note = Self.notification("notifications/message", #"{"level":"info","data":"in a batch"}"#)
      return [UInt8(ascii: "[")] + note.dropLast() + [UInt8(ascii: ",")] + clean.dropLast() + Array("]\n".utf8)
    case .stringID: return replacing(clean, #""id":\#(call.id)"#, by: #""id":"\#(call.id)""#)
    case .answeredTwice: return clean + clean
    default: return nil
    }
  }

  private func defectiveLine(_ fault: CallFault, _ call: DemoCall) -> [UInt8] {
    let message = #"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"#
    let line: String
    switch fault {
    case .noise: line = "Loading the model, please wait …"
    case .blankLines: line = "\n \t\r\n"
    case .byteOrderMark: line = "\u{FEFF}" + message + "1}}"
    case .notANumber: line = message + "NaN}}"
    case .trailingComma: line = message + "1,}}"
    case .invalidEscape: line = message + #""\x"}}"#
    case .utf16: return (message + "1}}\n").utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case .emptyBatch: line = "[]"
    case .batchInBatch: line = "[[\(message)1}}]]"
    case .unknownID: line = #"{"jsonrpc":"2.0","id":"never-asked","result":{}}"#
    case .nullID: line = #"{"jsonrpc":"2.0","id":null,"result":{}}"#
    case .fractionID: line = #"{"jsonrpc":"2.0","id":1.5,"result":{}}"#
    case .missingID: line = #"{"jsonrpc":"2.0","result":{}}"#
    default: line = ""
    }
    return Array(line.utf8) + [0x0A]
  }

  private func replacing(_ line: [UInt8], _ text: String, by other: String) -> [UInt8] {
    replacing(line, text, by: Array(other.utf8))
  }

  /// Replaces the first occurrence.
  private func replacing(_ line: [UInt8], _ text: String, by other: [UInt8]) -> [UInt8] {
    let wanted = Array(text.utf8)
    guard let place = line.indices.first(where: { line[$0...].starts(with: wanted) }) else { return line }
    return line[..<place] + other + line[(place + wanted.count)...]
  }
}
