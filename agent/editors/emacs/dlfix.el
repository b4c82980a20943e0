;;; dlfix.el --- dlfix-agent in Python buffers through eglot  -*- lexical-binding: t -*-
;; Emacs 29, or 26 and newer with eglot from ELPA.  M-x eglot in a Python buffer; then
;; M-x eglot-code-actions applies a proposed change or repairs by retraining.
(require 'eglot)
(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("dlfix-agent" "lsp")))
(setq-default eglot-workspace-configuration '(:dlfix (:budget "20" :debounce 300)))
(provide 'dlfix)
;;; dlfix.el ends here
