"""The version of the package, read by the build back end and told in every answer."""

__version__ = "0.1.0"
