"""The service room: the scores over HTTP."""
