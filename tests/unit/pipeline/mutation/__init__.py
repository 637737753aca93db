"""The benchmark of the pipeline: what is asked, what counts, and what is kept."""
