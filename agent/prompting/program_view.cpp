#include "agent/prompting/program_view.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <map>

#include "mapping/program/edits.h"
#include "mapping/program/slice.h"
#include "prompts/assist.h"

namespace dlfix::agent {
namespace {

using Texts = std::map<std::string, std::string>;

Texts texts_of(const mapping::Program& program, CodeForm form) {
  Texts texts = mapping::read_sources(program);
  if (form != CodeForm::kConfig) return texts;
  for (auto& [path, text] : mapping::apply_edits(texts, mapping::plan_config_form(program)))
    texts[path] = text;
  return texts;
}

/// Numbers of a slice's lines, as wide as the largest; lines that stand for others have none.
std::string number_slice(const mapping::ProgramSlice& slice) {
  const std::size_t width = std::to_string(std::max(slice.total, 1)).size();
  std::string text;
  for (const auto& line : slice.lines) {
    const std::string number = line.number ? std::to_string(*line.number) : "";
    text += fmt::format("{:>{}} |{}{}\n", number, width, line.text.empty() ? "" : " ", line.text);
  }
  return text;
}

/// The program's other files, each under its name.
std::string other_files(const mapping::Program& program, const Texts& texts, CodeForm form) {
  std::string code;
  const auto folder = std::filesystem::path(program.path).parent_path();
  for (const auto& [path, text] : texts) {
    if (path == program.path || !path.ends_with(".py")) continue;  // a config file holds values
    code +=
        fmt::format("# {}\n{}\n", std::filesystem::path(path).lexically_relative(folder).string(),
                    form == CodeForm::kNumbered ? prompts::number_lines(text) : text);
  }
  if (!code.empty())
    code += fmt::format("# {}\n", std::filesystem::path(program.path).filename().string());
  return code;
}

}  // namespace

ProgramView whole_program(const mapping::Program& program, CodeForm form) {
  const Texts texts = texts_of(program, form);
  const std::string& main = texts.at(program.path);
  ProgramView view;
  view.code = other_files(program, texts, form) +
              (form == CodeForm::kNumbered ? prompts::number_lines(main) : main);
  return view;
}

ProgramView sliced_program(const mapping::Program& program, CodeForm form,
                           const mapping::ProbeOptions& probe) {
  const Texts texts = texts_of(program, form);
  const mapping::ProgramSlice slice = mapping::slice_text(texts.at(program.path), probe);
  ProgramView view;
  view.code = other_files(program, texts, form) +
              (form == CodeForm::kNumbered ? number_slice(slice) : slice.text());
  view.left_out = slice.left_out;
  view.total = slice.total;
  return view;
}

}  // namespace dlfix::agent
