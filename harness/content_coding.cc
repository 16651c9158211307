#include "harness/content_coding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace ingress_check {
namespace {

constexpr int kZlib = MAX_WBITS, kGzip = MAX_WBITS + 16, kRaw = -MAX_WBITS;

/// One zlib stream in the form that `bits` names.
class Inflater {
 public:
  explicit Inflater(int bits) : ready_(inflateInit2(&stream_, bits) == Z_OK) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }

  enum class End { whole, cut, at_limit, broken };
  /// `cut`: the input ended within the stream.
  End run(std::string_view input, std::size_t limit, std::string& out) {
    if (!ready_) return End::broken;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    std::array<char, 16 << 10> piece{};
    while (true) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t made = piece.size() - stream_.avail_out;
      const std::size_t room = limit - out.size();
      out.append(piece.data(), std::min(made, room));
      if (made > room) return End::at_limit;
      if (result == Z_STREAM_END) {
        if (!another_member()) return End::whole;
      } else if (result != Z_OK) {
        return result == Z_BUF_ERROR ? End::cut : End::broken;
      }
    }
  }

 private:
  /// A gzip file may have several members (RFC 1952, 2.2); what else follows is ignored.
  bool another_member() {
    return stream_.avail_in >= 2 && stream_.next_in[0] == 0x1f && stream_.next_in[1] == 0x8b &&
           inflateReset(&stream_) == Z_OK;
  }

  z_stream stream_{};
  bool ready_;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The codings in the order in which they were applied, `identity` left out.
std::vector<std::string_view> codings(const Headers& headers) {
  std::vector<std::string_view> all;
  for (std::string_view list : headers.all("Content-Encoding"))
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      const std::string_view one = trimmed(list.substr(0, comma));
      if (!one.empty() && !same_name(one, "identity")) all.push_back(one);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  return all;
}

std::optional<Inflater::End> undo(std::string_view coding, std::string_view body, std::size_t limit,
                                  std::string& out) {
  const bool gzip = same_name(coding, "gzip") || same_name(coding, "x-gzip");
  if (!gzip && !same_name(coding, "deflate")) return std::nullopt;
  const auto end = Inflater(gzip ? kGzip : kZlib).run(body, limit, out);
  if (gzip || end != Inflater::End::broken) return end;
  out.clear();  // some servers send deflate without the zlib format around it
  return Inflater(kRaw).run(body, limit, out);
}

}  // namespace

void decode_content(Exchange& exchange, std::size_t limit) {
  const auto applied = codings(exchange.headers);
  if (applied.empty() || exchange.body.empty() || exchange.outcome != Outcome::ok) return;
  if (applied.size() > 1) {
    exchange.detail = "the body is encoded more than once, which is not undone here";
    return;
  }
  const bool cut = exchange.body.size() < exchange.body_size;
  std::string plain;
  const auto end = undo(applied.front(), exchange.body, limit, plain);
  const std::string name(applied.front().substr(0, 32));
  if (!end) {
    exchange.detail = fmt::format("the body is encoded as {}, which is not undone here", name);
    return;
  }
  const bool whole = *end == Inflater::End::whole;
  if (*end == Inflater::End::broken || (*end == Inflater::End::cut && !cut)) {
    exchange.detail = fmt::format("Content-Encoding says {}, which the body is not", name);
    return;
  }
  exchange.body = std::move(plain);
  exchange.body_size = exchange.body.size() + (whole ? 0 : 1);
}

}  // namespace ingress_check
