"""The scripts of Kazakh: conversion and comparison. Pure Python, without Django."""

from .cyrillic_to_arabic import to_arabic
from .folding import skeleton
from .profiles import DEFAULT, Profile

__all__ = ["DEFAULT", "Profile", "skeleton", "to_arabic"]
