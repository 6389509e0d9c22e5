"""Layers of the `nn` library, by topic. Each module has a function `layers` that yields `Layer` values."""
