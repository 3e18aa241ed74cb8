# A formula for Homebrew. Not run: there was no macOS at hand.
class Oktsec < Formula
  desc "Security relay between AI agents and their MCP servers"
  homepage "https://github.com/oktsec/oktsec"
  head "https://github.com/oktsec/oktsec.git", branch: "main"
  license "Apache-2.0"

  depends_on xcode: ["26.0", :build]
  depends_on "pkgconf" => :build
  depends_on "libsodium"
  depends_on "libyaml"
  uses_from_macos "sqlite"
  uses_from_macos "zlib"

  def install
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "oktsec"
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "oktsec-serve"
    bin.install ".build/release/oktsec"
    (libexec/"oktsec").install ".build/release/oktsec-serve"
    generate_completions_from_executable(bin/"oktsec", "--generate-completion-script")
  end

  test do
    assert_match "clean", shell_output("echo hello | #{bin}/oktsec scan --format json")
  end
end
