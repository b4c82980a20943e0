// Notebooks: edits of their code as edits of their JSON.
#include "mapping/program/notebook.h"

#include <sstream>

#include "program_fixture.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

// Lines as Jupyter writes them: a list of strings, one a line of the file.
const std::string kNotebook = R"nb({
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# model.add(Dense(1))\n"]},
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [{"output_type": "stream", "name": "stdout", "text": ["relu \u00e4 \/ \"x\"\n"]}],
   "source": [
    "%matplotlib inline\n",
    "import numpy as np\n",
    "from keras.models import Sequential\n",
    "from keras.layers import Dense\n",
    "x = np.zeros((200, 8)); y = np.zeros((200, 1))"
   ]
},
  {
   "cell_type": "code",
   "execution_count": 2,
   "metadata": {},
   "outputs": [],
   "source": [
    "model = Sequential()\n",
    "model.add(Dense(16, activation=\"relu\", input_shape=(8,)))  # gr\u00f6\u00dfer\n",
    "model.add(Dense(8, activation='relu'))\n",
    "model.add(Dense(1))\n",
    "model.compile('adam', 'mse')"
   ]
  },
  {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": "%time model.fit(x, y, epochs=5)\nmodel.evaluate(x, y)"}
 ],
 "metadata": {"kernelspec": {"language": "python", "name": "python3"}},
 "nbformat": 4,
 "nbformat_minor": 4
}
)nb";

class NotebookTest : public ProgramFixture {
 protected:
  /// The notebook's JSON with the changes in it.
  std::string written(const Program& program, const Config& changes) {
    const auto sources = read_sources(program);
    const std::string code = edited(program, changes);
    return as_written(program, program.path, sources.at(program.path), code).after;
  }

  static int different_lines(const std::string& before, const std::string& after) {
    std::istringstream diff(unified_diff("n.ipynb", before, after));
    int count = 0;
    for (std::string line; std::getline(diff, line);) {
      count += (line[0] == '+' || line[0] == '-') && line.substr(0, 3) != "+++" &&
               line.substr(0, 3) != "---";
    }
    return count;
  }
};

TEST_F(NotebookTest, ValuesAreChangedInTheirLinesAlone) {
  const Program program = read(kNotebook, "n.ipynb");
  const std::string changed =
      written(program, {{"act1", "tanh"}, {"act2", "elu"}, {"unit2", 4}, {"epochs", 9}});
  EXPECT_EQ(different_lines(kNotebook, changed), 6) << changed;
  EXPECT_NE(
      changed.find(R"nb("model.add(Dense(16, activation=\"tanh\", input_shape=(8,)))  # gr)nb"),
      std::string::npos)
      << changed;
  const Program again = read(changed, "changed.ipynb");
  EXPECT_EQ(again.find("act1")->value, "tanh");
  EXPECT_EQ(again.find("act2")->value, "elu");
  EXPECT_EQ(again.find("unit2")->value, 4);
  EXPECT_EQ(again.find("epochs")->value, 9);
}

TEST_F(NotebookTest, LinesComeAndGo) {
  const Program program = read(kNotebook, "n.ipynb");
  const std::string more = written(program, {{"layer2", 3}, {"optimizer", "sgd"}, {"drop2", 0.5}});
  ASSERT_FALSE(json::parse(more, nullptr, false).is_discarded()) << more;
  const Program longer = read(more, "more.ipynb");
  EXPECT_EQ(longer.model.layers.size(), 6U) << more;
  EXPECT_EQ(longer.compile.optimizer.name, "sgd");
  const std::string less = written(program, {{"layer2", 0}});
  ASSERT_FALSE(json::parse(less, nullptr, false).is_discarded()) << less;
  EXPECT_EQ(read(less, "less.ipynb").model.layers.size(), 2U);
  EXPECT_EQ(different_lines(kNotebook, less), 1);
}

TEST_F(NotebookTest, AnyNewCodeIsWritten) {
  const Program program = read(kNotebook, "n.ipynb");
  const auto entry = program.document.at("files").at(0);
  const std::string code = entry.at("code");
  EXPECT_EQ(notebook_with_code(kNotebook, entry, code), kNotebook);
  const auto code_of = [&](const std::string& raw) {
    return read(raw, "again.ipynb").document.at("files").at(0).at("code").get<std::string>();
  };
  // New first and last lines, a line gone at the border of two cells, a text with quotes and tabs.
  std::string other = "# \"first\"\n" + code + "print('last\\t')\n";
  const auto border = other.find("model = Sequential()\n");
  other.replace(border, 0, "note = \"a\\\\b\"\n");
  EXPECT_EQ(code_of(notebook_with_code(kNotebook, entry, other)), other);
  EXPECT_NE(code.find("model.evaluate(x, y)\n"), std::string::npos);
}

TEST_F(NotebookTest, AChangedFileIsRefused) {
  const Program program = read(kNotebook, "n.ipynb");
  EXPECT_THROW(notebook_with_code("{}", program.document.at("files").at(0), "x\n"),
               support::InputError);
}

}  // namespace
}  // namespace dlfix::mapping
