"""The pure heart: conditions, policy, cases. No I/O, no clock, no platform."""
