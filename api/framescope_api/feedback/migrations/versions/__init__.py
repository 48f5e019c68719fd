"""One module a revision, each naming the one before."""
