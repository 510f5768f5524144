"""The translation desk (翻译台): source and translation side by side."""
