"""The LanguageTool HTTP contract (``/v2``): what editors and add-ons call whose user names a server."""
