"""Kibana as code: what brand and PR teams see, written in Python, checked, built to one file.

:mod:`panels` are the nouns, :mod:`overview`, :mod:`alarms`, :mod:`creators` and :mod:`searches` say
what is shown, :mod:`build` makes the file that Kibana imports. :mod:`checks` reads such a file as
Kibana would, and :mod:`requests` asks Elasticsearch what Kibana would ask.
"""
