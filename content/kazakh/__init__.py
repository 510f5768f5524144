"""The scripts of Kazakh: conversion and comparison. Pure Python, without Django."""

from .conversion import Certainty, Conversion, ConvertedWord, Script, convert
from .cyrillic_to_arabic import to_arabic
from .folding import skeleton
from .profiles import DEFAULT, Profile

__all__ = [
    "DEFAULT",
    "Certainty",
    "Conversion",
    "ConvertedWord",
    "Profile",
    "Script",
    "convert",
    "skeleton",
    "to_arabic",
]
