"""A story whose answers are known: the posts behind ``tingfeng demo``.

:func:`tingfeng.demo.story.tell` composes it from hand-written sentences in ``data/*.toml``.
"""
