"""The scripts of Kazakh: conversion and comparison. Pure Python, without Django."""

from .arabic_to_cyrillic import to_cyrillic
from .conversion import Conversion, ConvertedWord, Script, convert
from .cyrillic_to_arabic import to_arabic
from .cyrillic_to_latin import to_latin
from .folding import skeleton
from .profiles import DEFAULT, PROFILES, Profile
from .spelling import Certainty
from .structures import convert_values

__all__ = [
    "DEFAULT",
    "PROFILES",
    "Certainty",
    "Conversion",
    "ConvertedWord",
    "Profile",
    "Script",
    "convert",
    "convert_values",
    "skeleton",
    "to_arabic",
    "to_cyrillic",
    "to_latin",
]
