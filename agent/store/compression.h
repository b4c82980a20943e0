// zlib for the blobs of the run store.
#pragma once

#include <string>
#include <string_view>

namespace dlfix::agent {

std::string compress(std::string_view text);
/// Errors: EnvironmentError when the bytes are not what compress() made.
std::string decompress(std::string_view bytes);

}  // namespace dlfix::agent
