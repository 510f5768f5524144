"""The agreed terms of finance and insurance in Chinese and both scripts of Kazakh (术语表)."""
