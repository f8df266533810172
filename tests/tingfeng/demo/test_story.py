"""The story behind the demo keeps its promises: size, rhythm, and answers that are true of it."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tingfeng import SHANGHAI, Post, fold
from tingfeng.demo.story import Story, tell

ENDS = datetime(2026, 6, 15, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(ends=ENDS)


@pytest.fixture(scope="module")
def posts(story: Story) -> dict[str, Post]:
    """As first seen."""
    first: dict[str, Post] = {}
    for seen in story.observations:
        first.setdefault(seen.post.key, seen.post)
    return first


def mentions(story: Story, posts: dict[str, Post], brand: str, since: datetime, until: datetime):
    """Attitudes to *brand* in dated posts published in ``[since, until)``."""
    return Counter(
        story.answers[key].attitude(brand)
        for key, post in posts.items()
        if story.answers[key].attitude(brand) and post.kind != "hot"
        if post.published_at and since <= post.published_at < until
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_fortnight_of_about_5000_posts_on_five_platforms(seed):
    story = tell(seed, ends=ENDS)
    posts = {seen.post.key: seen.post for seen in story.observations}
    assert 4400 <= len(posts) <= 5500
    assert {post.platform for post in posts.values()} == {
        "weibo", "xiaohongshu", "bilibili", "zhihu", "jd",
    }  # fmt: skip
    assert posts.keys() == story.answers.keys()


def test_the_same_seed_tells_the_same_story(story):
    again = tell(ends=ENDS)
    assert again.observations == story.observations
    assert again.answers == story.answers


def test_another_seed_tells_it_in_other_words(posts):
    other = {seen.post.words for seen in tell(1, ends=ENDS).observations}
    mine = {post.words for post in posts.values()}
    assert len(mine & other) < len(mine) / 4


def test_seeds_move_the_crisis_and_every_fourth_leaves_it_out():
    begun = []
    for seed in range(8):
        told = tell(seed, ends=ENDS)
        crisis = [key for key, answer in told.answers.items() if answer.part == "crisis"]
        assert bool(told.planted) == bool(crisis) == (seed % 4 != 3)
        if told.planted:
            begun.append(told.planted.begins_at)
    assert len(set(begun)) == len(begun)
    assert all(at - (ENDS - timedelta(days=14)) > timedelta(days=8) for at in begun)


def test_another_end_shifts_everything_to_it():
    ends = datetime(2027, 3, 2, 3, 30, tzinfo=UTC)
    story = tell(ends=ends)
    dates = [seen.post.published_at for seen in story.observations if seen.post.published_at]
    assert ends - timedelta(days=15) < min(dates)
    assert ends - HOUR < max(dates) < ends
    assert story.planted is not None
    assert story.planted.ends_at <= ends


def test_an_end_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        tell(ends=datetime(2026, 6, 15))  # noqa: DTZ001 (what is tested)


def test_dates_are_aware_and_inside_the_fortnight(story):
    for seen in story.observations:
        post = seen.post
        assert post.collected_at.tzinfo
        assert story.begins_at < post.collected_at <= story.ends_at
        if post.published_at is None:
            continue
        assert post.published_at.tzinfo
        assert story.begins_at <= post.published_at < story.ends_at
        assert post.published_at <= post.collected_at


def test_observations_come_in_the_order_a_crawler_brings_them(story):
    known: set[str] = set()
    moments = []
    for seen in story.observations:
        post = seen.post
        first = post.key not in known
        known.add(post.key)
        if first and post.published_at and post.precision == "second":
            moments.append(post.published_at)
        elif not first:
            moments.append(post.collected_at)
    assert moments == sorted(moments)


def test_parents_come_before_their_comments(posts):
    numbers = {key: number for number, key in enumerate(posts)}
    parents = [post for post in posts.values() if post.parent]
    assert len(parents) > 1000
    for post in parents:
        assert numbers[f"{post.platform}:{post.parent}"] < numbers[post.key]


def test_planted_posts_lie_in_their_window(story, posts):
    planted = story.planted
    assert planted is not None
    dates = sorted(
        posts[key].published_at for key, answer in story.answers.items() if answer.part == "crisis"
    )
    assert dates[0] == planted.begins_at
    assert dates[-1] < planted.ends_at
    assert planted.should_alert_by == planted.begins_at + 2 * HOUR


def test_the_crisis_is_loud_and_the_days_before_it_are_not(story, posts):
    planted = story.planted
    assert planted is not None
    start = planted.begins_at
    voices = {
        posts[key].author.id
        for key, answer in story.answers.items()
        if answer.attitude("云雀") == "negative"
        if posts[key].author and posts[key].published_at
        if start <= posts[key].published_at < start + 4 * HOUR
    }
    assert len(voices) >= 90
    before = mentions(story, posts, "云雀", story.begins_at, start)
    assert 0.06 <= before["negative"] / before.total() <= 0.10
    assert 0.50 <= before["neutral"] / before.total() <= 0.62


def test_nothing_heaps_up_by_accident_where_nothing_is_planted():
    story = tell(3, ends=ENDS)
    posts = {seen.post.key: seen.post for seen in story.observations}
    for day in range(14):
        since = story.begins_at + timedelta(days=day)
        seen = mentions(story, posts, "云雀", since, since + timedelta(days=1))
        assert 0.03 <= seen["negative"] / seen.total() <= 0.13


def test_day_and_night(story, posts):
    by_hour = Counter(
        post.published_at.astimezone(SHANGHAI).hour
        for key, post in posts.items()
        if story.answers[key].attitude("云雀") and story.answers[key].part == "everyday"
        if post.published_at and post.precision == "second"
    )
    daytime = sum(by_hour[hour] for hour in range(9, 23)) / 14 / 14
    assert 8 <= daytime <= 10
    assert sum(by_hour[hour] for hour in range(1, 6)) / 5 / 14 < daytime / 4


@pytest.mark.parametrize("seed", range(4))
def test_the_sale_is_a_peak_of_volume_and_not_of_negatives(seed):
    story = tell(seed, ends=ENDS)
    posts = {seen.post.key: seen.post for seen in story.observations}
    peak = story.promotion.begins_at + 10 * HOUR
    sale = mentions(story, posts, "云雀", peak, peak + HOUR)
    usual = [
        mentions(
            story, posts, "云雀", peak - day * timedelta(days=1), peak - day * 24 * HOUR + HOUR
        )
        for day in range(1, 8)
    ]
    assert sale.total() > 6 * sum(count.total() for count in usual) / len(usual)
    whole = mentions(story, posts, "云雀", story.promotion.begins_at, story.promotion.ends_at)
    assert whole["negative"] / whole.total() <= 0.12


def test_every_mention_is_written_with_a_name_the_lexicon_knows(story, posts):
    names = {brand.name: [fold(alias.text) for alias in brand.aliases] for brand in story.brands}
    for key, answer in story.answers.items():
        for brand, _ in answer.about:
            assert any(name in fold(posts[key].words) for name in names[brand]), posts[key]


def test_every_name_of_a_brand_is_written_somewhere(story, posts):
    texts = "\n".join(fold(post.words) for post in posts.values())
    authors = {post.author.name for post in posts.values() if post.author}
    for brand in story.brands:
        for alias in brand.aliases:
            assert fold(alias.text) in texts or alias.text in authors, alias.text


def test_a_brand_named_in_a_post_is_meant_or_the_post_is_noise(story, posts):
    """The fruit is about nobody; ``云雀`` outside noise always means the brand."""
    for key, post in posts.items():
        if "云雀" in post.words and story.answers[key].part != "noise":
            assert story.answers[key].attitude("云雀"), post.words
    fruit = [key for key, answer in story.answers.items() if answer.part == "noise"]
    assert len(fruit) >= 100
    assert not any(story.answers[key].about for key in fruit)


def test_new_words_of_the_second_week(story, posts):
    listed = {alias.text for brand in story.brands for alias in brand.aliases}
    for word in ("云雀折叠", "小青瓶"):
        assert word not in listed
        dates = [
            post.published_at
            for key, post in posts.items()
            if word in post.words and post.published_at
            if story.answers[key].part == "everyday"
        ]
        assert len(dates) >= 20
        assert min(dates) > story.begins_at + timedelta(days=7)


def test_hired_voices_copy_and_are_new(story, posts):
    authors = {key: post.author.id for key, post in posts.items() if post.author}
    for side, size in (("praise", 100), ("attack", 30)):
        keys = story.army(side)
        assert len(keys) >= size
        assert len({authors[key] for key in keys}) == len(keys)
        others = {author for key, author in authors.items() if key not in keys}
        assert not others & {authors[key] for key in keys}


def test_irony_is_written_in_words_of_praise_and_meant_as_blame(story):
    assert len(story.ironic) >= 20
    assert {story.answers[key].label for key in story.ironic} == {"negative"}


def test_creators_post_and_the_bought_one_gets_likes_in_one_step(story):
    likes = defaultdict(list)
    for seen in story.observations:
        author, counts = seen.post.author, seen.engagement
        if author and author.name and counts and counts.likes is not None:
            likes[author.id, seen.post.id].append(counts.likes)
    for creator in story.creators:
        curves = [curve for (id, _), curve in likes.items() if id == creator.id]
        assert len(curves) >= 3
        for curve in curves:
            assert curve == sorted(curve)
            if creator.character == "bought" and len(curve) == 6:
                assert curve[-1] == curve[2] > 20 * curve[1]


def test_what_real_exports_are_like(story, posts):
    """Posts without a date or a text, edits, several looks, stars, traditional characters."""
    shown = list(posts.values())
    texts = defaultdict(set)
    for seen in story.observations:
        texts[seen.post.key].add(seen.post.text)
    assert sum(post.published_at is None for post in shown) >= 4
    assert sum(not post.words for post in shown) >= 10
    assert sum(len(versions) > 1 for versions in texts.values()) >= 5
    assert all((post.rating is None) == (post.platform != "jd") for post in shown)
    assert any("雲雀" in post.text for post in shown)
    assert any("Ｘ５" in post.text for post in shown)
    assert {post.kind for post in shown} == {"post", "comment", "repost", "review", "hot"}
