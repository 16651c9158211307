// What in the shape of a request one ingress may take otherwise than another.
#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

namespace {

std::string path_of(std::string_view path) { return std::string(path.substr(0, path.find('?'))); }

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescaped(const std::string& path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escape = path[i] == '%' && i + 2 < path.size();
    const int high = escape ? hex(path[i + 1]) : -1, low = escape ? hex(path[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += path[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

/// Escapes undone, doubled slashes and dot segments gone.
std::string normalized(const std::string& path) {
  const std::string text = unescaped(path);
  std::vector<std::string> segments;
  std::size_t begin = 1;
  bool directory = false;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('/', begin), text.size());
    const std::string segment = text.substr(begin, end - begin);
    directory = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!directory) {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string out;
  for (const auto& segment : segments) out += "/" + segment;
  return directory || out.empty() ? out + "/" : out;
}

std::string host_of(const Request& request) {
  const auto header = request.headers.find("Host");
  return header ? std::string(header->substr(0, header->find(':'))) : request.url.host;
}

/// The path in its plainest shape, in the respects that the cause is about.
std::string plain(const std::string& cause, const std::string& path) {
  if (cause == "trailing-slash") return without_slash(path);
  if (cause == "case-of-path") return lower(path);
  return normalized(path);
}

/// A request that is like this one but for its shape, and is not itself of that shape.
bool is_twin(const std::string& cause, const Request& odd, const Request& other) {
  if (odd.method != other.method || host_of(odd) != host_of(other)) return false;
  const auto a = path_of(odd.url.path), b = path_of(other.url.path);
  return plain(cause, b) == b && plain(cause, a) == b && a != b;
}

std::string what_separates(const std::string& cause, const Request& request) {
  return fmt::format("compare {} too: if it differs as well, it is the route and not {}",
                     plain(cause, path_of(request.url.path)),
                     cause == "trailing-slash" ? "the last slash"
                     : cause == "case-of-path" ? "the case of letters"
                                               : "how the path is normalised");
}

std::vector<std::string> odd_in(const Request& request) {
  std::vector<std::string> found;
  const auto path = path_of(request.url.path);
  if (normalized(path) != path) found.emplace_back("path-normalised");
  if (lower(path) != path) found.emplace_back("case-of-path");
  if (path.size() > 1 && path.ends_with('/')) found.emplace_back("trailing-slash");
  return found;
}

bool same_route(const Judged& judged) {
  return !judged.unsteady() && !judged.differs({Of::answer, ""}) &&
         !judged.differs({Of::status, ""}) && !judged.differs({Of::service, ""});
}

}  // namespace

std::string path_likeness(std::string_view a, std::string_view b) {
  const auto one = path_of(a), other = path_of(b);
  if (one == other) return {};
  if (without_slash(one) == without_slash(other)) return "trailing-slash";
  if (lower(one) == lower(other)) return "case-of-path";
  return normalized(one) == normalized(other) ? "path-normalised" : "";
}

namespace {

/// The path's own shape, against the same request in a plainer one.
Shape shape_of_path(const Plan& plan, const std::vector<Judged>& all, std::size_t index) {
  const Request& request = plan.requests[index].mine;
  Shape best;
  for (const auto& cause : odd_in(request)) {
    bool same = false, differs = false;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (is_twin(cause, request, plan.requests[i].mine))
        (same_route(all[i]) ? same : differs) = true;
    if (same && !differs) return {cause, true, ""};
    if (!same && !differs && best.cause.empty())
      best = {cause, false, what_separates(cause, request)};
  }
  return best;
}

/// Its host, where every request to that host has another route and one to another has the same.
Shape shape_of_host(const Plan& plan, const std::vector<Judged>& all, std::size_t index) {
  const auto host = host_of(plan.requests[index].mine);
  std::size_t requests = 0;
  bool others_same = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool same = same_route(all[i]);
    if (host_of(plan.requests[i].mine) != host) {
      others_same = others_same || same;
      continue;
    }
    if (same) return {};
    ++requests;
  }
  if (!others_same) return {};
  return {"host-matched-differently", requests > 1,
          requests > 1 ? ""
                       : fmt::format("compare another path of {} too: if it is the same, it is the "
                                     "path and not the host",
                                     host)};
}

}  // namespace

Shape shape(const Plan& plan, const std::vector<Judged>& all, std::size_t index) {
  auto of_path = shape_of_path(plan, all, index);
  if (of_path.sure) return of_path;
  auto of_host = shape_of_host(plan, all, index);
  return of_host.sure || of_path.cause.empty() ? of_host : of_path;
}

}  // namespace ingress_check::same
