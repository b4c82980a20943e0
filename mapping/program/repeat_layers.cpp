#include <fmt/format.h>

#include "mapping/program/edit_layers.h"
#include "mapping/program/layer_sites.h"
#include "mapping/program/layer_statement.h"

namespace dlfix::mapping {
namespace {

// Copies come before anything that is inserted ahead of the next statement.
constexpr int kCopyRank = -10;

std::string style_of(const Hyperparameter& hp) { return hp.edit.value("style", "statement"); }

/// What a functional statement assigns and reads.
struct Chain {
  std::string target;
  Span argument;
  std::string tensor;
};

std::optional<Chain> chain_of(const Drafting& drafting, const Hyperparameter& hp) {
  const SourceText& source = drafting.source(hp.span.file);
  for (const auto& site : layer_sites(drafting.program())) {
    if (!hp.layer || site.layer != *hp.layer) continue;
    const auto argument = called_on(drafting, hp.span.file, site.layer, site.tensor);
    const std::string target = assigned_name(source.text(hp.span));
    if (argument && !target.empty()) return Chain{target, *argument, site.tensor};
  }
  return std::nullopt;
}

std::string line_of(const Hyperparameter& hp) {
  return fmt::format("line {}: ", hp.span.start.line);
}

void remove_statement(Drafting& drafting, const Hyperparameter& hp) {
  const SourceText& source = drafting.source(hp.span.file);
  drafting.inside(hp.span, true);
  if (!fills_lines(source, hp.span) || is_whole_block(source, hp.span)) {
    drafting.add(hp.span, "pass", {hp.name});
    return;
  }
  drafting.add(
      source.span(source.line_start(hp.span.start.line), source.next_line(hp.span.end.line)), "",
      {hp.name});
}

// `h = Dense(3)(x)` becomes `h = x`; two edits, so that x itself may be wrapped by another.
void unchain(Drafting& drafting, const Hyperparameter& hp, const Chain& chain) {
  if (chain.target == chain.tensor) return remove_statement(drafting, hp);
  const Span before{hp.span.file, hp.span.start, chain.argument.start};
  const Span after{hp.span.file, chain.argument.end, hp.span.end};
  drafting.inside(before, true);
  drafting.inside(after, true);
  drafting.add(before, chain.target + " = ", {hp.name});
  drafting.add(after, "", {hp.name});
}

// From the element to what follows its comma; the last element goes with the comma before it.
Span element_with_comma(const SourceText& source, const Span& element) {
  const std::string& bytes = source.bytes();
  const std::size_t begin = source.offset(element.start);
  std::size_t at = bytes.find_first_not_of(" \t\r\n", source.offset(element.end));
  if (at != std::string::npos && bytes[at] == ',') {
    ++at;
    const std::size_t next = bytes.find_first_not_of(" \t", at);
    if (next != std::string::npos && bytes[next] == '#') at = bytes.find_first_of("\r\n", next);
    const std::size_t stop = bytes.find_first_not_of(" \t\r\n", at);
    return source.span(begin, stop == std::string::npos ? bytes.size() : stop);
  }
  const std::size_t previous =
      begin == 0 ? std::string::npos : bytes.find_last_not_of(" \t\r\n", begin - 1);
  if (previous != std::string::npos && bytes[previous] == ',') {
    return source.span(previous, source.offset(element.end));
  }
  return element;
}

void remove_element(Drafting& drafting, const Hyperparameter& hp) {
  drafting.inside(hp.span, true);
  drafting.add(element_with_comma(drafting.source(hp.span.file), hp.span), "", {hp.name});
}

// The layer's text once more for each copy, each preceded by `lead` and followed by `tail`.
std::optional<std::string> copies(const std::string& text, std::int64_t repeat,
                                  const std::string& lead, const std::string& tail) {
  std::string result;
  for (std::int64_t copy = 2; copy <= repeat; ++copy) {
    const auto written = copy_of_layer(text, static_cast<int>(copy));
    if (!written) return std::nullopt;
    result += lead + *written + tail;
  }
  return result;
}

void put_copies(Drafting& drafting, const Hyperparameter& hp, std::size_t at,
                const std::optional<std::string>& text) {
  if (!text) {
    drafting.refuse(hp.name, line_of(hp) + "the layer has a name of its own, a copy would clash");
    return;
  }
  drafting.add(drafting.source(hp.span.file).span(at, at), *text, {hp.name}, kCopyRank);
}

void copy_statement(Drafting& drafting, const Hyperparameter& hp, const std::string& text,
                    std::int64_t repeat) {
  const SourceText& source = drafting.source(hp.span.file);
  if (!source.ends_line(hp.span.end)) {
    return put_copies(drafting, hp, source.offset(hp.span.end), copies(text, repeat, "; ", ""));
  }
  const std::string indent = source.indentation(hp.span.start.line);
  const std::size_t at = source.next_line(hp.span.end.line);
  const bool last = hp.span.end.line == source.lines();  // no line feed behind it
  put_copies(drafting, hp, at,
             last ? copies(text, repeat, source.line_end() + indent, "")
                  : copies(text, repeat, indent, source.line_end()));
}

void copy_element(Drafting& drafting, const Hyperparameter& hp, std::int64_t repeat) {
  const SourceText& source = drafting.source(hp.span.file);
  const std::string lead = source.begins_line(hp.span.start)
                               ? "," + source.line_end() + source.indentation(hp.span.start.line)
                               : ", ";
  put_copies(drafting, hp, source.offset(hp.span.end),
             copies(drafting.edited_text(hp.span), repeat, lead, ""));
}

void repeat_chained(Drafting& drafting, const Hyperparameter& hp, std::int64_t repeat) {
  const auto chain = chain_of(drafting, hp);
  if (!chain) {
    drafting.refuse(hp.name, line_of(hp) + "the statement is not of the form x = Layer(...)(y)");
    return;
  }
  if (repeat == 0) return unchain(drafting, hp, *chain);
  const std::string text =
      drafting.edited_text({hp.span.file, hp.span.start, chain->argument.start}) + chain->target +
      drafting.edited_text({hp.span.file, chain->argument.end, hp.span.end});
  copy_statement(drafting, hp, text, repeat);
}

std::string indent_unit(const SourceText& source, int line) {
  return source.indentation(line).find('\t') == std::string::npos ? "    " : "\t";
}

void indent_lines(Drafting& drafting, const Hyperparameter& hp, const std::string& loop) {
  const SourceText& source = drafting.source(hp.span.file);
  const std::string unit = indent_unit(source, hp.span.start.line);
  const std::size_t first = source.line_start(hp.span.start.line);
  drafting.add(source.span(first, first), loop + unit, {hp.name});
  const std::string_view text = source.text(hp.span);
  const bool long_string =
      text.find("\"\"\"") != std::string_view::npos || text.find("'''") != std::string_view::npos;
  for (int line = hp.span.start.line + 1; line <= hp.span.end.line && !long_string; ++line) {
    const std::size_t at = source.line_start(line);
    if (at < source.line_stop(line)) drafting.add(source.span(at, at), unit, {hp.name});
  }
}

}  // namespace

void repeat_layers(Drafting& drafting, const Config& changes) {
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *drafting.program().find(name);
    if (hp.kind != "layer_repeat" || hp.edit.value("form", "") != "repeat") continue;
    const std::int64_t repeat = value.get<std::int64_t>();
    const std::string style = style_of(hp);
    if (repeat < hp.edit.value("minimum", 0)) {
      drafting.refuse(name,
                      line_of(hp) + "the layer tells the input's shape and cannot be left out");
    } else if (style == "chained") {
      repeat_chained(drafting, hp, repeat);
    } else if (style == "element") {
      repeat == 0 ? remove_element(drafting, hp) : copy_element(drafting, hp, repeat);
    } else if (repeat == 0) {
      remove_statement(drafting, hp);
    } else {
      copy_statement(drafting, hp, drafting.edited_text(hp.span), repeat);
    }
  }
}

void repeat_config_form(Drafting& drafting, const Hyperparameter& hp) {
  const SourceText& source = drafting.source(hp.span.file);
  const std::string style = style_of(hp);
  if (style == "element" || !fills_lines(source, hp.span)) {
    drafting.refuse(
        hp.name,
        line_of(hp) + "the layer is no statement of its own, no loop can be put around it");
    return;
  }
  const std::string indent = source.indentation(hp.span.start.line);
  const std::string loop =
      indent + "for _ in range(config[\"" + hp.name + "\"]):" + source.line_end();
  if (style != "chained") return indent_lines(drafting, hp, loop);
  const auto chain = chain_of(drafting, hp);
  if (!chain) {
    drafting.refuse(hp.name, line_of(hp) + "the statement is not of the form x = Layer(...)(y)");
    return;
  }
  if (chain->target == chain->tensor) return indent_lines(drafting, hp, loop);
  const std::string start = indent + chain->target + " = " + chain->tensor + source.line_end();
  indent_lines(drafting, hp, start + loop);
  drafting.add(chain->argument, chain->target, {hp.name});
}

}  // namespace dlfix::mapping
