// The course of an exchange: which steps were sent, and what was learnt from each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/routing/exchange/steps.h"

namespace ingress_check::exchange {

/// What became of one step.
struct Done {
  Answers answers;
  Request sent;
  Expectation expected;  ///< captured values filled in
  std::string not_sent;  ///< why; empty: it was sent

  bool has(Shortfall::Kind kind) const { return answers.count(kind) > 0; }
};

/// The steps as far as the evidence goes: what was learnt, and the next phase to send.
class Course {
 public:
  Course(std::vector<StepWords> steps, const Subject& subject)
      : steps_(std::move(steps)), subject_(subject), done_(steps_.size()) {}
  // Answers point into the requests that the course keeps.
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

  /// The next phase; none: all that can be sent was sent.
  std::optional<Traffic> follow(std::span<const Evidence> so_far);

  const std::vector<StepWords>& steps() const { return steps_; }
  const std::vector<Done>& done() const { return done_; }  ///< one for each step

 private:
  std::vector<StepWords> steps_;
  const Subject& subject_;
  std::vector<Done> done_;
  Captured captured_;
  std::string stopped_;  ///< why nothing more is sent

  std::vector<std::size_t> prepare(const std::vector<std::size_t>& which);
  Traffic traffic(const std::string& name, const std::vector<std::size_t>& which) const;
  void learn(const Evidence& evidence, const std::vector<std::size_t>& which);
  void capture(const StepWords& step, const Exchange& one, Answer& answer);
};

}  // namespace ingress_check::exchange
