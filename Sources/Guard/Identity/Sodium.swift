import CSodium

/// libsodium, made ready once per process.
enum Sodium {
  /// False when the library finds no source of randomness. Then no key is made and no signature holds.
  ///
  /// `sodium_init` may be called from several threads at once; the lazy static makes it once anyway.
  static let isReady = sodium_init() >= 0
}
