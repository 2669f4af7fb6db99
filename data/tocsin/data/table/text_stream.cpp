#include <cerrno>

#include <fmt/format.h>
#include <iconv.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/table/text_stream.hpp>

namespace tocsin::data {
namespace {

/// iconv, closed when it goes.
class Converter {
 public:
  explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  [[nodiscard]] bool is_open() const { return handle_ != iconv_t(-1); }
  void reset() { iconv(handle_, nullptr, nullptr, nullptr, nullptr); }

  /// Appends the text of `bytes` to `text`. @return the bytes used: all, or those before a character that is cut short
  /// or wrong (then errno is EINVAL or EILSEQ)
  std::size_t convert(std::string& bytes, std::string& text) {
    char* from = bytes.data();
    std::size_t left = bytes.size();
    errno = 0;
    while (left > 0) {
      const std::size_t before = text.size(), room = left * 3 + 16;  // no byte of these encodings becomes more than 3
      text.resize(before + room);
      char* to = text.data() + before;
      std::size_t free = room;
      const bool failed = iconv(handle_, &from, &left, &to, &free) == std::size_t(-1);
      text.resize(before + room - free);
      if (failed && errno != E2BIG) break;
    }
    return bytes.size() - left;
  }

 private:
  iconv_t handle_;
};

}  // namespace

struct TextStream::Impl {
  std::unique_ptr<ByteStream> bytes;
  std::string what;
  std::vector<std::string> warnings;
  Encoding encoding;
  std::unique_ptr<Converter> converter;
  std::string pending;  // bytes of a character that is cut short

  void skip_mark() {
    std::string mark(encoding.mark, '\0');
    bytes->read(mark.data(), mark.size());
  }
};

TextStream::TextStream(std::unique_ptr<ByteStream> bytes, const std::string& declared, std::string what)
    : impl_(std::make_unique<Impl>()) {
  impl_->bytes = std::move(bytes);
  impl_->what = std::move(what);
  impl_->encoding = encoding_of(*impl_->bytes, declared, impl_->what, impl_->warnings);
  if (!impl_->encoding.converter.empty()) {
    impl_->converter = std::make_unique<Converter>(impl_->encoding.converter);
    if (!impl_->converter->is_open())
      throw Error(ErrorCode::input, fmt::format("{}: this machine cannot read {}; save it as \"CSV UTF-8\"",
                                                impl_->what, impl_->encoding.name));
  }
  impl_->skip_mark();
}

TextStream::~TextStream() = default;
TextStream::TextStream(TextStream&&) noexcept = default;

bool TextStream::read(std::size_t bytes, std::string& text) {
  const std::size_t before = text.size();
  if (!impl_->converter) {
    text.resize(before + bytes);
    const std::size_t got = impl_->bytes->read(text.data() + before, bytes);
    text.resize(before + got);
    return got == bytes;
  }
  std::string& pending = impl_->pending;
  const std::size_t kept = pending.size();
  pending.resize(kept + bytes);
  const std::size_t got = impl_->bytes->read(pending.data() + kept, bytes);
  pending.resize(kept + got);
  const std::size_t used = impl_->converter->convert(pending, text);
  // What is cut short is whole with the next piece, unless this is the last.
  if (used < pending.size() && (errno == EILSEQ || got < bytes))
    throw Error(ErrorCode::input,
                fmt::format("{} holds bytes that {} does not have; set the source's encoding, or save "
                            "it as \"CSV UTF-8\"",
                            impl_->what, impl_->encoding.name));
  if (text.find('\0', before) != std::string::npos)
    throw Error(ErrorCode::input, impl_->what + " is not a text: it holds zero characters; export it as CSV again");
  pending.erase(0, used);
  return got == bytes;
}

void TextStream::rewind() {
  impl_->bytes->rewind();
  impl_->pending.clear();
  if (impl_->converter) impl_->converter->reset();
  impl_->skip_mark();
}

const Encoding& TextStream::encoding() const {
  return impl_->encoding;
}
const std::vector<std::string>& TextStream::warnings() const {
  return impl_->warnings;
}

}  // namespace tocsin::data
