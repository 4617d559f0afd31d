"""The version, which is that of the C++ library (a test compares them)."""

__version__ = "0.1.0"
