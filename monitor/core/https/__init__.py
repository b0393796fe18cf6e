"""What a host shows over TLS and http, and what is wrong with that."""
