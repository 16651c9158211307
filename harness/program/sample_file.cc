#include "harness/program/sample_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace ingress_check {
namespace {

constexpr std::size_t piece = 1 << 16;

std::vector<const Sample*> in_order(const LoadReply& reply) {
  std::vector<const Sample*> all;
  std::size_t count = 0;
  for (const auto& worker : reply.samples) count += worker.size();
  all.reserve(count);
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker) all.push_back(&sample);
  std::ranges::stable_sort(all, {}, &Sample::due);
  return all;
}

/// As one field: RFC 4180, 2.6 and 2.7. A line break of a server would look like a new sample.
std::string csv_text(const std::string& untrusted) {
  std::string text = printable(untrusted, 200);
  if (text.find_first_of(",\"") == text.npos) return text;
  for (auto at = text.find('"'); at != text.npos; at = text.find('"', at + 2))
    text.insert(at, "\"");
  return '"' + text + '"';
}

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One line of either kind; the names of services and pods are spelled once.
class Lines {
 public:
  Lines(const LoadReply& reply, bool csv) : csv_(csv) {
    const auto spelled = csv ? csv_text : json_text;
    for (const auto& pod : reply.pods) names_.emplace_back(spelled(pod.service), spelled(pod.pod));
    nobody_ = {spelled(""), spelled("")};
  }

  void add(std::string& out, const Sample& sample) const {
    const auto& [service, pod] = sample.who < names_.size() ? names_[sample.who] : nobody_;
    out += csv_ ? "" : "{\"due_us\":";
    add_time(out, sample.due, "sent_us");
    add_time(out, sample.sent, "first_byte_us");
    add_time(out, sample.first_byte, "done_us");
    add_time(out, sample.done, "outcome");
    const std::string outcome = to_string(sample.outcome);
    const auto end = std::back_inserter(out);
    if (csv_)
      fmt::format_to(end, "{},{},{},{},{},{},{},{},{}\n", outcome, sample.status, service, pod,
                     sample.request, sample.client, sample.connection, sample.reused ? 1 : 0,
                     sample.broke);
    else
      fmt::format_to(end,
                     "\"{}\",\"status\":{},\"service\":{},\"pod\":{},\"request\":{},\"client\":{},"
                     "\"connection\":{},\"reused\":{},\"broke\":{}}}\n",
                     outcome, sample.status, service, pod, sample.request, sample.client,
                     sample.connection, sample.reused, sample.broke);
  }

 private:
  void add_time(std::string& out, std::int64_t nanoseconds, const char* next) const {
    if (nanoseconds >= 0)
      fmt::format_to(std::back_inserter(out), "{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
    else if (!csv_)
      out += "null";
    out += ',';
    if (!csv_) fmt::format_to(std::back_inserter(out), "\"{}\":", next);
  }

  bool csv_;
  std::vector<std::pair<std::string, std::string>> names_;
  std::pair<std::string, std::string> nobody_;
};

}  // namespace

void sample_lines(const LoadReply& reply, bool csv, const Sink& sink) {
  const Lines lines(reply, csv);
  std::string out;
  if (csv)
    out =
        "due_us,sent_us,first_byte_us,done_us,outcome,status,service,pod,request,client,"
        "connection,reused,broke\n";
  for (const Sample* sample : in_order(reply)) {
    lines.add(out, *sample);
    if (out.size() < piece) continue;
    if (!sink(out)) return;
    out.clear();
  }
  sink(out);
}

Result<void> write_samples(const std::string& path, const LoadReply& reply) {
  auto done = write_report(
      path, [&](const Sink& sink) { sample_lines(reply, path.ends_with(".csv"), sink); });
  if (done) return done;
  Error error = done.error();
  error.hint = "name another place with --samples PATH";
  return tl::unexpected(std::move(error));
}

}  // namespace ingress_check
