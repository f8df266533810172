"""Corrections, a rule, a model of one's own and the switch to it, typed on real posts, killed, resumed."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.correction_look import answers, stands, unheard
from benchmarks.correction_record import compared, made, preview, said
from benchmarks.shell import Shell
from benchmarks.silver_posts import OWN, RIVALS, Known
from tingfeng.pipeline.labelling import OPEN, PENDING
from tingfeng.pipeline.model_files import IN_USE

QUESTIONS = 400
RULE = ("微信", "卸载", "negative")
"""Who removes the app is against it."""

KEYS = {"negative": "负", "neutral": "中", "positive": "正", "not_brand": "x", None: "s"}
WHO = ("--by", "小王")
SAID = ("correction", "label_rule", "state")
"""Tables with the moment at which somebody spoke: in no two folders alike."""

BATCH = 500
"""Posts that ``analyze`` keeps in one transaction."""


class Story:
    """One folder, from its first command to the last proof."""

    def __init__(self, folder: Path, known: Known, *, kills: int, seed: int) -> None:
        folder.mkdir()
        known.write(folder)
        self.shell, self.known = Shell(folder=folder), known
        self.kills, self.dice = kills, random.Random(seed)
        self.proofs: list[tuple[str, bool]] = []
        self.blows: list[tuple[str, str, bool, str]] = []
        """Command, moment, whether it still ran, what the store held afterwards."""

    def whole(self) -> None:
        """All of it, in order."""
        self.filled()
        self.labelled()
        self.ruled()
        model = self.trained()
        self.switched(model)

    def prove(self, what: str, holds: bool) -> None:
        """Keep whether something holds."""
        self.proofs.append((what, holds))

    def twin(self) -> Shell:
        """A copy of the folder, to be left in peace."""
        folder = self.shell.folder.with_name("twin")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.shell.folder, folder)
        return Shell(folder=folder)

    def strike(
        self, words: Sequence[str], when: str, moment: Callable[[], bool], left: Callable[[], str], after: float = 0.0
    ) -> None:  # fmt: skip
        """Start a command, kill it, and look at what is left."""
        alive = self.shell.killed(words, moment, after)
        self.blows.append((" ".join(words), when, alive, left()))

    # -- the steps --------------------------------------------------------------------------

    def filled(self) -> None:
        """A folder is made, posts come in and are read."""
        shell = self.shell
        named = [word for brand in OWN for word in ("--brand", brand)]
        named += [word for brand in RIVALS for word in ("--competitor", brand)]
        shell.ask("init", "--yes", *named, show=lambda a: f"{len(a['brands'])} brands, {len(a['competitors'])} competitors")  # fmt: skip
        shell.ask("import", "posts.csv", "--map", "map.toml",
                  show=lambda a: f"rows {a['rows']:,}, new {a['new']:,}, refused {a['refused']}")  # fmt: skip
        shell.ask("analyze", show=lambda a: f"analyzed {a['analyzed']:,}, engine {a['engine']}\nreader {a['reader']}")  # fmt: skip

    def labelled(self) -> None:
        """Posts with copies, then a session of one-key answers."""
        groups = self._copied()
        self._one_with_copies(*groups[0])
        self._one_killed(*groups[1])
        shell, words = self.shell, ("label", "--limit", str(QUESTIONS), *WHO)
        asked, before = shell.ask(*words)["questions"], shell.count("correction")
        typed = [KEYS[self.known.answers.get((one["key"], one["brand"]))] for one in asked]
        done = shell.ask(
            *words, typed="\n".join(typed) + "\n",
            show=lambda a: f"{len(a['questions'])} questions, one key each: labelled {a['labelled']}, "
            f"skipped {a['skipped']}, posts renewed {a['changed']}",
        )  # fmt: skip
        kept = shell.count("correction") - before
        self.prove(f"{done['labelled']} answers were typed and {kept} are kept",
                   done["labelled"] == kept == len(typed) - typed.count("s"))  # fmt: skip

    def _one_with_copies(self, keys: list[str], brand: str, answer: str) -> None:
        shell = self.shell

        def now() -> str:
            return f"the {len(keys)} posts with these words: {said(stands(shell, keys, brand))}"

        before, mine = now(), {(answer, "person"): len(keys)}
        done = shell.ask("label", keys[0], "--brand", brand, "--as", answer, *WHO,
                         show=lambda a: f"before: {before}\ncopies announced {len(a['correction']['copies'])}, posts "
                         f"renewed {a['changed']}\nnow: {now()}")  # fmt: skip
        self.prove(f"the answer to {keys[0]} stands in all {len(keys)} posts with its words",
                   stands(shell, keys, brand) == mine)  # fmt: skip
        self.prove("it was said beforehand how many copies would follow", done["changed"] == 1 + len(done["correction"]["copies"]))  # fmt: skip
        other = "neutral" if answer != "neutral" else "positive"
        shell.ask("label", keys[-1], "--brand", brand, "--as", other, "--by", "小李",
                  show=lambda a: f"of one of the copies: posts renewed {a['changed']}\nnow: {now()}")  # fmt: skip
        shell.ask("label", "--undo", "--by", "小李", show=lambda a: f"taken back, posts renewed {a['changed']}\nnow: {now()}")  # fmt: skip
        self.prove("taken back, another's answer to a copy leaves the first one", stands(shell, keys, brand) == mine)  # fmt: skip

    def _one_killed(self, keys: list[str], brand: str, answer: str) -> None:
        shell, words = self.shell, ("label", keys[0], "--brand", brand, "--as", answer, *WHO)
        kept = shell.count("correction")
        moments = {
            "as soon as the post is noted": lambda: shell.state(OPEN) not in ("", "[]"),
            "as soon as the answer is kept": lambda: shell.count("correction") > kept,
        }  # fmt: skip
        for when, moment in moments.items():
            kept = shell.count("correction")
            self.strike(words, when, moment, lambda: f"answers {shell.count('correction')}, unfinished {shell.state(OPEN)}, "
                        f"{said(stands(shell, keys, brand))}")  # fmt: skip
        shell.ask("label", "rule", "--resume", show=lambda a: f"posts renewed {a['changed']}")
        self.prove(f"killed and resumed, the answer to {keys[0]} stands in all {len(keys)} posts with its words",
                   stands(shell, keys, brand) == {(answer, "person"): len(keys)})  # fmt: skip

    def _copied(self) -> list[tuple[list[str], str, str]]:
        """Posts with the same words, brand and known answer where the reader answers otherwise; what was
        posted most often first.
        """
        alike: dict[str, list[str]] = defaultdict(list)
        for id, text, _, _ in self.known.rows:
            alike[text].append(f"weibo:{id}")
        found = []
        for keys in sorted(
            (keys for keys in alike.values() if len(keys) > 2), key=len, reverse=True
        ):
            for brand in (*OWN, *RIVALS):
                answer = self.known.answers.get((keys[0], brand))
                if answer in ("negative", "neutral", "positive"):
                    now = stands(self.shell, keys, brand)
                    if now and answer not in {label for label, _ in now}:
                        found.append((keys, brand, answer))
        return found

    def ruled(self) -> None:
        """A rule is tried, applied under kills, resumed."""
        shell, (brand, word, label) = self.shell, RULE
        rule = ("label", "rule", "--brand", brand, "--words", word, "--as", label)
        texts = {f"weibo:{id}": text for id, text, _, _ in self.known.rows}
        known = [answer for (key, name), answer in self.known.answers.items()
                 if name == brand and word in texts[key]]  # fmt: skip
        seen = shell.ask(*rule, show=lambda a: f"{preview(a)}\n(of {len(known)} known labels there {known.count(label)} are {label})")  # fmt: skip
        self.prove("the preview alone changes nothing", not self.shell.count("label_rule"))
        calm = self.twin()
        calm.ask(*rule, "--apply", *WHO)
        before, after = answers(shell), answers(calm)
        moved = {post for post, place in before.keys() | after.keys() if before.get((post, place)) != after.get((post, place))}  # fmt: skip
        self.prove(f"preview and rule agree: {seen['posts']} posts were to be answered otherwise, {len(moved)} are",
                   seen["posts"] == len(moved))  # fmt: skip
        kept = shell.count("label_rule")
        moments = {
            "as soon as the rule is noted as pending": lambda: self.shell.state(PENDING) not in ("", "[]"),
            "as soon as the rule is kept": lambda: self.shell.count("label_rule") > kept,
        }  # fmt: skip
        for when, moment in moments.items():
            kept = self.shell.count("label_rule")
            self.strike((*rule, "--apply", *WHO), when, moment,
                        lambda: f"pending: {self.shell.state(PENDING)}, rules kept: {self.shell.count('label_rule')}")  # fmt: skip
        resume = ("label", "rule", "--resume") if self.shell.count("label_rule") else (*rule, "--apply", *WHO)  # fmt: skip
        shell.ask(
            *resume,
            show=lambda a: (
                f"posts renewed {a['changed']}: those that now bear the rule's answer, were it the reader's before or not"
            ),
        )
        listed = shell.ask("label", "list", show=lambda a: f"corrections {len(a['corrections'])}, rules {len(a['rules'])}, pending {len(a['pending'])}")  # fmt: skip
        self.prove("the rule is there once and none is pending", (len(listed["rules"]), listed["pending"]) == (1, []))  # fmt: skip
        self.prove("killed and resumed, every row of posts, readings, mentions and roll-ups equals the "
                   "folder that was left in peace", shell.tables(*SAID) == calm.tables(*SAID))  # fmt: skip

    def trained(self) -> str:
        """Two models are made and laid side by side; which of them is to be used."""
        shell = self.shell
        own = shell.ask("train", *WHO, show=made)["model"]
        mild = shell.ask("calibrate", *WHO, show=made)["model"]
        shell.ask("model", "compare", "shipped", own, show=compared)
        shell.ask("model", "compare", mild, own, show=compared)
        self.prove("making and comparing switch nothing", shell.ask("model", "list")["in_use"] == "shipped")  # fmt: skip
        return str(own)

    def switched(self, model: str) -> None:
        """The switch, and history read again under kills."""
        shell, total = self.shell, self.shell.count("post")
        keys = shell.rows("SELECT platform, id FROM post ORDER BY n")
        told = shell.rows("SELECT * FROM correction ORDER BY seq")
        shell.ask("alerts", "run", show=lambda a: f"waits {a['waits']}")
        moments = {
            "0.3 s after its start": (lambda: True, 0.3),
            "as soon as the name is kept": (lambda: shell.state(IN_USE) == model, 0.0),
        }
        for when, (moment, after) in moments.items():
            self.strike(("model", "use", model), when, moment,
                        lambda: f"in use: {shell.ask('model', 'list')['in_use']}", after)  # fmt: skip
        shell.ask("model", "use", model, show=lambda a: f"in use {a['in_use']}, unread {a['unread']:,}")  # fmt: skip
        calm = self.twin()
        calm.ask("analyze")
        for number in range(self.kills):
            self._strike_reading(model[-8:], number, total)
        waits = shell.ask("alerts", "run", show=lambda a: f"waits {a['waits']}")["waits"]
        rest = total - shell.read_by(model[-8:])
        last = shell.ask("analyze", show=lambda a: f"analyzed {a['analyzed']:,}\nreader {a['reader']}")  # fmt: skip
        self.prove("alarms wait while history is being read", waits is True)
        self.prove(f"the last run reads the {rest:,} posts that were left, none again", 0 < last["analyzed"] == rest)  # fmt: skip
        self.prove(f"all {total:,} posts are there under their ids, each once, in the same order",
                   shell.rows("SELECT platform, id FROM post ORDER BY n") == keys and len(set(keys)) == total)  # fmt: skip
        self.prove(f"every post is read by the new reader: {shell.read_by(model[-8:]):,}", shell.read_by(model[-8:]) == total)  # fmt: skip
        self.prove(f"all {len(told)} corrections are there as they were, by whom and when",
                   shell.rows("SELECT * FROM correction ORDER BY seq") == told)  # fmt: skip
        self.prove("every standing correction is what the store answers", not unheard(shell))
        self.prove("every row of the store and every term of its index equals the folder that was left in "
                   "peace", shell.tables() == calm.tables())  # fmt: skip
        fired = shell.ask(
            "alerts", "run", show=lambda a: f"waits {a['waits']}, changes {len(a['changes'])}"
        )["changes"]
        states = [body for (body,) in shell.rows("SELECT value FROM state WHERE name LIKE 'alerts/%'")]  # fmt: skip
        self.prove(f"the baselines of {len(states)} brands are those of the new reader, and nothing fired",
                   not fired and bool(states) and all(model[-8:] in one for one in states))  # fmt: skip

    def _strike_reading(self, name: str, number: int, total: int) -> None:
        """Kill ``analyze`` at its start, or some batches later, or in the middle of one."""
        already, batches = self.shell.read_by(name), number % 3
        after = round(self.dice.uniform(0.05, 0.6), 2)
        self.strike(
            ("analyze",), f"{after} s after {batches} more batches",
            lambda: self.shell.read_by(name) >= min(total, already + batches * BATCH),
            lambda: f"read by the new reader: {self.shell.read_by(name):,} of {total:,}", after,
        )  # fmt: skip
