// ${NAME}, ${NAME:-default} and ${secret:NAME} within values. Expanded text is never parsed again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/error.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// Where variables come from, and which secrets were read.
class Variables {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string&)>;

  /// `set` wins over `environment`; the last of two settings of one name counts.
  /// `lab`: the practice lab that would set what is missing; may be empty.
  Variables(std::vector<std::pair<std::string, std::string>> set, Lookup environment,
            std::string lab = {})
      : set_(std::move(set)), environment_(std::move(environment)), lab_(std::move(lab)) {}

  /// Every variable of `text` replaced by its value; `$${` becomes `${`. An Error without place
  /// names a variable that is missing or badly written.
  Result<std::string> expand(std::string_view text);

  /// expand(), in the form that DecodeContext wants: `state` is a Variables.
  static Result<std::string> expand_for(std::string_view text, void* state) {
    return static_cast<Variables*>(state)->expand(text);
  }

  /// Every secret that was expanded and is not empty, once, in order.
  const std::vector<Secret>& secrets() const { return secrets_; }

 private:
  Result<std::string> value(std::string_view inside);
  std::optional<std::string> look_up(const std::string& name) const;

  std::vector<std::pair<std::string, std::string>> set_;
  Lookup environment_;
  std::string lab_;
  std::vector<Secret> secrets_;
};

/// Whether the text holds a variable (an escaped one does not count).
bool has_variable(std::string_view text);

}  // namespace ingress_check
