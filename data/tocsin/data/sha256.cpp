#include <array>
#include <memory>

#include <cpl_vsi.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/sha256.hpp>

namespace tocsin::data {

std::string sha256_of_file(const std::string& path) {
  register_gdal();
  const ErrorTrap trap;
  // The file as it lies on disk, not what is inside a .gz that the readers unpack by themselves.
  const bool is_address = path.starts_with("http://") || path.starts_with("https://");
  const std::string opened = is_address ? "/vsicurl/" + path : path;
  const NetworkScope network(opened);
  const std::unique_ptr<VSILFILE, decltype(&VSIFCloseL)> file(VSIFOpenL(opened.c_str(), "rb"), &VSIFCloseL);
  if (!file) throw Error(ErrorCode::input, fmt::format("'{}' cannot be opened; check the path{}", path, trap.note()));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::array<unsigned char, 65536> block{};
  for (std::size_t got = block.size(); good && got == block.size();) {
    got = VSIFReadL(block.data(), 1, block.size(), file.get());
    good = EVP_DigestUpdate(context.get(), block.data(), got) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1)
    throw Error(ErrorCode::internal, "SHA-256 is not available in this OpenSSL");
  if (trap.failed()) throw Error(ErrorCode::input, fmt::format("'{}' cannot be read to its end{}", path, trap.note()));
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace tocsin::data
