"""Decides who is to be told what, and tells them: once, in words that one can act on."""
