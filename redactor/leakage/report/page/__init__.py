"""The parts of the HTML report: its text, its rows, its plots, and the files that are inlined."""
