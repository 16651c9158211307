#include "checks/tls/scheme_mismatch/trail.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check::scheme_mismatch {

namespace {

std::string path_of(const Url& url) { return url.path.substr(0, url.path.find('?')); }

Url with_marker(Url url, const std::string& marker) {
  url.path += (url.path.find('?') == std::string::npos ? "?" : "&") + marker;
  return url;
}

Url with_other_slash(Url url) {
  const auto end = std::min(url.path.find('?'), url.path.size());
  if (end > 1 && url.path[end - 1] == '/')
    url.path.erase(end - 1, 1);
  else
    url.path.insert(end, "/");
  return url;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Hop from_exchange(const Exchange& exchange) {
  Hop hop;
  hop.outcome = exchange.outcome;
  hop.detail = exchange.detail;
  hop.address = exchange.address;
  hop.status = exchange.status;
  hop.headers = exchange.headers;
  hop.body = exchange.body;
  hop.exchange = &exchange;
  return hop;
}

Hop from_dialogue(const BytesReply& reply) {
  Hop hop;
  hop.raw = true;
  hop.outcome = reply.outcome;
  hop.detail = reply.detail;
  hop.address = reply.address;
  if (hop.outcome != Outcome::ok) return hop;
  if (auto answer = parse_answer(reply.bytes)) {
    hop.status = answer->status;
    hop.headers = std::move(answer->headers);
    hop.body = std::move(answer->body);
  } else {
    hop.outcome = reply.bytes.empty() ? Outcome::reset : Outcome::malformed;
  }
  return hop;
}

std::optional<Hop> hop_of(const Leg& leg, const Evidence& evidence) {
  if (const auto* http = std::get_if<Http>(&evidence.traffic.send)) {
    for (const auto& exchange : evidence.exchanges) {
      const auto& request = http->requests.at(exchange.request);
      if (request.client != leg.name) continue;
      auto hop = from_exchange(exchange);
      hop.url = request.url;
      return hop;
    }
  } else if (const auto* bytes = std::get_if<Bytes>(&evidence.traffic.send)) {
    for (const auto& reply : evidence.dialogues)
      if (bytes->items.at(reply.item).name == leg.name) return from_dialogue(reply);
  }
  return std::nullopt;
}

void read_location(Hop& hop) {
  if (hop.outcome != Outcome::ok || !is_redirect(hop.status)) return;
  const auto location = hop.headers.find("Location");
  auto next = location ? resolve(hop.url, *location) : Result<Url>(cannot("no Location"));
  hop.unusable = !next.has_value();
  if (!next) return;
  // A Location that names the scheme's own port means the same as one that names none.
  if (next->port == (next->https ? 443 : 80)) next->port = 0;
  hop.next = *next;
}

Trail::End end_of(const Trail& trail, const Doors& doors) {
  if (trail.hops.empty()) return Trail::End::none;
  const auto& last = trail.last();
  if (last.outcome != Outcome::ok) return Trail::End::failed;
  if (last.unusable) return Trail::End::unusable;
  if (!last.next) return Trail::End::answered;
  if (last.next->host != doors.https.host) return Trail::End::other_host;
  const auto& door = last.next->https ? doors.https : doors.http;
  if (last.next->effective_port() != door.effective_port()) return Trail::End::other_port;
  for (const auto& hop : trail.hops)
    if (hop.url == *last.next) return Trail::End::loop;
  return trail.hops.size() >= max_hops ? Trail::End::too_long : Trail::End::open;
}

}  // namespace

bool Hop::silent() const {
  return status == 0 &&
         (outcome == Outcome::reset || outcome == Outcome::idle_close ||
          outcome == Outcome::truncated || outcome == Outcome::malformed) &&
         body.empty();
}

std::vector<Leg> legs(const Doors& doors, bool https, bool http, const std::string& marker) {
  std::vector<Leg> all;
  if (https) all.push_back({"https", with_marker(doors.https, marker)});
  if (!http) return all;
  all.push_back({"http", with_marker(doors.http, marker)});
  if (path_of(doors.http) == "/") return all;
  const auto other = with_other_slash(doors.http);
  all.push_back({"http, other slash", with_marker(other, marker)});
  auto slash = path_of(doors.http).ends_with('/') ? doors.http : other;
  slash.path = path_of(slash);
  all.push_back({"http, slash at the end", slash});
  return all;
}

const Hop* Trail::upgrade() const {
  for (const auto& hop : hops)
    if (!hop.url.https && hop.next && hop.next->https) return &hop;
  return nullptr;
}

const Hop* Trail::downgrade() const {
  for (const auto& hop : hops)
    if (hop.url.https && hop.next && !hop.next->https && hop.next->host == hop.url.host)
      return &hop;
  return nullptr;
}

std::string Trail::text() const {
  std::string text;
  for (const auto& hop : hops) {
    if (text.empty()) text = to_string(hop.url);
    text += hop.status ? fmt::format(" -> {}", hop.status)
                       : fmt::format(" -> {}", to_string(hop.outcome));
    if (hop.next) text += " " + to_string(*hop.next);
  }
  return text;
}

Trail trail(const Leg& leg, const Doors& doors, std::span<const Evidence> so_far) {
  Trail trail;
  trail.leg = leg;
  Url url = leg.url;
  for (const auto& evidence : so_far) {
    if (!evidence.traffic.name.starts_with("hop ")) continue;
    auto hop = hop_of(leg, evidence);
    if (!hop) continue;
    hop->url = url;
    hop->name = evidence.traffic.name;
    read_location(*hop);
    trail.hops.push_back(std::move(*hop));
    trail.end = end_of(trail, doors);
    if (trail.end != Trail::End::open) break;
    url = *trail.last().next;
  }
  return trail;
}

std::string raw_request(const Url& url) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: ingress-check\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n",
      url.path, url.authority());
}

}  // namespace ingress_check::scheme_mismatch
