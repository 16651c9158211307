// A body in pieces.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checks/routing/same/picture.h"

namespace ingress_check::same {

namespace {

using Json = nlohmann::json;
using Pieces = std::map<std::string, std::string>;

constexpr std::size_t most_pieces = 1000;

std::string escaped(const std::string& member) {
  std::string out;
  for (const char c : member) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

/// Every leaf by its pointer; nothing if there are too many of them.
Pieces members(const Json& document) {
  Pieces pieces;
  std::vector<std::pair<std::string, const Json*>> open{{"", &document}};
  while (!open.empty()) {
    const auto [at, value] = open.back();
    open.pop_back();
    if (pieces.size() > most_pieces || open.size() > most_pieces || at.size() > most_pieces)
      return {};
    if (value->is_structured() && !value->empty()) {
      std::size_t number = 0;
      for (auto item = value->begin(); item != value->end(); ++item, ++number)
        open.emplace_back(
            at + "/" + (value->is_object() ? escaped(item.key()) : std::to_string(number)), &*item);
    } else {
      pieces[at] = value->dump(-1, ' ', true, Json::error_handler_t::replace);
    }
  }
  return pieces;
}

Pieces lines(const std::string& body, bool whole) {
  Pieces pieces;
  std::size_t begin = 0, number = 1;
  while (begin < body.size()) {
    const auto end = body.find('\n', begin);
    if (end == std::string::npos && !whole) break;
    if (pieces.size() >= most_pieces) return {};
    pieces[fmt::format("line {}", number++)] = body.substr(begin, end - begin);
    begin = end == std::string::npos ? body.size() : end + 1;
  }
  return pieces;
}

}  // namespace

std::map<std::string, std::string> pieces_of_body(const std::string& body, bool whole) {
  if (body.empty()) return {};
  const auto first = body.find_first_not_of(" \t\r\n");
  if (whole && first != std::string::npos && (body[first] == '{' || body[first] == '[')) {
    const auto document = Json::parse(body, nullptr, false);
    if (!document.is_discarded())
      if (auto pieces = members(document); !pieces.empty()) return pieces;
  }
  auto pieces = lines(body, whole);
  if (pieces.empty()) pieces[""] = body;
  return pieces;
}

}  // namespace ingress_check::same
