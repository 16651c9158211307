// Pieces of a Markdown page, each of which says how much it may be missed.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace ingress_check::formats::markdown_text {

inline constexpr std::size_t longest = 300;

/// Text that nobody vouches for, as code: there GitHub makes no links, mentions, markup or HTML of
/// it.
std::string code(const std::string& untrusted, std::size_t most = longest);
/// In a table a bar ends the cell, even within code.
std::string cell(const std::string& text);
/// A sentence of ours, which may quote a server: as it is if it is plain, else as code.
std::string prose(const std::string& untrusted);

/// A part of the page: a head, items of which the last may be left out, a tail.
struct Section {
  int importance;    ///< 0 is never cut
  const char* noun;  ///< of its items: "checks that passed"
  std::string head;
  std::vector<std::string> items = {};
  std::string tail = {};

  std::size_t size() const {
    if (items.empty() && noun) return 0;
    std::size_t sum = head.size() + tail.size();
    for (const auto& item : items) sum += item.size();
    return sum;
  }
};

/// Of a comparison: how they behave, how fast they are, what was not compared.
Section compared_behaviour(const Comparison& all);
Section compared_speed(const Comparison& all);
Section left_open(const Comparison& all);

}  // namespace ingress_check::formats::markdown_text
