"""Registration data over WHOIS (RFC 3912), where RDAP cannot answer."""
