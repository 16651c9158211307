// Takes secrets out of everything that is printed: every string of a report, and single texts.
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace ingress_check {

/// Everything of the scenario that must not be shown: every ${secret:NAME} that was expanded, and
/// the credentials among the headers of its targets and of its checks.
std::vector<Secret> secrets_of(const Scenario& scenario);
std::vector<Secret> secrets_of(const std::vector<Scenario>& scenarios);

/// Puts $NAME where a secret stands, in each of its spellings, also where a cut has left only its
/// beginning. Credential headers keep their names, schemes and cookie names alone.
class Redactor {
 public:
  explicit Redactor(std::vector<Secret> secrets);

  std::string text(std::string text) const;
  /// The same with as many asterisks as the secret has characters: columns stay what they are.
  std::string masked(std::string text) const;
  Error error(Error error) const;
  Exchange exchange(Exchange exchange) const;
  /// Every string. Credentials that its exchanges received or sent are hidden in its texts too.
  CheckReport check(CheckReport check) const;
  ScenarioReport scenario(ScenarioReport scenario) const;
  Report report(Report report) const;

 private:
  struct Replacement {
    Secret from;
    std::string to;
  };
  std::string replaced(std::string text, bool mask) const;
  std::string without_beginnings(std::string text) const;

  std::vector<Secret> secrets_;
  std::vector<Replacement> replacements_;  ///< longest first
};

}  // namespace ingress_check
