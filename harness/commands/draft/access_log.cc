#include "harness/commands/draft/access_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "scenarios/url.h"

namespace ingress_check {
namespace {

constexpr std::size_t most_told_apart = 100'000, most_of_a_host = 20, most_hosts = 50;
constexpr std::size_t longest_path = 2000;
constexpr double nearly_all = 0.95;

struct Line {
  std::string_view method, target;
  std::string_view host;  ///< in front of the line; may be empty
  int status = 0;
};

std::string_view word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  const std::string_view found = text.substr(0, text.find(' '));
  text.remove_prefix(found.size());
  return found;
}

int status_of(std::string_view text) {
  int status = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  return error == std::errc() && text.size() == 3 && stop == text.data() + 3 && status >= 100
             ? status
             : 0;
}

/// The status stands right behind the request; the balancers of AWS have theirs before it, followed
/// by the target's own and two counts of bytes.
int status_around(std::string_view before, std::string_view after) {
  if (const int status = status_of(word(after))) return status;
  std::vector<std::string_view> words;
  while (!before.empty())
    if (const auto one = word(before); !one.empty()) words.push_back(one);
  return words.size() >= 4 ? status_of(words[words.size() - 4]) : 0;
}

/// A name in front of the client's address ("vhost combined"), without its port.
std::string_view host_before(std::string_view before) {
  const std::string_view first = word(before);
  const std::string_view second = word(before);
  const bool named = first.find_first_of("abcdefghijklmnopqrstuvwxyz") != first.npos &&
                     first.find('.') != first.npos && first.find('/') == first.npos;
  const bool address =
      !second.empty() && second.find_first_not_of("0123456789.:abcdef") == second.npos;
  return named && address ? first.substr(0, first.find(':')) : std::string_view{};
}

std::optional<Line> read_line(std::string_view text) {
  const auto protocol = text.find(" HTTP/");
  if (protocol == text.npos) return std::nullopt;
  const auto open = text.rfind('"', protocol), close = text.find('"', protocol);
  if (open == text.npos || close == text.npos) return std::nullopt;
  std::string_view request = text.substr(open + 1, protocol - open - 1);
  Line line;
  line.method = word(request);
  line.target = word(request);
  line.host = host_before(text.substr(0, open));
  line.status = status_around(text.substr(0, open), text.substr(close + 1));
  if (line.method.empty() || line.target.empty() || line.status == 0) return std::nullopt;
  return line;
}

struct Asked {
  std::uint64_t times = 0;
  std::map<int, std::uint64_t> statuses;
};

class LogReader {
 public:
  void add(const Line& line) {
    ++lines_;
    if (line.method != "GET") return void(++other_methods_);
    std::string_view target = line.target;
    std::string host(line.host);
    if (const auto scheme = target.find("://"); scheme != target.npos && scheme < 8) {
      const bool tls = target.starts_with("https");
      target.remove_prefix(scheme + 3);
      const auto end = std::min(target.find('/'), target.size());
      const std::string_view authority = target.substr(0, end);
      if (authority.find('@') != authority.npos) return;  // a user name is no part of a scenario
      host = std::string(authority.substr(0, authority.rfind(':')));
      target.remove_prefix(end);
      if (tls && sendable(host, "/")) tls_hosts_[host] = true;
    }
    if (const auto query = target.find('?'); query != target.npos) {
      ++queries_;
      target = target.substr(0, query);
    }
    if (target.empty()) target = "/";
    if (!target.starts_with('/') || target.size() > longest_path || !clean(target)) return;
    if (!hosts_.contains(host) && !sendable(host, "/")) return;
    auto& paths = hosts_[host];
    const auto found = paths.find(target);
    if (found == paths.end()) {
      if (told_apart_ == most_told_apart || !sendable(host, std::string(target))) return;
      ++told_apart_;
    }
    Asked& asked = found == paths.end() ? paths[std::string(target)] : found->second;
    ++asked.times;
    // Not modified is what a cache was told instead of 200.
    ++asked.statuses[line.status == 304 ? 200 : line.status];
  }

  std::uint64_t lines() const { return lines_; }

  void write(const std::string& file, Sketch& sketch) const {
    for (const auto& [host, tls] : tls_hosts_) sketch.tls_hosts.push_back(host);
    std::size_t number = 0;
    for (const auto& [host, paths] : hosts_) {
      if (++number > most_hosts) {
        sketch.remark(fmt::format("{}: {} more hosts", file, hosts_.size() - most_hosts));
        break;
      }
      write_host(host, paths, sketch);
    }
    if (queries_ > 0)
      sketch.remark(
          fmt::format("{}: the queries of {} requests: write those that matter", file, queries_));
    if (other_methods_ > 0)
      sketch.remark(fmt::format("{}: {} requests of other methods than GET", file, other_methods_));
  }

 private:
  using Paths = std::map<std::string, Asked, std::less<>>;

  /// What would need a word about how it goes out: blanks, quotes, bytes that are not ASCII.
  static bool clean(std::string_view target) {
    return std::ranges::all_of(target, [](char c) {
      return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '{' && c != '}' && c != '#';
    });
  }

  static bool sendable(const std::string& host, const std::string& path) {
    return parse_url("http://" + (host.empty() ? "ingress" : host) + path).has_value();
  }

  static void write_host(const std::string& host, const Paths& paths, Sketch& sketch) {
    std::vector<std::pair<std::string, const Asked*>> order;
    for (const auto& [path, asked] : paths) order.emplace_back(path, &asked);
    std::ranges::stable_sort(order, std::greater<>(),
                             [](const auto& pair) { return pair.second->times; });
    std::size_t taken = 0, failing = 0, varying = 0;
    for (const auto& [path, asked] : order) {
      const auto most = std::ranges::max_element(asked->statuses, {},
                                                 [](const auto& status) { return status.second; });
      const double share = static_cast<double>(most->second) / static_cast<double>(asked->times);
      if (most->first >= 400)
        ++failing;
      else if (share < nearly_all)
        ++varying;
      else if (taken < most_of_a_host)
        ++taken, sketch.add({host, path, "", std::to_string(most->first)});
    }
    const std::string name = host.empty() ? "the log" : host;
    const std::size_t rest = order.size() - taken - failing - varying;
    if (rest > 0) sketch.remark(fmt::format("{}: {} rarer paths", name, rest));
    if (failing > 0)
      sketch.remark(fmt::format("{}: {} paths that were answered with 4xx or 5xx", name, failing));
    if (varying > 0) sketch.remark(fmt::format("{}: {} paths whose status varied", name, varying));
  }

  std::map<std::string, Paths> hosts_;
  std::map<std::string, bool> tls_hosts_;
  std::uint64_t lines_ = 0, queries_ = 0, other_methods_ = 0;
  std::size_t told_apart_ = 0;
};

}  // namespace

Result<void> read_access_log(std::string_view text, const std::string& file, Sketch& sketch) {
  LogReader reader;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = read_line(text.substr(0, end))) reader.add(*line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (reader.lines() == 0)
    return tl::unexpected(
        Error{file + " is neither an Ingress manifest nor an access log",
              "a log has \"GET /path HTTP/1.1\" and a status in each line; unpack it first"});
  reader.write(file, sketch);
  return {};
}

}  // namespace ingress_check
