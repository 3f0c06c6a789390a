"""
A gate that repeats: instructions of the native engine for fixed work, counted and not timed.

``valgrind --tool=callgrind`` counts them, function by function. Only what is in the compiled half
counts, so that neither the build of Python nor what else the machine does moves the figures.
"""
