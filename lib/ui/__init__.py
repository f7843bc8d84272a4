"""The desk on a screen: data guards and caches, controls ask, numbers and cards show, views tell one story each."""
