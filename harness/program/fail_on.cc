#include "harness/program/fail_on.h"

#include <fmt/format.h>

#include "scenarios/units.h"
#include "scenarios/words.h"

namespace ingress_check {
namespace {

constexpr const char* example = "write --fail-on behaviour, --fail-on slower=10%, or both";

Result<void> read(const std::string& text, FailOn& on) {
  const auto equals = text.find('=');
  const std::string word = text.substr(0, equals);
  if (word == "behaviour" && equals == text.npos) {
    on.behaviour = true;
    return {};
  }
  if (word == "behaviour")
    return tl::unexpected(Error{"--fail-on behaviour takes no value", "write --fail-on behaviour"});
  if (word == "slower") {
    const auto share = parse_share(equals == text.npos ? "" : text.substr(equals + 1));
    if (!share || share->of_one <= 0)
      return tl::unexpected(
          Error{fmt::format("--fail-on {} does not say from how much on", text),
                "write --fail-on slower=10%: the interval of p50 or p99 lies wholly above 10 %"});
    on.slower = share->of_one;
    return {};
  }
  const std::string near =
      word == "behavior" ? "behaviour" : nearest(word, {"behaviour", "slower"});
  return tl::unexpected(
      Error{fmt::format("--fail-on {} is not known", text),
            near.empty() ? example : fmt::format("did you mean {}? {}", near, example)});
}

}  // namespace

Option fail_on_option() {
  return {"fail-on", "behaviour|slower=10%",
          "exit 1 if targets or results differ in behaviour undocumented or lose a protection, or "
          "are slower by more; a list",
          true};
}

Result<FailOn> fail_on(const Arguments& arguments) {
  FailOn on;
  for (const auto& list : arguments.all("fail-on")) {
    for (std::size_t from = 0; from <= list.size();) {
      const auto comma = std::min(list.find(',', from), list.size());
      if (auto good = read(list.substr(from, comma - from), on); !good)
        return tl::unexpected(good.error());
      from = comma + 1;
    }
  }
  return on;
}

}  // namespace ingress_check
