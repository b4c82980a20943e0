// Answers that come as JSON instead of a list in prose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::mapping {

struct JsonItem {
  std::string text;
  std::size_t begin = 0;  ///< span of the item's JSON in the reply
  std::size_t end = 0;
};

/// The items of the reply's outermost array, or of the first array that is a member of its
/// outermost object, or the members of an object of texts. A text is an item as it is; of an object
/// the texts of its members are joined, title and description first. Empty when the reply (fences
/// aside) is no such JSON. Nesting deeper than 64 is not read.
std::vector<JsonItem> read_json_items(std::string_view reply, std::size_t from);

}  // namespace dlfix::mapping
