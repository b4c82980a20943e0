#include "eval/localisers/written_value.h"

#include "mapping/program/source_text.h"

namespace dlfix::eval {
namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }

WrittenValue read(std::string text) {
  WrittenValue value;
  const bool quoted = text.size() >= 2 && is_quote(text.front()) && text.back() == text.front();
  if (quoted) {
    value.is_string = true;
    value.text = text.substr(1, text.size() - 2);
    return value;
  }
  value.is_call = !text.empty() && text.back() == ')';
  value.text = std::move(text);
  return value;
}

}  // namespace

std::string WrittenValue::name() const {
  if (is_string) return text;
  const std::string callee = text.substr(0, text.find('('));
  const std::size_t dot = callee.rfind('.');
  return dot == std::string::npos ? callee : callee.substr(dot + 1);
}

std::optional<WrittenValue> written_value(const mapping::Program& program,
                                          const std::map<std::string, std::string>& sources,
                                          std::optional<int> layer, const std::string& attribute) {
  for (const mapping::Hyperparameter& hyperparameter : program.hyperparameters) {
    if (hyperparameter.layer != layer || hyperparameter.attribute != attribute) continue;
    const auto source = sources.find(hyperparameter.span.file);
    if (hyperparameter.inserted || source == sources.end()) return std::nullopt;
    const mapping::SourceText text(source->first, source->second);
    return read(std::string(text.text(hyperparameter.span)));
  }
  return std::nullopt;
}

}  // namespace dlfix::eval
