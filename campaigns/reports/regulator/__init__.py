"""活动情况统计表, the regulator's form: a workbook with named cells, filled from the figures.

What a cell's name asks for stands in names.py; template.py reads a workbook's names and refuses
what is no plain form, filling.py fills it, default.py is the form that we ship.
"""
