import Testing

@testable import Guard

func bytes(hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func signingKey(seed: [UInt8]) throws -> SigningKey {
  try #require(seed.withUnsafeBytes { SigningKey(seed: $0) })
}

/// A key that is the same in every run.
func signingKey(_ number: UInt8) throws -> SigningKey {
  try signingKey(seed: [UInt8](repeating: number, count: 32))
}

func name(_ text: String) throws -> AgentName { try #require(AgentName(text)) }
