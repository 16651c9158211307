#include "harness/cookie_jar.h"

#include <algorithm>

#include "scenarios/headers.h"

namespace ingress_check {
namespace {

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

// "If the uri-path is empty or if the first character of the uri-path is not a %x2F ("/")
// character, output %x2F ("/") and skip the remaining steps. If the uri-path contains no more than
// one %x2F ("/") character, output %x2F ("/") [...]. Output the characters of the uri-path from the
// first character up to, but not including, the right-most %x2F ("/")" (RFC 6265, 5.1.4).
std::string_view default_path(std::string_view path) {
  path = without_query(path);
  const auto last = path.rfind('/');
  return !path.starts_with('/') || last == 0 ? "/" : path.substr(0, last);
}

// "The cookie-path and the request-path are identical. The cookie-path is a prefix of the
// request-path, and the last character of the cookie-path is %x2F ("/"). [Or] the first character
// of the request-path that is not included in the cookie-path is a %x2F ("/") character" (5.1.4).
bool path_matches(std::string_view request, std::string_view cookie) {
  if (!request.starts_with(cookie)) return false;
  return request.size() == cookie.size() || cookie.ends_with('/') || request[cookie.size()] == '/';
}

/// IPv4 or IPv6: a host name's last label is not all digits (RFC 1123, 2.1) and has no colon.
bool is_address(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  const auto label = host.substr(host.rfind('.') + 1);
  return !label.empty() && label.find_first_not_of("0123456789") == std::string_view::npos;
}

// "The domain string is a suffix of the string. The last character of the string that is not
// included in the domain string is a %x2E (".") character. The string is a host name (i.e., not an
// IP address)" (5.1.3).
bool domain_matches(std::string_view host, std::string_view domain) {
  if (same_name(host, domain)) return true;
  if (host.size() <= domain.size() || is_address(host)) return false;
  const auto rest = host.size() - domain.size();
  return host[rest - 1] == '.' && same_name(host.substr(rest), domain);
}

/// Whose the cookie is: the host's own unless it says more; empty if it may not be set by this
/// host.
std::string_view domain_of(const SetCookie& cookie, std::string_view host) {
  if (cookie.domain.empty()) return host;
  if (!domain_matches(host, cookie.domain)) return {};
  const bool one_label = cookie.domain.find('.') == std::string_view::npos;
  return one_label && !same_name(host, cookie.domain) ? std::string_view{} : cookie.domain;
}

/// `now` + `span`, or as near to it as an Instant can be.
template <class Span>
Instant after(Instant now, Span span) {
  using std::chrono::duration_cast, std::chrono::hours;
  constexpr hours century(24 * 36525);
  return now + duration_cast<Instant::duration>(std::clamp(span, Span(-century), Span(century)));
}

// "If a cookie has both the Max-Age and the Expires attribute, the Max-Age attribute has precedence
// and controls the expiration date of the cookie" (4.1.2.2). None: until the client is no more.
Instant expiry(const SetCookie& cookie, Instant now, std::chrono::system_clock::time_point wall) {
  using std::chrono::floor, std::chrono::hours, std::chrono::seconds;
  if (cookie.max_age) {
    constexpr std::int64_t century = 36525LL * 86400;
    return now + seconds(std::clamp<std::int64_t>(*cookie.max_age, 0, century));
  }
  if (!cookie.expires) return Instant::max();
  const auto from = floor<seconds>(wall).time_since_epoch();
  return after(now, floor<seconds>(*cookie.expires).time_since_epoch() - from);
}

}  // namespace

/// Where there is no more room, one that expired goes, or else the oldest (5.3).
void CookieJar::insert(Kept kept, Instant now) {
  if (kept_.size() >= kMost) {
    const auto gone = [&](const Kept& one) { return one.expires > now ? one.order : 0; };
    kept_.erase(std::ranges::min_element(kept_, {}, gone));
  }
  const auto place = std::ranges::find_if(
      kept_, [&](const Kept& other) { return other.path.size() < kept.path.size(); });
  kept_.insert(place, std::move(kept));
}

void CookieJar::store(std::string_view field, std::string_view host, std::string_view path,
                      bool https, Instant now, std::chrono::system_clock::time_point wall) {
  const auto cookie = parse_set_cookie(field);
  if (!cookie || (cookie->secure && !https)) return;
  const auto domain = domain_of(*cookie, host);
  if (domain.empty()) return;
  const auto its_path = cookie->path.empty() ? default_path(path) : cookie->path;
  if (cookie->name.size() + cookie->value.size() + its_path.size() + domain.size() > kBytes) return;
  const Instant until = expiry(*cookie, now, wall);
  const auto old = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return kept.name == cookie->name && kept.path == its_path && same_name(kept.domain, domain);
  });
  if (until <= now) {
    if (old != kept_.end()) kept_.erase(old);
  } else if (old == kept_.end()) {
    insert({std::string(cookie->name), std::string(cookie->value), std::string(its_path),
            std::string(domain), cookie->secure, until, ++ever_},
           now);
  } else {  // "Update the creation-time of the newly created cookie to match [...] the old-cookie"
    old->value.assign(cookie->value);
    old->secure = cookie->secure;
    old->expires = until;
  }
}

void CookieJar::cookies(std::string_view path, bool https, Instant now, std::string& into) const {
  into.clear();
  path = without_query(path);
  if (!path.starts_with('/')) path = "/";
  for (const Kept& kept : kept_) {
    if (kept.expires <= now || (kept.secure && !https) || !path_matches(path, kept.path)) continue;
    if (!into.empty()) into += "; ";
    into.append(kept.name).append("=").append(kept.value);
  }
}

}  // namespace ingress_check
