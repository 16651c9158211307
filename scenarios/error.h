// What goes wrong in the harness itself, and where the user wrote what led to it. An Error is never
// a finding about the target: a failed request is an Outcome (harness/evidence.h), a broken promise
// a Verdict (checks/verdict.h).
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace ingress_check {

/// Where a user wrote something. Lines and columns count from 1, columns in characters; line 0
/// means "nowhere".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  int width = 1;  ///< characters to underline, at least 1

  bool known() const { return line > 0; }
  friend bool operator==(const Place&, const Place&) = default;
};

/// The harness cannot do its job.
struct Error {
  std::string what;  ///< one clause, no full stop
  std::string hint;  ///< what to write or do instead; may be empty
  Place place = {};
  bool usage = true;  ///< true: scenario or command line are wrong (exit 2); false: the run could
                      ///< not be done (exit 3)
};

using Errors = std::vector<Error>;

template <class T>
using Result = tl::expected<T, Error>;

/// An Error about the run, not about what the user wrote: exit 3.
inline tl::unexpected<Error> cannot(std::string what, std::string hint = {}) {
  return tl::unexpected(Error{std::move(what), std::move(hint), {}, false});
}

/// "file:line:col: what", the user's line of `text` with a caret below it, and the hint. Ends in a
/// newline. A tab of the line is shown as a blank, other control characters as "?", user names and
/// passwords of URLs as asterisks; long lines are cut around the caret at 160 characters.
std::string show(const Error& error, std::string_view text);

/// The line of `text` that `place` points to and a line with carets below it, indented as in
/// show(); empty if unknown.
std::string excerpt(const Place& place, std::string_view text);

}  // namespace ingress_check
