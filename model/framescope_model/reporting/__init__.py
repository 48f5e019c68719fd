"""Reports over the results of archives: how often features are flagged, by outlet, over time, by section."""
