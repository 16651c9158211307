// A report format: a function from Report to text. One file each in reports/human and
// reports/machine.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "reports/report.h"

namespace ingress_check {

struct RenderOptions {
  bool color = false;
  int width = 100;  ///< columns of the terminal
  bool verbose = false;
};

struct Format {
  std::string name;   ///< as in --report NAME=PATH
  std::string about;  ///< for whom
  std::string (*render)(const Report&, const RenderOptions&) = nullptr;
};

/// Every format, in order of name: one line a file (ci/rooms.cmake).
std::span<const Format* const> all_formats();
const Format* find_format(std::string_view name);

/// Writes to a temporary name beside `path` and renames, so that a reader never sees half a report.
/// "-" is standard output.
Result<void> write_report(const std::string& path, const std::string& text);

/// The same for a file that is not kept in memory: `produce` hands its pieces on, in order, until
/// one is not taken (the disk is full).
using Sink = std::function<bool(std::string_view)>;
Result<void> write_report(const std::string& path, const std::function<void(const Sink&)>& produce);

/// Adds to the end of a file that belongs to others too. Whole or not at all, as far as the system
/// keeps one write together.
Result<void> append_report(const std::string& path, const std::string& text);

/// Whether write_report could write there now; leaves nothing behind.
Result<void> can_write_report(const std::string& path);

/// Untrusted text for a terminal: control characters and invalid UTF-8 become visible escapes, cut
/// at `most` characters.
std::string printable(std::string_view text, std::size_t most);
/// The same line by line: line breaks stay what they are.
std::string printable_lines(std::string_view text, std::size_t most_of_a_line);

}  // namespace ingress_check
