// Who answered: reads service and pod, and what the pod saw, out of one response.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// The presets of `answered-by`, each with the demo application that it is for.
struct IdentityPreset {
  std::string name;
  std::string about;
  Identity identity;
};
const std::vector<IdentityPreset>& identity_presets();
std::optional<Identity> identity_preset(const std::string& name);

/// Reads who answered: every way that AnsweredBy names, the general one first, then each service's
/// own. Text from the server is cut at 128 characters. Patterns are compiled once; any number of
/// threads may use it.
class Identifier {
 public:
  /// Copies what it needs.
  explicit Identifier(const AnsweredBy& answered_by);
  ~Identifier();
  Identifier(const Identifier&) = delete;
  Identifier& operator=(const Identifier&) = delete;

  /// Who, from what there is of an answer. A JSON body is read no further than to the members that
  /// are asked for, so that it may be cut off behind them.
  Answerer who(const Headers& headers, std::string_view body) const;
  /// Fills Exchange::who and ::seen.
  void identify(Exchange& exchange) const;

 private:
  struct Way;
  std::vector<std::unique_ptr<Way>> ways_;  ///< the general one is the first
  bool sees_ = false;
};

/// For one exchange: Identifier(answered_by).identify(exchange).
void identify(const AnsweredBy& answered_by, Exchange& exchange);

}  // namespace ingress_check
