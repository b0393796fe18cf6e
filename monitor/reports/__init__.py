"""Documents about a period: figures built purely, and a module for each format."""
