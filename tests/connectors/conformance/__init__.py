"""What every platform's connector must do alike, asked of each one that is registered.

A new platform brings a driver for its sandbox and one line in `drivers.py`; the tests run on it by themselves.
"""
