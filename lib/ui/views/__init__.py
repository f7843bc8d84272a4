"""One view per question: values in, widgets out. A view computes nothing that a reader might dispute."""
