// A verdict while it grows: what broke, what could not be decided, and the likely causes.
#pragma once

#include <string>
#include <string_view>

#include "checks/check.h"

namespace ingress_check {

class Conclusion {
 public:
  /// `check` must outlive this.
  explicit Conclusion(const Check& check) : check_(check) {}

  /// What the check says about the whole; fields may be set directly, the kind is decide()'s.
  Verdict verdict;

  /// A broken expectation: the verdict fails.
  void broke(Finding finding);
  /// One that could not be decided, or that only a guessed profile states: inconclusive.
  void undecided(Finding finding);
  /// The likely cause, from the check's table: the first text of a cause is kept.
  void blame(std::string_view cause, std::string text, std::string separates = {});
  bool blamed(std::string_view cause) const;
  /// The same with the fix replaced by one that fits the case better.
  void blame_with_fix(std::string_view cause, std::string text, std::string fix,
                      std::string separates = {});

  bool failed() const { return failed_; }
  bool open() const { return open_; }
  /// Fail if anything broke, else inconclusive if anything is open, else pass. Unless it was set,
  /// the summary is `passes` for a pass, what the first cause means for a failure that has one, and
  /// else the first finding.
  Verdict decide(std::string passes);

 private:
  std::string in_short() const;

  const Check& check_;
  bool failed_ = false;
  bool open_ = false;
  std::string first_broke_, first_open_;
};

/// An inconclusive verdict of one sentence: nothing could be judged.
Verdict nothing_judged(std::string summary, std::vector<std::string> not_shown = {});

}  // namespace ingress_check
