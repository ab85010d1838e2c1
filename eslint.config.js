import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { "no-unused-vars": "error", eqeqeq: ["error", "always", { null: "ignore" }], "prefer-const": "error" },
  },
  { files: ["**/widget.js"], languageOptions: { sourceType: "script" } },
];
