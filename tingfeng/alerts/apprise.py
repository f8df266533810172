"""Messages to all the services that apprise knows; needs the extra ``[apprise]``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tingfeng import Incident, Level, Notice, NotifyError, SettingsError

KINDS: dict[Level, str] = {
    "blue": "info", "yellow": "warning", "orange": "failure", "red": "failure",
}  # fmt: skip


class Apprise:
    """Hands each notice to the *urls* of apprise (https://github.com/caronc/apprise).

    apprise believes HTTP 200 and says only whether all took it: for 企业微信, 钉钉 and 飞书 use the
    channels of those names, which read the answer.
    """

    name = "apprise"

    def __init__(self, urls: Sequence[str], *, name: str = "apprise") -> None:
        self.name = name
        self.robot = name
        self._urls = [urls] if isinstance(urls, str) else list(urls)
        self._made = self._client()

    def __repr__(self) -> str:
        # Addresses of services carry their keys.
        return f"Apprise(name={self.name!r}, services={len(self._urls)})"

    def __call__(self, notice: Notice, incident: Incident | None) -> None:
        self.send(notice)

    def send(self, notice: Notice) -> str:
        """Deliver; apprise has no more to say than that it was."""
        taken = self._made.notify(
            title=notice.title,
            body=f"{notice.body}\n\n[{notice.id}]",
            notify_type=KINDS[notice.level],
            body_format="markdown",
        )
        if not taken:
            raise NotifyError(
                f"{self.name}：有服务没有收下（apprise 不说原因）",
                f"{self.name}: a service did not take it (apprise does not say why)",
                retry=True,
                unsure=True,
            )
        return f"{len(self._urls)} 个服务已收下 (services took it)"

    def _client(self) -> Any:
        try:
            import apprise
        except ImportError:
            raise SettingsError(
                "渠道 apprise 要先安装：pip install 'tingfeng[apprise]'",
                "the channel apprise needs an extra: pip install 'tingfeng[apprise]'",
            ) from None
        made = apprise.Apprise()
        wrong = [number for number, url in enumerate(self._urls, 1) if not made.add(url)]
        if wrong or not self._urls:
            raise SettingsError(
                f"{self.name} 的 urls 里第 {wrong or 1} 个不是 apprise 认识的地址",
                f"{self.name}: of urls, apprise does not know number {wrong or 1}",
            )
        return made
