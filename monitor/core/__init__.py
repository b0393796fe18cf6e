"""Pure types and judgements: the standard library only; no await, no clock, no I/O, no logging."""
