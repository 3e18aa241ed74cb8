import CSodium
import Guard

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// identity-bench [--rounds N]
//
// Signing and verifying against libsodium's own calls over the same bytes, in turns, in processor time of the process.
// "call" is our function over bytes that are there; "message" begins with sender, recipient, content and timestamp as
// texts, and for verifying with the signature's base64, and includes the replay key. Medians over the rounds.

var rounds = 41
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--rounds" { rounds = arguments.popFirst().flatMap { Int($0) } ?? rounds }
}

guard sodium_init() >= 0 else { fail("libsodium does not start") }
print("bytes    what                     ours µs   libsodium µs   ratio")
for size in [100, 2_000, 64_000] { try IdentityBench(size: size).run(rounds: rounds) }

func fail(_ text: String) -> Never {
  print("identity-bench: \(text)")
  exit(1)
}
