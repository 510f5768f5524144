"""A folder of Markdown files in, a folder of Markdown files out."""
