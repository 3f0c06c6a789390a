"""The parts of the HTML report: its text, its cards, its plots, and the files that are inlined."""
