-- Neovim 0.7 and newer: copy into your configuration's lua folder and `require("dlfix").setup()`.
--
-- Diagnostics come while you type; :lua vim.lsp.buf.code_action() applies a proposed change or
-- repairs by retraining; vim.lsp.buf.hover() says what the value under the cursor is.
local M = {}

--- options: cmd (the command), budget, technique, debounce (milliseconds).
function M.setup(options)
  options = options or {}
  local settings = { budget = options.budget, technique = options.technique, debounce = options.debounce }
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "python",
    callback = function(event)
      local name = vim.api.nvim_buf_get_name(event.buf)
      local config = {
        name = "dlfix",
        cmd = options.cmd or { "dlfix-agent", "lsp" },
        root_dir = vim.fn.fnamemodify(name, ":p:h"),
        init_options = next(settings) and settings or vim.empty_dict(),
        settings = { dlfix = next(settings) and settings or vim.empty_dict() },
      }
      if vim.lsp.start then -- 0.8 and newer
        vim.lsp.start(config, { bufnr = event.buf })
        return
      end
      M.client = M.client or vim.lsp.start_client(config)
      if M.client then
        vim.lsp.buf_attach_client(event.buf, M.client)
      end
    end,
  })
end

return M
