// Answers measured against what was expected of them, gathered into findings.
#pragma once

#include <string>
#include <vector>

#include "checks/expectation.h"

namespace ingress_check {

/// One exchange and where it falls short.
struct Answer {
  const Request* request = nullptr;  ///< as the check asked for it
  const Exchange* exchange = nullptr;
  std::vector<Shortfall> shortfalls;

  bool has(Shortfall::Kind kind) const;
  bool as_expected() const { return !has(Shortfall::Kind::broken); }
};

/// The answers to one request of the user, however often it was asked.
struct Answers {
  std::vector<Answer> all;

  std::size_t count(Shortfall::Kind kind) const;  ///< answers that have such a shortfall
};

/// Settles what hangs on whether the applications of a check name themselves; over all its answers.
void settle_by_names(const std::vector<Answers*>& all);

/// Findings of that kind: answers that fall short in the same way are one, with its share, pods,
/// addresses and, where only some fell short, connections and times.
std::vector<Finding> findings(const Answers& answers, Shortfall::Kind kind);

/// "a, b and c"; at most `most` of them, then "and 4 more".
std::string listed(const std::vector<std::string>& words, std::size_t most = 5);

/// What none of these answers' backends tells although it was stated: "its service and what the pod
/// saw". Empty: nothing.
std::string not_told(const std::vector<const Answers*>& all);

/// The diagnosis of a listed cause, with the fix and source of the check's table.
Diagnosis diagnosis(const Check& check, std::string_view cause, std::string text,
                    std::string separates = {});

/// Why nothing could be asked, and what to look at: for an exchange that did not end in an answer.
struct Silence {
  std::string sentence;  ///< "frieza.dev has no address"
  std::string mend;
};
Silence silence(const Request& request, const Exchange& exchange);

}  // namespace ingress_check
