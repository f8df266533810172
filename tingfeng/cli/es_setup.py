"""es setup, roles, certs: who is let into the cluster, and how it proves itself."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import now, settings_of

_KINDS = {
    "role": ("角色", "role"),
    "user": ("用户", "user"),
    "password": ("密码", "password"),
    "key": ("API 密钥", "API key"),
}
_STATES = {"made": ("新建", "made"), "renewed": ("换新", "renewed"), "kept": ("已有", "kept")}


def setup(args: argparse.Namespace, screen: Screen) -> int:
    """Roles, users and API keys; no secret is ever shown."""
    from tingfeng.pipeline.granting import grant, keys_place

    settings = settings_of(args, screen)
    steps = list(
        grant(settings, user=args.user, rotate=args.rotate, wait=args.wait, sleep=time.sleep)
    )
    rows = [
        (screen.pick(*_KINDS[step.kind]), step.name, screen.pick(*_STATES[step.state]))
        for step in steps
    ]
    screen.table("", (screen.pick("种类", "kind"), screen.pick("名称", "name"), ""), rows)
    file = keys_place(settings)
    screen.say(
        f"API 密钥在 {file}（0600，请勿外传）。换新：tingfeng es setup --rotate",
        f"the API keys are in {file} (0600, keep it private); renew them with "
        "`tingfeng es setup --rotate`",
    )
    if spare := [step.name for step in steps if step.others]:
        screen.aside(
            f"注意：{'、'.join(spare)} 另有仍然有效的同名密钥（别的机器在用，或以前留下的）；"
            "--rotate 会让它们全部失效",
            f"note: there are other valid keys of the name {', '.join(spare)} (of other machines, or "
            "of an earlier setup); --rotate ends them all",
        )
    screen.answer(
        {
            "steps": [
                {"kind": one.kind, "name": one.name, "state": one.state, "others": one.others}
                for one in steps
            ],
            "file": str(file),
        }
    )
    return 0


def roles(args: argparse.Namespace, screen: Screen) -> int:
    """The roles as an administrator would type them into Kibana's Dev Tools; no cluster is asked."""
    from index.es.layout import Names
    from index.es.roles import PRINCIPALS
    from index.es.roles import roles as descriptors

    names = Names(prefix=settings_of(args, screen).elastic.prefix)
    bodies = descriptors(names)
    for one in PRINCIPALS:
        screen.say(f"# {one.zh}", f"# {one.en}")
        body = json.dumps(bodies[one.name], ensure_ascii=False, indent=2)
        screen.say(*(f"PUT _security/role/{one.role(names)}\n{body}\n",) * 2)
    screen.answer({"roles": {one.role(names): bodies[one.name] for one in PRINCIPALS}})
    return 0


def certs(args: argparse.Namespace, screen: Screen) -> int:
    """A private authority and its certificates."""
    from index.es.certificates import issue

    authority: Path = args.authority
    hosts = {name: ["localhost", "127.0.0.1", *args.host] for name in args.name}
    done = issue(hosts, authority=authority, out=args.out, public=args.public, now=now())
    for one in done:
        until = one.until.date()
        screen.say(
            f"{one.name}：{_STATES[one.state][0]}，有效至 {until}",
            f"{one.name}: {_STATES[one.state][1]}, valid until {until}",
        )
    screen.answer(
        {"certificates": [{"name": o.name, "state": o.state, "until": o.until} for o in done]}
    )
    return 0
