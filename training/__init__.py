"""How the encoder of ``tingfeng-encoder`` is made; needs torch. Not part of any wheel.

The order: :mod:`training.pretrained` (get and prune the pretrained weights), :mod:`training.posts`
(learn attitude and emotion of whole posts), :mod:`training.mentions` (attitude to one brand, with
the posts beside it so that nothing is forgotten), :mod:`training.export` (ONNX in eight bits and
the calibration). :mod:`training.network` is the network, :mod:`training.tasks` what it learns from.
"""
