// HdrHistogram's interval log, version 1.3: the response times of each slice of each phase of load,
// in nanoseconds. Its readers show milliseconds; the tag names the phase.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/histogram_codec.h"
#include "reports/phases.h"

namespace ingress_check::formats {
namespace {

constexpr double ns_of_ms = 1e6;

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

/// A tag ends at a comma or a blank.
std::string tag(const PhaseOf& phase) {
  std::string text = name(phase);
  for (char& c : text)
    if (c == ',' || c == ' ' || c == '=') c = '_';
  return text;
}

std::string header(const Report& report) {
  const auto started = std::chrono::system_clock::to_time_t(report.started);
  const double since_epoch =
      std::chrono::duration<double>(report.started.time_since_epoch()).count();
  return fmt::format(
      "#[Logged with ingress-check {}]\n#[Histogram log format version 1.3]\n"
      "#[StartTime: {:.3f} (seconds since epoch), {:%a %b %d %H:%M:%S} UTC {:%Y}]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      printable(report.version, 40), since_epoch, fmt::gmtime(started), fmt::gmtime(started));
}

std::string render(const Report& report, const RenderOptions&) {
  std::string out = header(report);
  for (const auto& phase : load_phases(report)) {
    const LoadReply& reply = phase.load->reply;
    const auto began = phase.load->began + reply.began_after;
    Duration at = began - report.started;
    for (const auto& second : reply.seconds) {
      if (second.response.total() > 0)
        out += fmt::format(
            "Tag={},{:.3f},{:.3f},{:.3f},{}\n", tag(phase), seconds(at), seconds(reply.slice),
            static_cast<double>(second.response.max()) / ns_of_ms, encode_base64(second.response));
      at += reply.slice;
    }
  }
  return out;
}

}  // namespace

extern const Format hlog{"hlog", "interval log, for HdrHistogram's log readers", render};

}  // namespace ingress_check::formats
