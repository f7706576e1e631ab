"""One module per golden file, each with NOTE (what the file holds) and build() (its content)."""
