#include "harness/content_coding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace ingress_check {
namespace {

/// What is beyond the limit is counted, not kept, up to here.
constexpr std::size_t kMostCounted = 64 << 20;
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

  std::uint64_t size() const { return size_; }

  enum class End { whole, cut, given_up, broken };
  /// Keeps the first `limit` bytes. `cut`: the input ended within the stream; `given_up`: it grows
  /// beyond what is even counted.
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
      size_ += made;
      if (size_ > std::max(limit, kMostCounted)) return End::given_up;
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
  std::uint64_t size_ = 0;
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

struct Undone {
  Inflater::End end;
  std::string text;
  std::uint64_t size = 0;
};

Undone inflated(int bits, std::string_view body, std::size_t limit) {
  Inflater inflater(bits);
  Undone undone;
  undone.end = inflater.run(body, limit, undone.text);
  undone.size = inflater.size();
  return undone;
}

/// Nothing for a coding that is not known.
std::optional<Undone> undo(std::string_view coding, std::string_view body, std::size_t limit) {
  if (same_name(coding, "gzip") || same_name(coding, "x-gzip")) return inflated(kGzip, body, limit);
  if (!same_name(coding, "deflate")) return std::nullopt;
  auto undone = inflated(kZlib, body, limit);
  // Some servers send deflate without the zlib format around it.
  return undone.end == Inflater::End::broken ? inflated(kRaw, body, limit) : std::move(undone);
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
  auto undone = undo(applied.front(), exchange.body, limit);
  const std::string name(applied.front().substr(0, 32));
  if (!undone) {
    exchange.detail = fmt::format("the body is encoded as {}, which is not undone here", name);
    return;
  }
  using Packed = Inflater::End;  // not the End of a phase
  if (undone->end == Packed::broken || (undone->end == Packed::cut && !cut)) {
    exchange.detail = fmt::format("Content-Encoding says {}, which the body is not", name);
    return;
  }
  exchange.body = std::move(undone->text);
  exchange.body_size = undone->size + (undone->end == Packed::cut ? 1 : 0);
}

}  // namespace ingress_check
