"""init and doctor: the first and the most worried command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from tingfeng.cli.screen import Screen
from tingfeng.cli.session import opened
from tingfeng.core.brand import Alias
from tingfeng.core.errors import SettingsError


def init(args: argparse.Namespace, screen: Screen) -> int:
    """Write tingfeng.toml, asking little."""
    from nlp.nicknames import suggest
    from tingfeng.cli.template import settings_toml
    from tingfeng.settings import FILE, Settings, keep_secret

    path: Path = args.settings or Path(FILE)
    if args.stack and path.exists():  # --force then is for the stack's files alone
        return _stack(args, screen, path, {})
    if path.exists() and not args.force:
        raise SettingsError(
            f"{path} 已存在；要覆盖请加 --force", f"{path} exists; replace it with --force"
        )
    own, rivals, webhook = list(args.brand), list(args.competitor), ""
    if not args.yes:
        own = own or _ask(screen, "自有品牌（逗号分隔）", "Own brands (commas between)")
        rivals = rivals or _ask(screen, "竞品（逗号分隔，可空）", "Competitors (may be empty)")
        webhook = "".join(_ask(screen, "预警 webhook 地址（可空）", "Alert webhook (may be empty)"))
    aliases = {name: suggest(name) for name in (*own, *rivals)}
    text = settings_toml(
        [(name, aliases[name]) for name in own],
        [(name, aliases[name]) for name in rivals],
        webhook="$TINGFENG_WEBHOOK_URL" if webhook else "",
        lang=screen.lang,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if webhook:  # without them, no channel at all could be told
        keep_secret(path.parent, "TINGFENG_WEBHOOK_URL", webhook)  # a robot's address holds its key
        keep_secret(path.parent, "TINGFENG_WEBHOOK_SECRET", token_hex(32))
    Settings.read(path).key()
    for name, found in aliases.items():
        _tell_aliases(name, found, screen)
    screen.say(
        f"已写好 {path}（作者化名的密钥在同一文件夹的 .env，请勿提交或外传）。\n"
        "接下来：tingfeng import 文件…  然后 tingfeng analyze",
        f"{path} is written (the key for authors' pseudonyms is in .env beside it: keep it private)."
        "\nNext: tingfeng import FILE…  then tingfeng analyze",
    )
    answer = {"settings": str(path), "brands": own, "competitors": rivals}
    if args.stack:
        return _stack(args, screen, path, answer)
    screen.answer(answer)
    return 0


def _stack(args: argparse.Namespace, screen: Screen, settings: Path, answer: dict[str, Any]) -> int:
    """What ``docker compose`` needs, beside the settings."""
    from tingfeng.pipeline.stack import prepare
    from tingfeng.settings import API_KEYS, KEYS, Settings

    folder = settings.parent
    analyst = f"{Settings.read(settings).elastic.prefix}-analyst"
    kind = None if args.stack is True else args.stack
    done = prepare(settings, kind, force=args.force)
    kibana = f"{'https' if done.tls else 'http'}://127.0.0.1:5601"
    screen.say(
        f"容器：{'写好 ' + '、'.join(done.files) if done.files else '文件已是最新'}；新生成 {len(done.made)} 个密码，"
        f"保留 {len(done.kept)} 个。都在 {folder / '.env'}（0600），{KEYS} 和 {API_KEYS} 给程序用：请勿提交或外传。\n"
        f"接下来：docker compose up -d，然后打开 Kibana {kibana}"
        f"（用户 {analyst}，密码是 .env 里的 TINGFENG_ANALYST_PASSWORD）",
        f"Containers: {', '.join(done.files) or 'files were up to date'}; {len(done.made)} passwords "
        f"made, {len(done.kept)} kept. They are in {folder / '.env'} (0600), {KEYS} and "
        f"{API_KEYS} are for the programs: keep all of them private.\nNext: docker compose up -d, then open Kibana at "
        f"{kibana} (user {analyst}, password TINGFENG_ANALYST_PASSWORD in .env)",
    )
    if not done.wheels:
        screen.aside(
            f"请把 tingfeng-*.whl（和 tingfeng_encoder-*.whl）放进 {folder / 'dist'}，镜像由它构建",
            f"put tingfeng-*.whl (and tingfeng_encoder-*.whl) into {folder / 'dist'}: the image is "
            "built from it",
        )
    if done.root:
        screen.aside(
            f"现在是 root，而容器以 1000 号用户运行：请 chown -R 1000:1000 {folder}",
            f"you are root, and the containers run as user 1000: chown -R 1000:1000 {folder}",
        )
    screen.answer({**answer, "stack": {"files": done.files, "made": done.made, "kept": done.kept}})
    return 0


def _tell_aliases(name: str, aliases: Sequence[Alias], screen: Screen) -> None:
    """What is known of a brand, or that nothing is, and what that means."""
    if len(aliases) > 1 or any(alias.near for alias in aliases):
        screen.say(
            f"{name}：认得 {len(aliases)} 种叫法（含语境），请在文件里看一遍",
            f"{name}: {len(aliases)} names known, with their contexts; look them over in the file",
        )
    else:
        screen.say(
            f"{name}：没有收录，只认这个名字。若它也是常用词，请写 near / never，用 tingfeng lexicon test 试",
            f"{name}: not known, only this name is looked for. If it is also a word, give near / "
            "never and try with `tingfeng lexicon test`",
        )


def _ask(screen: Screen, zh: str, en: str) -> list[str]:
    print(screen.pick(f"{zh}：", f"{en}: "), end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().replace("，", ",").replace("、", ",")
    return [part.strip() for part in answer.split(",") if part.strip()]


def doctor(args: argparse.Namespace, screen: Screen) -> int:
    """Check everything; exit code 1 when something must be mended."""
    from tingfeng.pipeline.doctor import examine

    with opened(args, screen) as pipeline:
        findings = list(examine(pipeline))
    marks = {"ok": "✓", "warn": "!", "bad": "✗"}
    for finding in findings:
        text, remedy = finding.found.into(screen.lang), finding.remedy
        screen.say(*(f"{marks[finding.state]} {finding.name.into(screen.lang)}：{text}",) * 2)
        if remedy and finding.state != "ok":
            screen.say(*(f"    → {remedy.into(screen.lang)}",) * 2)
    bad = sum(finding.state == "bad" for finding in findings)
    screen.answer(
        {
            "checks": [
                {
                    "name": one.name.en,
                    "state": one.state,
                    "found": one.found.into(screen.lang),
                    "remedy": one.remedy.into(screen.lang) if one.remedy else None,
                }
                for one in findings
            ],
            "bad": bad,
        }
    )
    return 1 if bad else 0
