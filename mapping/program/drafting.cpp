#include "mapping/program/drafting.h"

#include <fmt/format.h>

#include <algorithm>

#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

bool contains(const Span& outer, const Span& inner) {
  if (outer.file != inner.file) return false;
  const bool before = inner.start == inner.end && inner.start == outer.start;
  return !before && outer.start <= inner.start && inner.end <= outer.end;
}

bool overlaps(const Span& a, const Span& b) {
  return a.file == b.file && a.start < b.end && b.start < a.end;
}

bool earlier(const Draft& a, const Draft& b) {
  const auto key = [](const Draft& draft) {
    return std::tie(draft.edit.span.file, draft.edit.span.start, draft.edit.span.end, draft.rank,
                    draft.edit.hyperparameters);
  };
  return key(a) < key(b);
}

void append_names(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const auto& name : more) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

// In a call without arguments no keyword brings the comma that parts it from the one before.
void append_text(std::string& text, const Draft& draft) {
  const bool parted = text.ends_with(',') || draft.edit.text.starts_with(',');
  if (draft.keyword && !parted) text += ", ";
  text += draft.edit.text;
}

bool same_insertion(const Draft& a, const Draft& b) {
  return a.edit.span == b.edit.span && a.edit.span.start == a.edit.span.end;
}

std::optional<std::string> text_field(const json& object, const std::string& name) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) {
    return std::nullopt;
  }
  return object[name].get<std::string>();
}

std::optional<std::string> bound_name(const json& imports, const std::string& object) {
  return text_field(imports.value("names", json::object()), object);
}

std::optional<std::string> module_in_scope(const json& imports, const std::string& module) {
  if (const auto own = text_field(imports, module)) return own;
  // `keras.optimizers` in scope means that `keras.initializers` is, too.
  for (const char* const other : {"layers", "optimizers", "regularizers"}) {
    const auto expression = text_field(imports, other);
    const std::string ending = std::string(".") + other;
    if (!expression || expression->size() <= ending.size()) continue;
    const std::size_t stem = expression->size() - ending.size();
    if (expression->compare(stem, std::string::npos, ending) == 0) {
      return expression->substr(0, stem) + "." + module;
    }
  }
  return std::nullopt;
}

}  // namespace

Drafting::Drafting(const Program& program)
    : program_(program), imports_(program.document.value("imports", json::object())) {
  if (!imports_.is_object()) imports_ = json::object();
  for (auto& [path, bytes] : read_sources(program)) {
    sources_.emplace(path, SourceText(path, bytes));
  }
}

const SourceText& Drafting::source(const std::string& path) const {
  const auto found = sources_.find(path);
  if (found == sources_.end()) {
    throw support::InputError(fmt::format("program.json points into {}, which is not known", path));
  }
  return found->second;
}

void Drafting::add(Span span, std::string text, std::vector<std::string> names, int rank) {
  // Hyperparameters that share one literal and agree make one edit.
  for (auto& draft : drafts_) {
    if (span.start != span.end && draft.edit.span == span && draft.edit.text == text) {
      append_names(draft.edit.hyperparameters, names);
      return;
    }
  }
  drafts_.push_back({{std::move(span), std::move(text), std::move(names)}, rank});
}

void Drafting::add_keyword(Span span, std::string text, const std::string& name) {
  // One call that makes several layers: they agree, and the keyword is written once.
  for (auto& draft : drafts_) {
    if (draft.keyword && draft.edit.span == span && draft.edit.text == text) {
      append_names(draft.edit.hyperparameters, {name});
      return;
    }
  }
  drafts_.push_back({{std::move(span), std::move(text), {name}}, 0, true});
}

void Drafting::refuse(const std::string& name, const std::string& reason) {
  refusals_.push_back({name, reason});
}

std::vector<Draft> Drafting::inside(const Span& span, bool take) {
  std::vector<Draft> found;
  for (const auto& draft : drafts_) {
    if (contains(span, draft.edit.span)) found.push_back(draft);
  }
  if (take) {
    std::erase_if(drafts_, [&](const Draft& draft) { return contains(span, draft.edit.span); });
  }
  std::stable_sort(found.begin(), found.end(), earlier);
  return found;
}

std::string Drafting::edited_text(const Span& span) {
  const SourceText& text = source(span.file);
  std::size_t done = text.offset(span.start);
  std::string result;
  Span last;
  for (const auto& draft : inside(span, false)) {
    const std::size_t begin = text.offset(draft.edit.span.start);
    if (begin < done) continue;  // overlapping drafts are refused by finish()
    result.append(text.bytes(), done, begin - done);
    if (begin == done && draft.keyword && draft.edit.span == last) {
      append_text(result, draft);
    } else {
      result += draft.edit.text;
    }
    last = draft.edit.span;
    done = text.offset(draft.edit.span.end);
  }
  return result.append(text.bytes(), done, text.offset(span.end) - done);
}

const json& Drafting::imports_for(const std::string& name) const {
  const Hyperparameter* hp = program_.find(name);
  if (hp == nullptr || hp->span.file == program_.path) return imports_;
  const auto others = program_.document.find("neighbour_imports");
  if (others == program_.document.end() || !others->is_array()) return imports_;
  for (const auto& other : *others) {
    if (text_field(other, "file") == hp->span.file) return other;
  }
  return imports_;
}

void Drafting::import(const std::string& line, const std::string& name) {
  const auto file = text_field(imports_for(name), "file");
  import_lines_[{file ? *file : program_.path, line}].insert(name);
}

std::string Drafting::keras_module(const std::string& module, const std::string& name) {
  const json& imports = imports_for(name);
  if (const auto expression = module_in_scope(imports, module)) return *expression;
  import(fmt::format("from {} import {}", imports.value("keras", "keras"), module), name);
  return module;
}

std::string Drafting::bare_object(const std::string& module, const std::string& object,
                                  const std::string& name) {
  const json& imports = imports_for(name);
  if (const auto bound = bound_name(imports, object)) return *bound;
  import(fmt::format("from {}.{} import {}", imports.value("keras", "keras"), module, object),
         name);
  return object;
}

std::string Drafting::keras_object(const std::string& module, const std::string& object,
                                   const std::string& name) {
  const json& imports = imports_for(name);
  if (const auto bound = bound_name(imports, object)) return *bound;
  if (const auto expression = module_in_scope(imports, module)) return *expression + "." + object;
  if (module == "layers") return bare_object(module, object, name);
  return keras_module(module, name) + "." + object;
}

void Drafting::add_imports() {
  for (const auto& [place, names] : import_lines_) {
    const auto& [file, statement] = place;
    const SourceText& text = source(file);
    const json& imports = imports_for(*names.begin());
    const int line =
        std::clamp(support::saturated_int(imports, "insert_line", 1), 1, text.lines() + 1);
    const bool at_end = line > text.lines();
    const std::size_t at = at_end ? text.bytes().size() : text.line_start(line);
    const std::string written = at_end ? text.line_end() + statement : statement + text.line_end();
    // Imports come before a line that is inserted at the same place.
    add(text.span(at, at), written, {names.begin(), names.end()}, -100);
  }
}

EditPlan Drafting::finish() {
  add_imports();
  std::stable_sort(drafts_.begin(), drafts_.end(), earlier);
  EditPlan plan;
  plan.refusals = refusals_;
  const Draft* last = nullptr;
  for (const auto& draft : drafts_) {
    if (last != nullptr && same_insertion(*last, draft)) {
      append_text(plan.edits.back().text, draft);
      append_names(plan.edits.back().hyperparameters, draft.edit.hyperparameters);
      continue;
    }
    if (last != nullptr && overlaps(last->edit.span, draft.edit.span)) {
      for (const auto& name : draft.edit.hyperparameters) {
        plan.refusals.push_back(
            {name, fmt::format("line {}: its text overlaps that of {}", draft.edit.span.start.line,
                               last->edit.hyperparameters.front())});
      }
      continue;
    }
    plan.edits.push_back(draft.edit);
    last = &draft;
  }
  return plan;
}

}  // namespace dlfix::mapping
