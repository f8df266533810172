"""Fourteen ordinary days: questions, facts, adverts, praise and grumbling, and fruit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from tingfeng.core.analysis import Label
from tingfeng.demo.cast import Cast
from tingfeng.demo.draft import Answer, Draft
from tingfeng.demo.schedule import arrivals, dealt, local, rhythm
from tingfeng.demo.script import form, read
from tingfeng.demo.writer import Writer

RATES = {"yunque": 8.3, "qinghe": 2.8, "chengzi": 1.8}
"""Posts in a usual hour of the day that name the brand."""

BRANDS = {"yunque": "云雀", "qinghe": "青禾", "chengzi": "橙子"}

NOISE = 0.5
"""Posts in a usual hour about the fruit, a bird, a field."""

REPLIES = 0.9
"""Comments and reposts of a few words in a usual hour that name no brand."""

PLATFORMS = {"weibo": 40, "xiaohongshu": 22, "bilibili": 17, "jd": 14, "zhihu": 7}

MOODS: dict[Label, int] = {"neutral": 17, "negative": 2, "positive": 11}
"""Attitudes of thirty posts in quiet times, before whole posts and irony bring the negative share to about 8 %;
product talk is mostly questions, facts and adverts."""

FRESH = {"yunque": 0.16, "qinghe": 0.35}
"""Share that the new nicknames reach at the end of the second week."""

_SHORT = ("weibo", "xiaohongshu", "bilibili", "jd")
_SOCIAL = ("weibo", "xiaohongshu", "bilibili", "zhihu")
_FORMS: dict[str, dict[Label, tuple[tuple[str, int, tuple[str, ...]], ...]]] = {
    "yunque": {
        "positive": (("phone.praise", 92, ()), ("fresh.buds_praise", 9, _SHORT)),
        "negative": (("phone.complaint", 88, ()), ("fresh.buds_complaint", 13, _SHORT)),
        "neutral": (
            ("phone.question", 26, _SOCIAL),
            ("phone.usage", 20, _SOCIAL),
            ("phone.fact", 10, _SOCIAL),
            ("phone.news", 8, ("weibo", "xiaohongshu", "bilibili")),
            ("phone.review_plain", 40, ("jd",)),
            ("phone.advert", 11, ("weibo", "xiaohongshu")),
            ("phone.lottery", 6, ("weibo",)),
            ("phone.trade", 7, ("weibo", "xiaohongshu")),
            ("phone.howto", 8, _SOCIAL),
            ("phone.compare", 4, _SOCIAL),
            ("fresh.buds_question", 3, ("weibo", "xiaohongshu", "bilibili")),
        ),
    },
    "qinghe": {
        "positive": (("drink.praise", 1, ()),),
        "negative": (("drink.complaint", 1, ()),),
        "neutral": (
            ("drink.question", 45, _SOCIAL),
            ("drink.fact", 22, _SOCIAL),
            ("drink.review_plain", 40, ("jd",)),
            ("drink.advert", 16, ("weibo", "xiaohongshu")),
            ("drink.recipe", 17, ("weibo", "xiaohongshu", "bilibili")),
        ),
    },
    "chengzi": {
        "positive": (("phone.praise", 1, ()),),
        "negative": (("phone.complaint", 1, ()),),
        "neutral": (
            ("phone.question", 32, _SOCIAL),
            ("phone.usage", 22, _SOCIAL),
            ("phone.fact_rival", 12, _SOCIAL),
            ("phone.news", 8, ("weibo", "xiaohongshu", "bilibili")),
            ("phone.review_plain", 40, ("jd",)),
            ("phone.advert", 12, ("weibo", "xiaohongshu")),
            ("phone.howto", 13, _SOCIAL),
        ),
    },
}
"""Forms by subject and attitude: name, weight, and the platforms it is seen on (empty: all)."""

_FRESH: dict[str, dict[Label, str]] = {
    "yunque": {"neutral": "fresh.fold", "positive": "fresh.fold_hope"},
    "qinghe": {"neutral": "fresh.bottle", "positive": "fresh.bottle_love"},
}


class Everyday:
    """Makes ordinary drafts."""

    def __init__(self, rng: random.Random, writer: Writer, cast: Cast) -> None:
        self.rng, self.writer, self.cast = rng, writer, cast

    def drafts(self, begins_at: datetime, ends_at: datetime) -> Iterator[Draft]:
        """All of the fortnight's ordinary posts, in no order."""
        for subject, hourly in RATES.items():
            moods = dealt(self.rng, MOODS, rare="negative")
            for at in sorted(self._moments(begins_at, ends_at, hourly)):
                passed = (at - begins_at) / (ends_at - begins_at)
                yield self._mention(subject, at, next(moods), passed)
        for at in self._moments(begins_at, ends_at, NOISE):
            yield self._noise(at)
        for at in self._moments(begins_at, ends_at, REPLIES):
            yield self.reply(at)
        yield from self._wholes(begins_at, ends_at)
        for at in self._moments(begins_at, ends_at, 0.12):
            yield self.base(at, "xiaohongshu", Answer(label=None), media="image")

    def _moments(self, since: datetime, until: datetime, hourly: float) -> list[datetime]:
        return list(arrivals(self.rng, since, until, lambda at: hourly * rhythm(at)))

    def _mention(self, subject: str, at: datetime, mood: Label, passed: float) -> Draft:
        platform = self.rng.choices(tuple(PLATFORMS), tuple(PLATFORMS.values()))[0]
        fresh = _FRESH.get(subject, {}).get(mood)
        rise = FRESH.get(subject, 0) * 2 * (passed - 0.5)
        # Nothing in the first week, then a straight rise.
        if fresh and platform not in {"jd", "zhihu"} and self.rng.random() < rise:
            return self.compose(fresh, subject, at, platform)
        forms = [entry for entry in _FORMS[subject][mood] if not entry[2] or platform in entry[2]]
        name = self.rng.choices(forms, [weight for _, weight, _ in forms])[0][0]
        draft = self.compose(name, subject, at, platform)
        if name == "phone.compare":
            draft.answer = Answer(label="neutral", about=(("云雀", mood), ("橙子", mood)))
        return draft

    def compose(self, name: str, subject: str, at: datetime, platform: str) -> Draft:
        """A draft in the form *name*, dressed for its platform."""
        shape = form(name)
        text, called = self.writer.write(shape, platform, subject)
        brand = _brand(subject)
        answer = Answer(label=shape.label, about=((brand, shape.label),))
        draft = self.base(at, platform, answer, text=text)
        self._dress(draft, subject, called if called in text else brand)
        if platform == "zhihu" and name.endswith((".question", ".usage", ".asking")):
            draft.kind, draft.orphan, draft.title = "comment", True, ""
        return draft

    def base(self, at: datetime, platform: str, answer: Answer, **fields: object) -> Draft:
        """A draft by somebody ordinary."""
        author, place = self.cast.anyone(platform)
        draft = Draft(platform=platform, at=at, answer=answer, author=author, place=place)
        draft.fame = self.rng.lognormvariate(1.2, 1.3)
        for name, value in fields.items():
            setattr(draft, name, value)
        return draft

    def _dress(self, draft: Draft, subject: str, called: str) -> None:
        chance, label = self.rng.random(), draft.answer.label
        match draft.platform:
            case "jd":
                draft.kind = "review"
                draft.rating = float(self.rng.choice(_STARS[label or "neutral"]))
                draft.precision = "day" if chance < 0.06 else "second"
                draft.dated = chance > 0.02
            case "zhihu":
                titles = read("wholes")["names"]
                key = f"zhihu_{subject}"
                draft.title = self.rng.choice(titles[key])
            case "xiaohongshu" if chance < 0.65:
                notes = read("wholes")["names"][f"note_{label}"]
                draft.title = f"{called}｜{self.rng.choice(notes)}"
                draft.tags, draft.media = self.writer.tags(_brand(subject)), "image"
            case "bilibili" if chance < 0.12:
                draft.media = "video"
            case "weibo" if chance < 0.72:
                draft.media = "image" if chance < 0.25 else None
                if chance < 0.08 and "#" not in draft.text:
                    draft.tags = self.writer.tags(_brand(subject))
                    draft.text = f"#{draft.tags[0]}# {draft.text}"
            case "weibo" if chance < 0.82:
                draft.kind, draft.orphan = "repost", True
            case _:
                draft.kind, draft.orphan = "comment", True
                if draft.platform == "bilibili" and chance > 0.92:
                    draft.text = f"回复 @路人_{self.rng.randrange(1000, 9999)} :{draft.text}"

    def _noise(self, at: datetime) -> Draft:
        platform = self.rng.choice(("weibo", "weibo", "xiaohongshu"))
        text, _ = self.writer.write(form("wholes.fruit"), platform, "chengzi")
        return self.base(at, platform, Answer(label="neutral", part="noise"), text=text)

    def reply(self, at: datetime, platform: str | None = None) -> Draft:
        """A comment or repost of a few words."""
        replies = read("wholes")["reply"]
        platform = platform or self.rng.choice(("weibo", "weibo", "xiaohongshu", "bilibili"))
        mood = self.rng.choices(tuple(MOODS), tuple(MOODS.values()))[0]
        kind = "repost" if platform == "weibo" and self.rng.random() < 0.3 else "comment"
        text = self.rng.choice(replies["repost"] if kind == "repost" else replies[mood])
        answer = Answer(label="neutral" if kind == "repost" else mood)
        return self.base(at, platform, answer, text=text, kind=kind, orphan=True)

    def _wholes(self, begins_at: datetime, ends_at: datetime) -> Iterator[Draft]:
        """Whole posts, each used once, at moments spread over the fortnight."""
        wholes = read("wholes")
        for subject, brand in BRANDS.items():
            for mood in MOODS:
                for text in wholes[subject].get(mood, ()):
                    answer = Answer(label=mood, about=((brand, mood),))
                    yield self._whole(begins_at, ends_at, text, answer)
        for text in wholes["yunque"]["irony"]:
            answer = Answer(label="negative", about=(("云雀", "negative"),), ironic=True)
            yield self._whole(begins_at, ends_at, text, answer)
        for brand, mood, title, text in wholes["zhihu"]["posts"]:
            answer = Answer(label=mood, about=((brand, mood),))
            draft = self._whole(begins_at, ends_at, text, answer, "zhihu")
            draft.title = title
            yield draft
        for mood, text, place in wholes["yunque"]["traditional"]:
            brand = "青禾" if "青禾" in text else "橙子" if "橙子" in text else "云雀"
            answer = Answer(label=mood, about=((brand, mood),))
            draft = self._whole(begins_at, ends_at, text, answer)
            draft.place = place
            yield draft
        for text in wholes["noise"]["lines"]:
            answer = Answer(label="neutral", part="noise")
            yield self._whole(begins_at, ends_at, text, answer)
        for one, mine, other, theirs, text in wholes["versus"]["posts"]:
            answer = Answer(label=mine, about=((one, mine), (other, theirs)))
            yield self._whole(begins_at, ends_at, text, answer)

    def _whole(
        self, begins_at: datetime, ends_at: datetime, text: str, answer: Answer, on: str = ""
    ) -> Draft:
        day = self.rng.randrange((ends_at - begins_at) // timedelta(days=1))
        at = local(begins_at, day, self.rng.randrange(8, 23), self.rng.randrange(60))
        at = min(max(at, begins_at), ends_at - timedelta(minutes=1))
        platform = on or self.rng.choice(("weibo", "weibo", "xiaohongshu"))
        draft = self.base(at + timedelta(seconds=self.rng.randrange(60)), platform, answer)
        draft.text, draft.fame = text, self.rng.lognormvariate(3.0, 1.2)
        return draft


_STARS: dict[Label, tuple[int, ...]] = {
    "positive": (5, 5, 5, 5, 4),
    "neutral": (5, 5, 4, 3),
    "negative": (1, 1, 1, 2, 2),
}


def _brand(subject: str) -> str:
    return BRANDS.get(subject, "云雀")
