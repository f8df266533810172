"""Every panel and every list, filled by the real server, shows what the SQLite store answers.

What Kibana would ask is made from the very objects that are imported. A panel that waits for data
is listed, and fails here when they come: then it is to be joined.
"""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from index.edits import liked
from index.es.layout import Names
from index.es.metrics import USUAL_DAYS
from index.kibana.build import DASHBOARDS
from index.kibana.searches import SEARCHES
from tingfeng import DAY, LABELS, LEVELS, SHANGHAI

pytestmark = pytest.mark.elastic

PANELS = [(page.name, panel) for page in DASHBOARDS for panel in page.panels]
COUNTED = 0.03
"""How far a number of distinct values may be off: Elasticsearch's sketch is exact to 3,000 only."""


def bar(told, at):
    """Where the bar of a moment begins: its day, or over years its week."""
    begins = at.astimezone(SHANGHAI)
    if told.ends - told.begins > timedelta(days=100):
        begins -= timedelta(days=begins.weekday())
    return begins.strftime("%Y-%m-%dT00:00:00.000+08:00")


def summed(cells, key=lambda cell: cell.by[0]):
    """Counts of posts by label, added up."""
    sums = defaultdict(Counter)
    for cell in cells:
        sums[key(cell)]["posts"] += cell.posts
        for label in LABELS:
            sums[key(cell)][label] += cell.of(label)
    return sums


def share(counts):
    judged = counts["negative"] + counts["neutral"] + counts["positive"]
    return counts["negative"] / judged if judged else None


def net(counts):
    both = counts["positive"] + counts["negative"]
    return (counts["positive"] - counts["negative"]) / both if both else None


def by_brand(told, *more, step=None, **limits):
    return told.store.count(told.query(**limits), ("brand", *more), step=step)


def whole(told, **limits):
    return summed(by_brand(told, **limits), lambda cell: ())[()]


def most(counts, size):
    """The *size* largest, of equals the first in the alphabet: as the server orders them."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size])


# -- 品牌总览 ---------------------------------------------------------------------------------


def voices_of(told, **limits):
    return told.store.voices(told.query(**limits))[0].posts


def mentioning(told, **limits):
    return {"brands": told.brands, **limits}


def overview_volume(told):
    return {(): whole(told)["posts"]}


def overview_voices(told):
    return {(): pytest.approx(voices_of(told, **mentioning(told)), rel=COUNTED)}


def overview_authors(told):
    return {(): pytest.approx(told.store.authors(told.query(**mentioning(told))), rel=COUNTED)}


def overview_engagement(told):
    return {(): sum(told.engagement().values())}


def overview_net(told):
    return {(): net(whole(told))}


def overview_negative_share(told):
    return {(): share(whole(told))}


def days_of(told, **limits):
    cells = by_brand(told, "time", step=DAY, **limits)
    return summed(cells, lambda cell: bar(told, cell.by[1]))


def overview_trend(told):
    return {at: tuple(counts[label] for label in LABELS) for at, counts in days_of(told).items()}


def overview_share_of_voice(told):
    return {cell.by[0]: cell.posts for cell in by_brand(told)}


def overview_brand_trend(told):
    cells = by_brand(told, "time", step=DAY)
    grid = summed(cells, lambda cell: (bar(told, cell.by[1]), cell.by[0]))
    return {key: counts["posts"] for key, counts in grid.items()}


def overview_net_trend(told):
    return {at: net(counts) for at, counts in days_of(told).items()}


def platforms_of(told):
    return summed(by_brand(told, "platform"), lambda cell: cell.by[1])


def overview_platforms(told):
    return {name: counts["posts"] for name, counts in platforms_of(told).items()}


def overview_platform_attitudes(told):
    return {
        name: tuple(counts[label] for label in LABELS)
        for name, counts in platforms_of(told).items()
    }


def overview_brands(told):
    engaged = told.engagement()
    return {
        brand: (
            counts["posts"],
            pytest.approx(voices_of(told, brands=(brand,)), rel=COUNTED),
            pytest.approx(told.store.authors(told.query(brands=(brand,))), rel=COUNTED),
            engaged[brand],
            share(counts),
            net(counts),
        )
        for brand, counts in summed(by_brand(told)).items()
    }


def words_of(told, wanted=LABELS):
    return Counter(
        word
        for document, _, label in told.mentions()
        if label in wanted
        for word in set(document.analysis.keywords)
    )


def overview_words(told):
    return most(words_of(told), 60)


def overview_negative_words(told):
    return most(words_of(told, ("negative",)), 60)


def overview_tags(told):
    labels, authors = defaultdict(Counter), defaultdict(set)
    for document, _, label in told.mentions():
        for tag in set(document.post.tags):
            labels[tag].update(["posts", label])
            authors[tag].add(document.post.author and document.post.author.id)
    volumes = most({tag: counts["posts"] for tag, counts in labels.items()}, 20)
    return {
        tag: (volume, len(authors[tag] - {None}), share(labels[tag]))
        for tag, volume in volumes.items()
    }


# -- 舆情预警 ---------------------------------------------------------------------------------


def alarms_open_incidents(told):
    return {(): sum(one.state != "closed" for one in told.store.incidents())}


def alarms_serious_incidents(told):
    return {(): sum(one.level in ("orange", "red") for one in told.store.incidents())}


def alarms_negative(told):
    return {(): whole(told)["negative"]}


def negatives(told):
    return [document for document, _, label in told.mentions() if label == "negative"]


def author_of(document):
    return document.post.author and document.post.author.id


def alarms_negative_authors(told):
    return {(): len({author_of(one) for one in negatives(told)} - {None})}


def ledger(told):
    return told.store.coverage(told.begins, told.ends)


def alarms_blind_hours(told):
    return {(): sum(one.blind for one in ledger(told))}


def alarms_incidents(told):
    levels = defaultdict(Counter)
    for one in told.store.incidents():
        levels[bar(told, one.opened_at)][one.level] += 1
    return {at: tuple(counts[level] for level in LEVELS) for at, counts in levels.items()}


def alarms_states(told):
    cases = defaultdict(list)
    for one in told.store.incidents():
        cases[one.brand, one.state].append(one)
    return {
        key: (
            len(found),
            pytest.approx(max(one.evidence.score for one in found), rel=1e-6),
            sum(one.negative for one in found),
        )
        for key, found in cases.items()
    }


def usual(told):
    """Usual shares by brand, platform and day, worked out anew."""
    cells = told.store.count(told.query(suspected=None), ("brand", "platform", "time"), step=DAY)
    counts = {cell.by: summed([cell])[cell.by[0]] for cell in cells}
    shares = {key: share(count) for key, count in counts.items() if share(count) is not None}
    found = {}
    for brand, platform, at in counts:
        before = [
            shares[brand, platform, other]
            for other in {key[2] for key in shares if key[:2] == (brand, platform)}
            if 0 < (at - other).days <= USUAL_DAYS
        ]
        if before:
            found[brand, platform, at] = sum(before) / len(before)
    return found


def mean(values):
    return pytest.approx(sum(values) / len(values), abs=1e-5) if values else None


def alarms_negative_share(told):
    expected = usual(told)
    return {
        at: (
            pytest.approx(share(counts)),
            mean([value for key, value in expected.items() if bar(told, key[2]) == at]),
        )
        for at, counts in days_of(told, suspected=None).items()
    }


def alarms_platform_shares(told):
    cells = by_brand(told, "platform", suspected=None)
    expected = usual(told)
    return {
        name: (
            counts["posts"],
            pytest.approx(share(counts)),
            mean([value for key, value in expected.items() if key[1] == name]),
        )
        for name, counts in summed(cells, lambda cell: cell.by[1]).items()
    }


def alarms_spread(told):
    cells = by_brand(told, "platform", "time", step=DAY)
    grid = summed(cells, lambda cell: (bar(told, cell.by[2]), cell.by[1]))
    return {key: counts["negative"] for key, counts in grid.items()}


def alarms_spread_width(told):
    authors, platforms = defaultdict(set), defaultdict(set)
    for one in negatives(told):
        at = bar(told, one.post.published_at)
        authors[at].add(author_of(one))
        platforms[at].add(one.post.platform)
    return {at: (len(authors[at] - {None}), len(platforms[at])) for at in authors}


def alarms_copies(told):
    groups = defaultdict(list)
    for one in negatives(told):
        if one.analysis.copy_of:
            groups[one.analysis.copy_of].append(one)
    return {
        root: (
            volume,
            len({author_of(one) for one in groups[root]} - {None}),
            len({one.post.platform for one in groups[root]}),
            sum(liked(one.engagement) for one in groups[root] if one.engagement),
        )
        for root, volume in most({root: len(found) for root, found in groups.items()}, 20).items()
    }


def alarms_gaps(told):
    sources = defaultdict(list)
    for one in ledger(told):
        sources[one.source].append(one)
    return {
        source: (
            sum(one.blind for one in hours),
            len(hours),
            sum(one.failures for one in hours),
            sum(one.posts for one in hours),
        )
        for source, hours in sources.items()
    }


def alarms_gap_times(told):
    blind = Counter()
    for one in ledger(told):
        at = one.hour.astimezone(SHANGHAI)
        at = at.replace(hour=at.hour // 3 * 3)  # a hundred bars at most
        blind[at.strftime("%Y-%m-%dT%H:00:00.000+08:00")] += one.blind
    return dict(blind)


# -- 达人 -------------------------------------------------------------------------------------


def named(told):
    found = defaultdict(list)
    for one in told.documents(suspected=None):
        if one.post.author and one.post.author.name:
            found[one.post.author.name].append(one)
    return found


def creators_creators(told):
    return {(): len(named(told))}


def creators_platforms(told):
    return {"bilibili": (len(named(told)), sum(map(len, named(told).values())))}


def engaged(documents):
    return sum(liked(one.engagement) for one in documents if one.engagement)


def creators_list(told):
    return {
        name: (engaged(posts), len(posts), max(posts, key=_came).post.author.followers)
        for name, posts in named(told).items()
    }


def _came(document):
    return document.post.collected_at, int(document.post.id.rpartition("-")[2])


def creators_brands(told):
    posts = [one for found in named(told).values() for one in found]
    return {"云雀": (len(named(told)), len(posts), engaged(posts))}


def creators_tiers(told):
    return dict(Counter(score["effective_tier"] for score in told.fits.values()))


def creators_categories(told):
    return dict(Counter(category for category in told.fields.values()))


def creators_fitting(told):
    listed = creators_list(told)
    return {
        name: (
            *(pytest.approx(score[each]) for each in ("low", "value", "high")),
            listed[name][2],
            listed[name][0],
        )
        for name, score in told.fits.items()
    }


# ---------------------------------------------------------------------------------------------


def expected(page, panel):
    return globals()[f"{page}_{panel.id.replace('-', '_')}"]


def without_empty(rows):
    """Kibana draws days on which nothing was; the store leaves them out."""
    nothing = (0, None, (0,) * 4, (0, 0), (None, None))
    return {key: row for key, row in rows.items() if row not in nothing}


@pytest.mark.parametrize(
    ("page", "panel"),
    PANELS,
    ids=lambda each: each if isinstance(each, str) else each.id,
)
def test_a_panel_shows_what_the_store_answers(told, page, panel):
    shown = without_empty(told.table(page, panel.id))
    wanted = without_empty(expected(page, panel)(told))
    assert shown == wanted
    assert shown or panel.id == "serious-incidents"  # the story's crises end below orange


OF_POSTS = [
    (page, panel)
    for page, panel in PANELS
    if panel.family in ("mentions", "metrics") and page != "creators"
]


@pytest.mark.data
@pytest.mark.parametrize(
    ("page", "panel"), OF_POSTS, ids=lambda each: each if isinstance(each, str) else each.id
)
def test_a_panel_shows_real_posts_as_the_store_counts_them(real, page, panel):
    shown = without_empty(real.table(page, panel.id))
    assert shown == without_empty(expected(page, panel)(real))
    assert shown or panel.id == "copies"  # nobody copied a negative there


@pytest.mark.data
def test_a_phrase_typed_into_discover_finds_what_tingfeng_search_finds(real):
    """Words of two to six Chinese characters, in quotation marks."""
    words = real.store.terms(real.query())
    chinese = [word for word in words if 2 <= len(word) <= 6 and re.fullmatch(r"[一-鿿]+", word)]
    often = sorted(chinese, key=lambda word: (-words[word], word))[:40]
    page = real.page("overview")
    for word in [*often, "手机壳", "不喜欢"]:
        asked = list_query(real, f'"{word}"', page)
        hits = real.client.search(
            index=f"{real.prefix}-posts", query=asked, size=10_000, source=["post_key"]
        )
        found = {hit["_source"]["post_key"] for hit in hits["hits"]["hits"]}
        assert found == set(keys(real.documents(text=f'"{word}"'))), word


def list_query(told, typed, page):
    """The query of the list of all posts with *typed* in the search bar."""
    from index.kibana.requests import listed as asked

    saved = told.saved[f"{told.prefix}-search-posts"]["attributes"]
    source = saved["kibanaSavedObjectMeta"]["searchSourceJSON"]
    return asked(saved, source, "posts", replace(page, typed=typed))["query"]


@pytest.mark.parametrize("brand", ["云雀", "青禾", "橙子"])
def test_a_chosen_brand_reaches_every_panel(told, brand):
    chosen = {"brand": (brand,)}
    assert told.table("overview", "volume", chosen=chosen) == {
        (): whole(told, brands=(brand,))["posts"]
    }
    assert set(told.table("overview", "share-of-voice", chosen=chosen)) == {brand}
    for page, panel in PANELS:
        if page != "creators" and not panel.alone and panel.family != "incidents":
            assert told.table(page, panel.id, chosen=chosen), panel.id


def test_a_brand_leaves_the_ledger_alone(told):
    for id in ("blind-hours", "gaps", "gap-times"):
        assert told.table("alarms", id, chosen={"brand": ("青禾",)}) == told.table("alarms", id)


def test_platform_and_sentiment_are_chosen_too(told):
    chosen = {"platform": ("weibo", "zhihu"), "sentiment": ("negative",)}
    cells = by_brand(told, platforms=("weibo", "zhihu"), labels=("negative",))
    assert told.table("overview", "share-of-voice", chosen=chosen) == {
        cell.by[0]: cell.posts for cell in cells
    }


def test_the_army_marches_once_the_filter_is_off(told):
    page = told.page("overview")
    army = [each for each in page.filters if each["meta"]["key"] == "suspected"]
    assert army
    shown = told.table("overview", "volume")[()]
    everything = whole(told, suspected=None)["posts"]
    assert shown < everything
    hidden = {each["meta"]["key"] for each in page.filters}
    assert hidden == {"suspected", "kind"}


@pytest.mark.parametrize("typed", ["续航", '"续航"', 'content : "续航"'])
def test_a_word_typed_on_the_overview_is_looked_for_in_the_posts(told, typed):
    found = told.table("overview", "volume", typed=typed)[()]
    assert found == sum("续航" in document.post.words for document, _, _ in told.mentions()) > 0


@pytest.mark.parametrize("typed", ["keywords : 续航", 'keywords : "续航"'])
def test_whole_keywords_are_asked_for_by_name(told, typed):
    found = told.table("overview", "volume", typed=typed)[()]
    assert found == sum("续航" in one.analysis.keywords for one, _, _ in told.mentions()) > 0


def test_an_analyst_may_see_every_panel_and_every_list(told):
    """Kibana asks with the rights of who looks: those of the role, and no others."""
    from index.es.roles import roles

    rights = roles(Names(prefix=told.prefix))["analyst"]
    key = told.client.security.create_api_key(
        name=f"{told.prefix}-looks", role_descriptors={"analyst": rights}, refresh="wait_for"
    )
    analyst = replace(told, client=told.client.options(api_key=key["encoded"]))
    try:
        for page, panel in PANELS:
            assert analyst.table(page, panel.id) == told.table(page, panel.id)
        for search in SEARCHES:
            assert analyst.hits(search.name)[0] == told.hits(search.name)[0]
    finally:
        told.client.security.invalidate_api_key(ids=[key["id"]])


def test_how_much_each_panel_shows_is_told_without_kibana(told):
    from index.es.connect import Cluster
    from index.kibana.filling import filled

    names = Names(prefix=told.prefix)
    cluster = Cluster(client=told.client, names=names, address="a test", analyzer="cjk")
    found = list(filled(cluster, "zh", told.ends))
    assert len(found) == len(PANELS) + len(SEARCHES)
    volume = next(one for one in found if one.title == "声量")
    assert volume.documents == told.table("overview", "volume")[()]
    assert not [one.title for one in found if not one.rows]
    (unjudged,) = [one for one in found if one.title.endswith("未读、无法判断")]
    assert unjudged.documents >= told.hits("unjudged")[0]


LISTED = {
    "posts": {},
    "negative-posts": {"labels": ("negative",)},
    "engaged-posts": {"order": "liked"},
    "suspected": {"suspected": True},
    "unjudged": {},
}


def keys(documents):
    return [one.post.key for one in documents]


def listed(told, search):
    """Keys that a list must show, whether or not it shows all of them."""
    if search.family == "posts":
        limits = LISTED[search.name]
        if search.name == "negative-posts":
            limits = mentioning(told, **limits)
        found = told.documents(**limits)
        if search.name == "unjudged":
            found = (one for one in found if _unjudged(one))
        if search.name == "engaged-posts":
            found = (one for one in found if one.engagement and liked(one.engagement))
        return keys(found)
    return keys(
        document
        for document, _, label in told.mentions(order="liked")
        if search.name == "negative-mentions"
        or (document.engagement and liked(document.engagement))
        if "negative" not in search.name or label == "negative"
    )


def _unjudged(document):
    reading = document.analysis
    return reading is None or reading.sentiment is None or reading.sentiment.label == "uncertain"


@pytest.mark.parametrize(
    "search",
    [each for each in SEARCHES if each.family in ("posts", "mentions")],
    ids=lambda each: each.name,
)
def test_a_list_shows_what_the_store_finds(told, search):
    total, hits = told.hits(search.name)
    wanted = listed(told, search)
    assert total == len(wanted) > 0
    shown = [hit["post_key"][0] for hit in hits]
    if total <= 500:
        assert Counter(shown) == Counter(wanted)
    assert not Counter(shown) - Counter(wanted)
    values = [hit.get(search.sort, [None])[0] for hit in hits]
    assert values == sorted(values, reverse=True)
    for column in search.columns:
        assert any(column in hit for hit in hits), column


def test_the_most_engaged_come_first(told):
    _, hits = told.hits("engaged-posts")
    best = told.store.search(told.query(order="liked", limit=20))
    totals = [liked(one.engagement) for one in best]
    assert [hit["engagement.total"][0] for hit in hits[:20]] == totals


def test_incidents_are_listed(told):
    total, hits = told.hits("incidents")
    cases = told.store.incidents()
    assert total == len(cases) > 0
    assert [hit["incident"][0] for hit in hits] == [one.id for one in cases]
    for hit, one in zip(hits, cases, strict=True):
        assert (hit["level"], hit["state"]) == ([one.level], [one.state])
        assert hit["summary"][0].startswith("为什么")


def test_blind_hours_are_listed(told):
    total, hits = told.hits("blind-hours")
    assert total == sum(one.blind for one in ledger(told)) > 0
    assert {hit["source"][0] for hit in hits} == {one.source for one in ledger(told) if one.blind}


def test_hours_without_a_gap_are_drawn_too(told):
    assert len(told.table("alarms", "gap-times")) == 14 * 8  # of three hours: a hundred at most
