"""The Perspective API, ``v1alpha1``, with our features as its attributes.

Source: https://developers.perspectiveapi.com and what Google's own clients send and read.
"""
