"""Registration data over RDAP (RFC 7480, 9082, 9083, 9224)."""
