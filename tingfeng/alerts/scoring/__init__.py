"""How good the alerts are: the same detectors that watch a brand, on series whose truth is known."""
