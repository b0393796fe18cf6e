"""What names say besides what a host name itself says: offices, regions, slips of the finger, words."""
