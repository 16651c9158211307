#include "checks/routing/same/varying.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check::same {

namespace {

std::string in_words(const Piece& piece) {
  switch (piece.of) {
    case Of::answer:
      return "whether it answers";
    case Of::status:
      return "the status";
    case Of::service:
      return "which service answers";
    case Of::location:
      return "where the redirect leads";
    case Of::header_count:
    case Of::header:
      return "header " + piece.name;
    case Of::cookie_count:
      return "whether the cookie " + piece.name + " is set";
    case Of::cookie:
      return "cookie " + piece.name;
    case Of::compression:
      return "the compression";
    case Of::body_size:
    case Of::body_shape:
      return "how long the body is";
    case Of::body:
      return piece.name.empty() ? "the body" : "the body's " + piece.name;
    case Of::seen_count:
    case Of::seen:
      break;
  }
  return "what the pod sees: " + piece.name;
}

}  // namespace

std::vector<std::string> varying(const std::vector<Judged>& all) {
  std::map<std::string, std::size_t> requests;
  for (const auto& judged : all) {
    if (judged.unsteady()) continue;
    std::set<std::string> told;
    for (const auto& [piece, values] : judged.pieces)
      if (judged.likeness(piece) == Likeness::varies) told.insert(in_words(piece));
    for (const auto& what : told) ++requests[what];
  }
  constexpr std::size_t most = 12;
  std::vector<std::string> lines;
  for (const auto& [what, times] : requests) {
    if (lines.size() == most) {
      lines.push_back(fmt::format("and {} more parts that vary", requests.size() - most));
      break;
    }
    lines.push_back(
        fmt::format("{}: varies by itself, {} of {} requests", what, times, all.size()));
  }
  return lines;
}

}  // namespace ingress_check::same
