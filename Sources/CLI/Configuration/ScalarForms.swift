import Guard
import JSONRPC
import YAML

extension Form where Value == Bool {
  static var boolean: Form<Bool> {
    Form(schema: [("type", .string("boolean"))], show: { .bool($0) }) { node, reader in
      switch node.value {
      case .scalar("true", isQuoted: false): return true
      case .scalar("false", isQuoted: false): return false
      case .scalar(let text, _):
        let isYes = ["yes", "on", "true", "y", "1"].contains(text.lowercased())
        let isNo = ["no", "off", "false", "n", "0"].contains(text.lowercased())
        reader.wrongType(
          node, wanted: "true or false", hint: isYes ? "write true" : isNo ? "write false" : nil)
        return nil
      default:
        reader.wrongType(node, wanted: "true or false")
        return nil
      }
    }
  }
}

extension Form where Value == Int {
  /// A whole number in decimal digits, without quotation marks.
  static func integer(_ range: ClosedRange<Int>, what: String = "a number") -> Form<Int> {
    let wanted = "\(what) from \(range.lowerBound) to \(range.upperBound)"
    return Form(
      schema: [
        ("type", .string("integer")), ("minimum", .number(String(range.lowerBound))),
        ("maximum", .number(String(range.upperBound))),
      ], show: { .number(String($0)) }
    ) { node, reader in
      guard case .scalar(let text, let isQuoted) = node.value, !FormReader.isEmptyValue(node) else {
        reader.wrongType(node, wanted: wanted)
        return nil
      }
      let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
      // A leading zero is octal to some readers of YAML and decimal to others.
      let isPlain = !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
      guard isPlain, digits.count == 1 || digits.first != 0x30, !isQuoted else {
        reader.problem(
          node, "\(reader.name) must be \(wanted)",
          hint: isQuoted && isPlain ? "write it without quotation marks" : nil)
        return nil
      }
      guard let number = Int(text), range.contains(number) else {
        reader.problem(node, "\(reader.name) must be \(wanted), not \(FormReader.shown(text))")
        return nil
      }
      return number
    }
  }

  static var port: Form<Int> { integer(1...65_535, what: "a port") }
}

extension Form where Value == String {
  /// A text of at most `maximum` bytes.
  static func text(_ what: String = "text", maximum: Int = 4096) -> Form<String> {
    Form(schema: [("type", .string("string"))], show: { .string($0) }) { node, reader in
      guard let text = reader.text(node, wanted: what) else { return nil }
      guard text.utf8.count <= maximum else {
        reader.problem(node, "\(reader.name) is longer than \(maximum) bytes")
        return nil
      }
      return text
    }
  }

  /// A path, made absolute from the file's folder.
  static var path: Form<String> {
    Form(schema: [("type", .string("string")), ("minLength", .number("1"))]) { node, reader in
      guard let text = reader.text(node, wanted: "a path") else { return nil }
      guard let path = reader.paths.absolute(text) else {
        reader.problem(
          node, text.isEmpty ? "\(reader.name) is empty" : "\(reader.name) is not a path that can be used")
        return nil
      }
      return path
    }
  }

  /// An `http` or `https` address that a message may be sent to. It may hold a token in its path, so it is never shown.
  static var url: Form<String> {
    Form(schema: [("type", .string("string")), ("format", .string("uri")), ("pattern", .string("^https?://"))]) {
      node, reader in
      guard let text = reader.text(node, wanted: "an http or https address") else { return nil }
      if let defect = HTTPAddress.defect(in: text) {
        reader.problem(node, "\(reader.name) is no address that can be used: \(defect.rawValue)")
        return nil
      }
      return text
    }
  }

  /// A host name or an IP address, without port.
  static var host: Form<String> {
    Form(schema: [("type", .string("string")), ("minLength", .number("1"))], show: { .string($0) }) { node, reader in
      guard let text = reader.text(node, wanted: "a host name or address") else { return nil }
      guard HTTPAddress.isHost(text) else {
        reader.problem(node, "\(reader.name) must be a host name or an IP address, without port")
        return nil
      }
      return text.lowercased()
    }
  }
}

extension Form where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of a few words.
  static func word(_ what: String) -> Form<Value> {
    words(what, Value.allCases.map { ($0.rawValue, $0) }) { $0.rawValue }
  }
}

extension Form where Value: Sendable {
  /// One of a few words. The first word of a value is the one that is shown.
  static func words(
    _ what: String, _ words: [(word: String, value: Value)], name: @escaping @Sendable (Value) -> String
  ) -> Form<Value> {
    let known = words.map(\.word)
    return Form(schema: [("enum", .array(known.map { .string($0) }))], show: { .string(name($0)) }) { node, reader in
      guard let text = reader.text(node, wanted: "one of \(known.joined(separator: ", "))") else { return nil }
      guard let match = words.first(where: { $0.word.utf8.elementsEqual(text.utf8) }) else {
        reader.unknownWord(node, text, what: what, known: known)
        return nil
      }
      return match.value
    }
  }
}

extension Form where Value == Severity {
  static var severity: Form<Severity> {
    words("severity", Severity.allCases.reversed().map { ($0.name, $0) }) { $0.name }
  }
}

extension Form where Value == Int64 {
  /// A moment, in microseconds since 1970.
  static var moment: Form<Int64> {
    Form(schema: [("type", .string("string")), ("format", .string("date-time"))]) { node, reader in
      guard let text = reader.text(node, wanted: "a moment") else { return nil }
      guard let moment = RFC3339.microseconds(text) else {
        reader.problem(
          node, "\(reader.name) must be a moment as RFC 3339 writes it", hint: "for example 2026-03-01T09:00:00Z")
        return nil
      }
      return moment
    }
  }
}

extension Form where Value == Secret {
  /// A secret, or where to find it. Never shown.
  static var secret: Form<Secret> {
    Form(schema: [("type", .string("string")), ("minLength", .number("1"))]) { node, reader in
      guard let text = reader.text(node, wanted: "text, env:NAME or file:PATH") else { return nil }
      switch Secret.parse(text, paths: reader.paths) {
      case .success(let secret):
        if case .literal = secret.source { reader.holdsSecret = true }
        return secret
      case .failure(let defect):
        reader.problem(node, "\(reader.name): \(defect.rawValue)")
        return nil
      }
    }
  }
}
