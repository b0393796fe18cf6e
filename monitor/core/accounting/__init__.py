"""From what was held to be true, to seconds per status over a period, and the figures that follow."""
