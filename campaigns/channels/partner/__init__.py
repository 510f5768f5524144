"""Partner media: an Atom feed with an embargo, packages by mail or by link, and what comes back."""
