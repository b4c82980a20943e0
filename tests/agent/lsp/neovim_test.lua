-- Run by neovim_test.py in a headless Neovim: opens a faulty program, waits for diagnostics, applies
-- the code action, prints what became of the buffer.
local binary, program, result = vim.env.DLFIX_BINARY, vim.env.DLFIX_PROGRAM, vim.env.DLFIX_RESULT
package.path = vim.env.DLFIX_EDITORS .. "/?.lua;" .. package.path
require("dlfix").setup({ cmd = { binary, "lsp" } })
vim.cmd("filetype on")
vim.cmd("edit " .. program)
local function finish(answer)
  local file = assert(io.open(result, "w"))
  file:write(vim.json and vim.json.encode(answer) or vim.fn.json_encode(answer))
  file:close()
  vim.cmd("qall!")
end
local came = vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
if not came then return finish({ error = "no diagnostics", messages = vim.fn.execute("messages") }) end
local lines, codes = {}, {}
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  table.insert(lines, diagnostic.lnum + 1)
  table.insert(codes, diagnostic.code or diagnostic.user_data.lsp.code)
end
local place
for index, diagnostic in ipairs(vim.diagnostic.get(0)) do
  if codes[index] == vim.env.DLFIX_FAULT_TYPE then place = diagnostic end
end
if not place then return finish({ error = "no such diagnostic", lines = lines, codes = codes }) end
local params = {
  textDocument = vim.lsp.util.make_text_document_params(0),
  range = { start = { line = place.lnum, character = place.col }, ["end"] = { line = place.end_lnum, character = place.end_col } },
  context = { diagnostics = {} },
}
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 10000)
for id, answer in pairs(answers or {}) do
  for _, action in ipairs(answer.result or {}) do
    if action.edit then
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
      return finish({ lines = lines, codes = codes, title = action.title,
        text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n" })
    end
  end
end
finish({ error = "no code action", lines = lines, codes = codes })
