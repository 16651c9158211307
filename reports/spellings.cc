#include "reports/spellings.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace ingress_check {
namespace {

using Pairs = std::initializer_list<std::pair<char, std::string_view>>;

std::string replaced(const std::string& text, Pairs pairs) {
  std::string out;
  for (const char c : text) {
    const auto* found =
        std::ranges::find_if(pairs, [&](const auto& pair) { return pair.first == c; });
    if (found == pairs.end())
      out += c;
    else
      out += found->second;
  }
  return out;
}

/// RFC 3986, 2.1; `form`: a blank is '+', as in forms.
std::string percent_encoded(const std::string& text, const char* format, bool form) {
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("-._~").find(c) != std::string_view::npos;
    if (kept)
      out += c;
    else if (form && c == ' ')
      out += '+';
    else
      out += fmt::format(fmt::runtime(format), static_cast<unsigned char>(c));
  }
  return out;
}

/// The characters of base64 that depend on nothing but `text`, where `before` bytes precede it.
std::string base64_part(const std::string& text, std::size_t before) {
  const std::string whole = std::string(before, 'x') + text;
  std::string out(4 * ((whole.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(whole.data()),
                                   static_cast<int>(whole.size()));
  out.resize(static_cast<std::size_t>(size));
  while (out.ends_with('=')) out.pop_back();
  if (whole.size() % 3 != 0) out.pop_back();
  return out.substr(before == 0 ? 0 : before + 1);
}

}  // namespace

std::vector<std::string> spellings(const std::string& secret) {
  std::vector<std::string> all{secret};
  for (const char* format : {"%{:02X}", "%{:02x}"})
    for (const bool form : {false, true}) all.push_back(percent_encoded(secret, format, form));
  if (secret.size() >= 4)
    for (const std::size_t before : {0u, 1u, 2u}) {
      const std::string encoded = base64_part(secret, before);
      all.push_back(encoded);
      all.push_back(replaced(encoded, {{'+', "-"}, {'/', "_"}}));
    }
  const Pairs json = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\t', "\\t"}};
  all.push_back(replaced(secret, json));
  all.push_back(replaced(replaced(secret, json), {{'/', "\\/"}}));
  all.push_back(replaced(
      secret, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}));
  all.push_back(replaced(secret, {{'\'', "'\\''"}}));
  all.push_back(replaced(secret, {{'\\', "\\\\"}, {'"', "\\\""}, {'$', "\\$"}, {'`', "\\`"}}));
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace ingress_check
