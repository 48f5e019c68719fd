"""The classifier's part of text-embeddings-inference."""
