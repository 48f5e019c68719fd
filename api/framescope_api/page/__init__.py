"""framescope for people: the page at ``/`` and the pages about the features, without any request to elsewhere."""
