#include "harness/allowance.h"

#include <fmt/format.h>

#include <thread>

namespace ingress_check {
namespace {

Instant::duration gap_of(double per_second) {
  constexpr double kLongest = 86400;  // seconds
  return std::chrono::duration_cast<Instant::duration>(
      std::chrono::duration<double>(per_second > 1 / kLongest ? 1 / per_second : kLongest));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// In lower case, without the dot at the end.
std::string name_of(std::string_view host) {
  return lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
}

bool covers(std::string_view pattern, std::string_view host) {
  return pattern == host || (pattern.starts_with("*.") && host.ends_with(pattern.substr(1)));
}

/// Something that only a name can be: labels of letters, digits, '-' and '_', the last one with a
/// letter, so that a mistyped address is none (RFC 1123, 2.1).
bool is_name(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  const auto last = text.substr(text.rfind('.') + 1);
  return !text.empty() && text.size() <= 253 && !text.starts_with('.') &&
         text.find("..") == text.npos &&
         std::ranges::all_of(text, [&](char c) { return word(c) || c == '.'; }) &&
         std::ranges::any_of(last, [](char c) { return c > '9' && c != '_'; });
}

}  // namespace

Result<Allowance> Allowance::create(double most_per_second,
                                    const std::vector<std::string>& allowed) {
  Allowance made;
  std::vector<std::string> numbers;
  for (const auto& one : allowed)
    is_name(one) ? made.names_.push_back(name_of(one)) : numbers.push_back(one);
  auto networks = Networks::parse(numbers);
  if (!networks) return tl::unexpected(networks.error());
  made.most_per_second_ = most_per_second;
  made.allowed_ = *std::move(networks);
  if (most_per_second > 0) made.courtesy_.gap = gap_of(most_per_second);
  return made;
}

bool Allowance::Lane::has(std::string_view host) const {
  return std::ranges::any_of(hosts, [&](std::string_view one) { return covers(one, host); });
}

bool Allowance::may_have_more(const Endpoint& endpoint) const {
  if (is_loopback(endpoint) || allowed_.contains(endpoint)) return true;
  const std::string name = name_of(endpoint.name);
  return !name.empty() &&
         std::ranges::any_of(names_, [&](const auto& one) { return covers(one, name); });
}

bool Allowance::capped(std::span<const Endpoint> endpoints) const {
  return most_per_second_ > 0 && std::ranges::any_of(endpoints, [&](const Endpoint& endpoint) {
           return !may_have_more(endpoint);
         });
}

void Allowance::limit(const HostLimit& limit) {
  Lane& lane = limited_.emplace_back();
  for (const auto& host : limit.hosts) lane.hosts.push_back(lower(host));
  lane.gap = gap_of(limit.limit.per_second * share_of_limit);
  lane.limit = limit.limit;
}

std::optional<Rate> Allowance::exceeded(std::span<const HostRate> rates) const {
  for (const Lane& lane : limited_) {
    double sum = 0;
    for (const auto& [host, per_second] : rates)
      if (lane.has(name_of(host))) sum += per_second;
    if (sum > lane.limit.per_second * share_of_limit * (1 + 1e-9)) return lane.limit;
  }
  return std::nullopt;
}

Instant Allowance::reserve(std::span<const Endpoint> endpoints, Instant now,
                           std::string_view host) {
  std::vector<Lane*> lanes;
  if (capped(endpoints)) lanes.push_back(&courtesy_);
  const std::string name = name_of(host);
  for (Lane& lane : limited_)
    if (!name.empty() && lane.has(name)) lanes.push_back(&lane);
  Instant place = now;
  for (const Lane* lane : lanes) place = std::max(place, lane->next(now));
  for (Lane* lane : lanes) lane->last = place;
  return place;
}

void Allowance::wait_until(Instant place, const Watch& watch) {
  while (!watch.stopped()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= place || now >= watch.deadline) return;
    std::this_thread::sleep_for(
        std::min<Instant::duration>(place - now, std::chrono::milliseconds(20)));
  }
}

void Allowance::wait(const Endpoint& endpoint, const Watch& watch) {
  wait_until(reserve({&endpoint, 1}, std::chrono::steady_clock::now()), watch);
}

void Allowance::wait(std::string_view host, const Watch& watch) {
  wait_until(reserve({}, std::chrono::steady_clock::now(), host), watch);
}

}  // namespace ingress_check
