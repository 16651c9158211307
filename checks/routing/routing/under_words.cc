// The words below `under`.
#include <fmt/format.h>

#include "checks/routing/routing/under.h"

namespace ingress_check::routing {

Field under_field() {
  Field under{.name = "under",
              .kind = Kind::object,
              .about = "asks all routes again as a load, and judges every response"};
  Field rate{.name = "rate", .kind = Kind::rate, .about = "requests of all routes together"};
  rate.required = true;
  rate.least = 0.1;
  rate.most = 1e6;
  rate.example = "200/s";
  Field lasts{.name = "for", .kind = Kind::duration, .about = "how long", .required = true};
  lasts.least = 0.1;
  lasts.most = 86400;
  lasts.example = "10s";
  under.fields = {std::move(rate), std::move(lasts)};
  under.example = "{rate: 200/s, for: 10s}";
  return under;
}

void review_under(const Params& params, Errors& errors) {
  const auto under = read_under(params);
  const auto* routes = params.find("routes");
  if (!under || !routes || !routes->is<List>()) return;
  const double sent = under->rate * std::chrono::duration<double>(under->lasts).count();
  const auto each = static_cast<double>(routes->as<List>().size());
  if (sent < each)
    errors.push_back({fmt::format("{:.0f} requests for {:.0f} routes", sent, each),
                      "raise the rate, or send for longer", under->place});
}

std::optional<Under> read_under(const Params& params) {
  const auto* under = params.find("under");
  if (!under || !under->is<Object>()) return std::nullopt;
  const auto& words = under->as<Object>();
  const auto* rate = words.find("rate");
  const auto* lasts = words.find("for");
  if (!rate || !lasts || !rate->is<Rate>() || !lasts->is<Duration>()) return std::nullopt;
  return Under{rate->as<Rate>().per_second, lasts->as<Duration>(), under->place};
}

}  // namespace ingress_check::routing
