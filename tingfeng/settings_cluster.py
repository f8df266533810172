"""Where a cluster and its Kibana are."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ElasticSettings(_Section):
    """A cluster of Elasticsearch. ``TINGFENG_ES_URL`` and ``TINGFENG_ES_CA`` go before it."""

    url: str | list[str] = "http://127.0.0.1:9200"
    """One address, or those of several nodes."""
    prefix: str = Field(default="tf", pattern=r"^[a-z][a-z0-9_-]*$")
    """What all names begin with: another team's begin otherwise."""
    ca: str = ""
    """File of the authority that signed the cluster's certificate; empty: a public one."""
    api_key: str = ""
    """Empty: the key that ``tingfeng es setup`` made for what is being done."""
    user: str = ""
    password: str = ""
    refresh: str = "30s"
    """Until others find what was written."""
    replicas: int | None = Field(default=None, ge=0)
    """``None``: one where there are several nodes."""
    timeout: float = Field(default=30, gt=0)
    """Seconds for one answer."""
    vectors: bool = False
    """Whether ``es sync`` makes what search by meaning needs; takes the extra ``[encoder]``."""


class KibanaSettings(_Section):
    """The Kibana of that cluster. ``TINGFENG_KIBANA_URL`` goes before it."""

    url: str = "http://127.0.0.1:5601"
    """With the base path, if it has one."""
    space: str = Field(default="", pattern=r"^[a-z0-9_-]*$")
    """Id of a space; empty: the default one."""
    ca: str = ""
    """Empty: that of ``[elastic]``."""
    api_key: str = ""
    """Without it and *user*: what ``[elastic]`` says, else the provisioner's key."""
    user: str = ""
    password: str = ""
