"""``framescope work``: scores the items of a moderation queue and routes them."""
