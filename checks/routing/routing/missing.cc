#include "checks/routing/routing/missing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ingress_check::routing {

namespace {

class Missing {
 public:
  Missing(const std::vector<Reading>& readings, const std::vector<const Reading*>& not_found,
          const Blame& say)
      : readings_(readings), not_found_(not_found), say_(say) {}

  void examine() {
    if (not_found_.empty()) return;
    const auto all = hosts();
    const bool any_served =
        std::ranges::any_of(all, [](const auto& entry) { return entry.second.served; });
    if (!any_served) return nothing_served(all);
    for (const auto& [name, host] : all) {
      if (host.missing.empty()) continue;
      if (host.served)
        paths_missing(host);
      else
        host_missing(name, host);
    }
  }

 private:
  const std::vector<Reading>& readings_;
  const std::vector<const Reading*>& not_found_;
  const Blame& say_;

  void blame(std::string_view cause, std::string text, std::string separates = {}) const {
    say_(cause, std::move(text), std::move(separates));
  }

  struct Host {
    std::vector<const Reading*> missing;
    std::set<std::string> missing_paths;
    bool served = false;  ///< some other route of it is answered by something else than a 404
  };

  std::map<std::string, Host> hosts() const {
    std::map<std::string, Host> all;
    for (const auto& reading : readings_) {
      if (reading.route.expects_no_route() || !reading.answered()) continue;
      auto& host = all[reading.route.host()];
      const bool missing = std::ranges::find(not_found_, &reading) != not_found_.end();
      if (!missing) {
        host.served = true;
        continue;
      }
      host.missing.push_back(&reading);
      host.missing_paths.insert(reading.route.path());
    }
    return all;
  }

  void nothing_served(const std::map<std::string, Host>& all) {
    if (all.size() == 1 && looks_like_wildcard(all.begin()->first))
      wildcard_missing(all.begin()->first);
    std::vector<std::string> names;
    for (const auto& [name, host] : all) names.push_back(name);
    const std::string separates =
        all.size() > 1
            ? ""
            : "ask another host of the same controller: if that one is served, only this "
              "host is not matched";
    blame("nothing-adopted",
          fmt::format("Everything that was asked of {} is answered 404: the controller behind this "
                      "address serves none of these rules.",
                      listed(names)),
          separates);
    if (all.size() == 1)
      blame("host-not-matched", fmt::format("No rule may be there for the host {}.", names.front()),
            separates);
  }

  void paths_missing(const Host& host) {
    const auto& reading = *host.missing.front();
    blame("path-not-matched",
          fmt::format("{} is served, but {} is answered 404.", reading.route.host(),
                      listed({host.missing_paths.begin(), host.missing_paths.end()})));
  }

  void wildcard_missing(const std::string& name) {
    const auto wildcard = "*." + parent_of(name);
    blame("wildcard-too-narrow",
          fmt::format("{} should fall under {}, and is answered 404.", name, wildcard),
          fmt::format("see whether the Ingress has a rule for {}", wildcard));
  }

  void host_missing(const std::string& name, const Host& host) {
    const auto text = fmt::format(
        "Everything that was asked of {} is answered 404, while other "
        "hosts are served.",
        name);
    if (looks_like_wildcard(name)) {
      wildcard_missing(name);
      blame("host-not-matched", text,
            "see whether the Ingress has a rule for *." + parent_of(name));
      return;
    }
    if (host.missing_paths.size() > 1) return blame("host-not-matched", text);
    const auto separates = fmt::format(
        "ask another path of {}: if that is served, only {} is not "
        "matched",
        name, *host.missing_paths.begin());
    blame("host-not-matched", text, separates);
    blame("path-not-matched", text, separates);
  }

  /// The table tries the edges of a wildcard: the domain above, or names below, must not be served
  /// at all. A host of which only some paths must not be is one with rules of its own.
  bool looks_like_wildcard(const std::string& name) const {
    const auto parent = parent_of(name);
    std::set<std::string> edges, with_rules;
    for (const auto& other : readings_) {
      const auto host = other.route.host();
      if (host == name) continue;
      const bool edge = host == parent || host.ends_with("." + name);
      if (edge)
        (other.route.expects_no_route() ? edges : with_rules).insert(host);
      else if (parent_of(host) == parent && other.route.expects_no_route())
        return false;  // a sibling must not be served, so that there is no wildcard
    }
    return std::ranges::any_of(edges, [&](const auto& host) { return !with_rules.contains(host); });
  }
};

}  // namespace

void missing_routes(const std::vector<Reading>& readings,
                    const std::vector<const Reading*>& not_found, const Blame& blame) {
  Missing(readings, not_found, blame).examine();
}

std::string parent_of(const std::string& host) {
  const auto dot = host.find('.');
  return dot == std::string::npos ? std::string() : host.substr(dot + 1);
}

}  // namespace ingress_check::routing
