#include "harness/histogram_codec.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <memory>

namespace ingress_check {

namespace {

// The low byte's high half is a word size; V2 writes 1 there and readers ignore it.
constexpr std::uint32_t plain_cookie = 0x1c849303, compressed_cookie = 0x1c849304;
constexpr std::uint32_t word_size_bits = 0xf0, word_size = 0x10;
constexpr std::size_t header_size = 40, compressed_header_size = 8;
constexpr std::size_t longest_number = 9;

tl::unexpected<Error> not_a_histogram(std::string_view why) {
  return cannot(fmt::format("not a histogram in HdrHistogram's V2 encoding: {}", why));
}

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> shift & 0xff));
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + count; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// ZigZag, then seven bits a byte from the lowest on; the ninth byte holds eight.
void put_number(std::string& out, std::int64_t number) {
  std::uint64_t rest = static_cast<std::uint64_t>(number) << 1;
  if (number < 0) rest = ~rest;
  for (std::size_t i = 1; i < longest_number && rest > 0x7f; ++i, rest >>= 7)
    out.push_back(static_cast<char>((rest & 0x7f) | 0x80));
  out.push_back(static_cast<char>(rest));
}

// Takes a number off the front; false if the bytes end in its middle.
bool take_number(std::string_view& bytes, std::int64_t& number) {
  std::uint64_t read = 0;
  for (std::size_t i = 0; i < longest_number; ++i) {
    if (i >= bytes.size()) return false;
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool last = i + 1 == longest_number || byte < 0x80;
    read |= std::uint64_t{last ? byte : byte & 0x7fu} << (7 * i);
    if (!last) continue;
    bytes.remove_prefix(i + 1);
    break;
  }
  number = static_cast<std::int64_t>((read >> 1) ^ (~(read & 1) + 1));
  return true;
}

template <class Count>
std::string payload(const BasicHistogram<Count>& histogram) {
  std::string out;
  std::int64_t zeros = 0;
  for (std::uint32_t index = 0; index < histogram.buckets().size(); ++index) {
    const std::uint64_t count = histogram.at(index);
    if (count == 0) {
      ++zeros;
      continue;
    }
    if (zeros > 0) put_number(out, zeros == 1 ? 0 : -zeros);
    zeros = 0;
    put_number(out, static_cast<std::int64_t>(count));
  }
  if (out.empty()) put_number(out, 0);  // at least one count, as the reference has it
  return out;
}

Result<std::vector<std::uint64_t>> counts_of(std::string_view payload, std::uint32_t size) {
  std::vector<std::uint64_t> counts(size);
  std::uint64_t index = 0;
  std::int64_t number = 0;
  while (!payload.empty()) {
    if (!take_number(payload, number)) return not_a_histogram("it ends in the middle of a count");
    const std::uint64_t buckets = number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : 1;
    if (buckets > size - index) return not_a_histogram("more counts than its range of values has");
    if (number > 0) counts[index] = static_cast<std::uint64_t>(number);
    index += buckets;
  }
  return counts;
}

struct Header {
  Buckets buckets;
  std::size_t payload_size;
};

// The index offset and the ratio that follow the length and the highest value tell how another
// program computes with it; the counts are in order of value all the same.
Result<Header> header_of(std::string_view bytes, std::uint32_t most_buckets) {
  if (bytes.size() < header_size) return not_a_histogram("too short");
  if ((get(bytes, 0, 4) & ~word_size_bits) != plain_cookie)
    return not_a_histogram("it begins with other bytes");
  const std::uint64_t payload_size = get(bytes, 4, 4), digits = get(bytes, 12, 4);
  if (digits > 5) return not_a_histogram("more than five digits");
  const auto buckets =
      Buckets::create(static_cast<int>(digits), get(bytes, 16, 8), get(bytes, 24, 8));
  if (!buckets) return not_a_histogram(buckets.error().what);
  if (buckets->size() > most_buckets)
    return cannot(
        fmt::format("a histogram of {} counts; {} are read at most", buckets->size(), most_buckets),
        "fewer digits, or a smaller range of values");
  if (payload_size > std::uint64_t{buckets->size()} * longest_number)
    return not_a_histogram("more counts than its range of values has");
  return Header{*buckets, static_cast<std::size_t>(payload_size)};
}

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  std::string ended(text.size() + 1, '\0');  // EVP_EncodeBlock ends in a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(ended.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.assign(ended, 0, text.size());
  return text;
}

// RFC 4648, section 4, padded, nothing else between.
Result<std::string> from_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return not_a_histogram("its base64 is cut off");
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char letter : text) {
    const auto digit = alphabet.find(letter);
    if (digit == std::string_view::npos) return not_a_histogram("it is not base64");
    held = (held << 6 | static_cast<std::uint32_t>(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(held >> bits & 0xff));
  }
  return bytes;
}

// One zlib stream, read in steps so that its own header bounds what it grows to.
class Inflation {
 public:
  explicit Inflation(std::string_view deflated) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    stream_.avail_in = static_cast<uInt>(deflated.size());
    ready_ = inflateInit(&stream_) == Z_OK;
  }
  ~Inflation() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  /// Up to `size` bytes more; fewer where the stream ends or is broken.
  std::string next(std::size_t size) {
    std::string out(size, '\0');
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(size);
    if (ready_ && !ended_) ended_ = inflate(&stream_, Z_SYNC_FLUSH) == Z_STREAM_END;
    out.resize(size - stream_.avail_out);
    return out;
  }
  /// The checksum was read and is right, and nothing follows.
  bool ended() const { return ended_ && stream_.avail_in == 0; }

 private:
  z_stream stream_{};
  bool ready_ = false, ended_ = false;
};

}  // namespace

template <class Count>
std::string encode(const BasicHistogram<Count>& histogram) {
  const std::string counts = payload(histogram);
  const Buckets& buckets = histogram.buckets();
  std::string out;
  out.reserve(header_size + counts.size());
  put(out, plain_cookie | word_size, 4);
  put(out, counts.size(), 4);
  put(out, 0, 4);  // index offset
  put(out, static_cast<std::uint64_t>(buckets.digits()), 4);
  put(out, buckets.lowest(), 8);
  put(out, buckets.highest(), 8);
  put(out, std::bit_cast<std::uint64_t>(1.0), 8);  // ratio of units
  return out + counts;
}

template <class Count>
std::string encode_base64(const BasicHistogram<Count>& histogram) {
  const std::string plain = encode(histogram);
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  std::string deflated(size, '\0');
  compress(reinterpret_cast<Bytef*>(deflated.data()), &size,
           reinterpret_cast<const Bytef*>(plain.data()), static_cast<uLong>(plain.size()));
  deflated.resize(size);
  std::string out;
  put(out, compressed_cookie | word_size, 4);
  put(out, deflated.size(), 4);
  return base64(out + deflated);
}

Result<Histogram> decode_histogram(std::string_view bytes, std::uint32_t most_buckets) {
  const auto header = header_of(bytes, most_buckets);
  if (!header) return tl::unexpected(header.error());
  bytes.remove_prefix(header_size);
  if (bytes.size() != header->payload_size) return not_a_histogram("its length is another one");
  auto counts = counts_of(bytes, header->buckets.size());
  if (!counts) return tl::unexpected(counts.error());
  return Histogram::of(header->buckets, std::move(*counts));
}

Result<Histogram> decode_histogram_base64(std::string_view text, std::uint32_t most_buckets) {
  const auto bytes = from_base64(text);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->size() < compressed_header_size) return not_a_histogram("too short");
  if ((get(*bytes, 0, 4) & ~word_size_bits) != compressed_cookie)
    return not_a_histogram("it begins with other bytes");
  if (get(*bytes, 4, 4) != bytes->size() - compressed_header_size)
    return not_a_histogram("its length is another one");

  Inflation inflation(std::string_view(*bytes).substr(compressed_header_size));
  std::string plain = inflation.next(header_size);
  const auto header = header_of(plain, most_buckets);
  if (!header) return tl::unexpected(header.error());
  plain += inflation.next(header->payload_size);
  if (plain.size() != header_size + header->payload_size || !inflation.next(1).empty() ||
      !inflation.ended())
    return not_a_histogram("its compressed part is damaged");
  return decode_histogram(plain, most_buckets);
}

template std::string encode(const Histogram&);
template std::string encode(const CompactHistogram&);
template std::string encode_base64(const Histogram&);
template std::string encode_base64(const CompactHistogram&);

}  // namespace ingress_check
