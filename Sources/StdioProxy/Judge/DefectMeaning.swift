import Guard
import JSONRPC

extension FrameDefect {
  /// The findings of a message's defects.
  static func of(_ defects: MessageDefects) -> [FrameDefect] {
    table.filter { defects.contains($0.0) }.map(\.1)
  }

  private static let table: [(MessageDefects, FrameDefect)] = [
    (.notAMessage, .notAMessage), (.methodTooLong, .notAMessage), (.ambiguousKind, .ambiguous),
    (.unreadableID, .unreadableID), (.duplicateMember, .duplicateMember), (.foldedMember, .foldedMember),
    (.bareCarriageReturn, .bareCarriageReturn), (.invalidUTF8, .invalidUTF8),
    (.unpairedSurrogate, .unpairedSurrogate),
  ]

  /// Whether the other side may read something else than was judged. The others were settled by repair, or are read alike
  /// by all.
  var isDoubt: Bool { self != .invalidUTF8 && self != .unpairedSurrogate }
}

extension Message {
  var exchangeKind: Exchange.Kind {
    switch kind {
    case .request: .request
    case .notification: .notification
    case .response: .response
    case .invalid: .invalid
    }
  }
}

extension Direction {
  var opposite: Direction { self == .clientToServer ? .serverToClient : .clientToServer }
}

extension Decision {
  /// Stopped in both modes: it would be noise to its reader.
  static func refused(_ verdict: Verdict) -> Decision {
    Decision(policy: .uninspectable, verdict: verdict, isStopped: true, status: .error)
  }
}

extension Treatment {
  /// For a frame of which only the envelope is known.
  static func forUnread(_ exchange: Exchange, isKnown: Bool) -> Treatment {
    of(exchange, isError: false, errorCode: nil, isKnown: isKnown, prefersErrors: false).withoutRewrite
  }

  /// What is done when nothing can be cut.
  var withoutRewrite: Treatment {
    if case .rewrite(let otherwise) = self { return otherwise.withoutRewrite }
    return self
  }
}
