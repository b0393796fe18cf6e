"""How a domain is delegated and served, and what is wrong with that."""
