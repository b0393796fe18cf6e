"""What a registry says of a domain, where that puts it in its life, and what is wrong with it."""
