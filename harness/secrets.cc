#include "harness/secrets.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace ingress_check {
namespace {

/// Shorter values of headers are words like "on" or "true", and would be found inside others.
constexpr std::size_t short_value = 8;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// "X-Api-Key" as X_API_KEY.
std::string variable(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool small = c >= 'a' && c <= 'z';
    out += small ? static_cast<char>(c - 'a' + 'A') : is_letter_or_digit(c) ? c : '_';
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  out.resize(static_cast<std::size_t>(size) - (text.ends_with("==")  ? 2
                                               : text.ends_with('=') ? 1
                                                                     : 0));
  return out;
}

class Adder {
 public:
  explicit Adder(std::vector<Secret>& secrets) : secrets_(secrets) {}

  void add(std::string name, std::string_view value) {
    value = trimmed(value);
    const bool known =
        std::ranges::any_of(secrets_, [&](const Secret& secret) { return secret.value == value; });
    if (!value.empty() && !known)
      secrets_.push_back({std::move(name), std::string(value), value.size() < short_value});
  }

  void authorization(const std::string& name, std::string_view value) {
    const auto blank = value.find(' ');
    const auto credential = blank == value.npos ? value : trimmed(value.substr(blank));
    if (blank != value.npos && same_name(value.substr(0, blank), "Basic")) {
      const std::string pair = base64_decoded(credential);
      if (const auto colon = pair.find(':'); colon != std::string::npos)
        add(name + "_PASSWORD", std::string_view(pair).substr(colon + 1));
    }
    add(name, credential);
  }

  /// The pairs of Cookie, or the one of Set-Cookie.
  void cookies(const std::string& name, std::string_view value, bool one) {
    while (!value.empty()) {
      const auto end = value.find(';');
      const auto pair = trimmed(value.substr(0, end));
      if (const auto equals = pair.find('='); equals != pair.npos)
        add(name + "_" + variable(pair.substr(0, equals)), pair.substr(equals + 1));
      else
        add(name, pair);
      if (end == value.npos || one) return;
      value.remove_prefix(end + 1);
    }
  }

 private:
  std::vector<Secret>& secrets_;
};

}  // namespace

bool is_credential(std::string_view header_name) {
  static constexpr std::array<std::string_view, 8> parts{
      "authorization", "cookie", "token", "secret", "api-key", "apikey", "password", "credential"};
  const std::string name = lower(header_name);
  // CORS: says yes or no (Fetch Standard, 3.3.3).
  if (name == "access-control-allow-credentials") return false;
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

void add_credentials(const Headers& headers, std::vector<Secret>& secrets) {
  Adder adder(secrets);
  for (const auto& [name, value] : headers.fields) {
    if (!is_credential(name)) continue;
    const std::string low = lower(name);
    if (low == "set-cookie" || low == "set-cookie2")
      adder.cookies("COOKIE", value, true);
    else if (low.find("cookie") != std::string::npos)
      adder.cookies(variable(name), value, false);
    else if (low.find("authorization") != std::string::npos)
      adder.authorization(variable(name), value);
    else
      adder.add(variable(name), value);
  }
}

std::size_t find_secret(std::string_view text, const Secret& secret, std::size_t from) {
  if (secret.value.empty()) return std::string_view::npos;
  while (true) {
    const auto at = text.find(secret.value, from);
    if (at == std::string_view::npos || !secret.as_word) return at;
    const auto end = at + secret.value.size();
    if ((at == 0 || !is_letter_or_digit(text[at - 1])) &&
        (end == text.size() || !is_letter_or_digit(text[end])))
      return at;
    from = at + 1;
  }
}

}  // namespace ingress_check
