"""Our bodies beside the peers', field by field; scripts/conformance-peers describes the whole.

python compare.py ask FACTS                       the facts as input of `inspect event`
python compare.py compare FACTS OURS PEERS... [--bless]   their differences; --bless writes them

A difference is a fact, a peer, a platform, a place in the body and two values. Each must be in
EXPECTED with the name of its explanation in DOCUMENT, and everything there must still occur.
"""
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXPECTED = ROOT / "crates/payload/tests/data/peers/differences.jsonl"
DOCUMENT = ROOT / "docs/differences.md"
ACCOUNTS = json.loads((HERE / "accounts.json").read_text())

ABSENT = "–"
UNEXPLAINED = "unexplained"
# A row of the document: the reason, and who differs.
ROW = r"^\| `([a-z0-9-]+)` \| ([^|]*?) \|"
NAMES = {"meta-node": "Node", "meta-python": "Python", "segment": "Segment"} | {
    "amazon": "Amazon", "google/ads_click": "Google", "linkedin": "LinkedIn", "meta": "Meta",
    "microsoft": "Microsoft", "pinterest": "Pinterest", "reddit": "Reddit", "snapchat": "Snapchat",
    "tiktok": "TikTok",
}
# Entries of these lists have a type of their own; their order says nothing.
TYPED_LISTS = ("userIds", "userIdentifiers", "matchKeys")


def read(path):
    """JSON lines; amounts keep their digits."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line]


def ask(facts):
    for fact in facts:
        keys = {key: fact[key] for key in ("event", "permit", "now") if key in fact}
        for name, account in ACCOUNTS.items():
            platform, _, product = name.partition("/")
            item = {**keys, "platform": platform, "product": product or None, "account": account}
            print(json.dumps(item, default=float))


def leaves(value, place=""):
    """Each place of a body with its value: scalars, and lists of scalars without their order."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        if place.endswith(TYPED_LISTS):
            yield from leaves(by_type(value), place)
        else:
            for index, entry in enumerate(value):
                # A request with one event: its place says nothing.
                only = len(value) == 1 and place.split(".")[-1] in ("data", "events", "elements", "conversions")
                yield from leaves(entry, place if only else f"{place}[{index}]")
    elif isinstance(value, list) and place.endswith("extinfo"):
        yield place, value
    elif isinstance(value, list):
        yield place, sorted(value, key=str)
    else:
        yield place, value


def by_type(entries):
    """`[{"idType": T, "idValue": V}]`, `[{"type": T, "values": [V]}]` and `[{T: V}]` as `{T: [V]}`."""
    kinds = {}
    for entry in entries:
        if "idType" in entry:
            pairs = [(entry["idType"], [entry["idValue"]])]
        elif "values" in entry:
            pairs = [(entry["type"], entry["values"])]
        else:
            pairs = [(kind, [value]) for kind, value in entry.items()]
        for kind, values in pairs:
            kinds.setdefault(kind, []).extend(values)
    return kinds


def alike(ours, theirs):
    """The same value; one value and a list of it are the same where both forms are documented."""
    if isinstance(ours, list) != isinstance(theirs, list):
        ours, theirs = ([v] if not isinstance(v, list) else v for v in (ours, theirs))
    # `True == 1` in Python, but not on the wire.
    return ours == theirs and type(ours) is type(theirs) or both_numbers(ours, theirs)


def both_numbers(ours, theirs):
    numbers = (int, Decimal)
    is_number = all(isinstance(v, numbers) and not isinstance(v, bool) for v in (ours, theirs))
    return is_number and ours == theirs


def shown(value):
    """A value as the list of differences shows it: digests by their first digits."""
    if isinstance(value, list):
        return [shown(entry) for entry in value]
    if isinstance(value, Decimal):
        return float(value) if len(str(value)) < 15 else f"number {value}"
    if isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{64}", value):
        return value[:8] + "…"
    return value


def result(line):
    """The places of a body, or that it was refused."""
    if "body" in line:
        return dict(leaves(line["body"])), None
    code = line["error"]["code"] if "error" in line else line["refused"]
    return None, code


def compare(facts, ours, peers):
    """Every difference as `(peer, platform, place, fact): [ours, theirs]`, the facts that each peer
    was asked about, and how many places were equal."""
    ours = {key: line for key, line in zip(((f["fact"], p) for f in facts for p in ACCOUNTS), ours, strict=True)}
    found, compared, same = {}, {}, 0
    for line in peers:
        where = (line["peer"], line["platform"])
        our_leaves, our_refusal = result(ours[line["fact"], line["platform"]])
        their_leaves, their_refusal = result(line)
        compared.setdefault(where, []).append(line["fact"])
        if our_refusal or their_refusal:
            if not (our_refusal and their_refusal):
                pair = [f"refused: {code}" if code else "sent" for code in (our_refusal, their_refusal)]
                found[*where, "", line["fact"]] = pair
            continue
        for place in our_leaves.keys() | their_leaves.keys():
            one, other = our_leaves.get(place, ABSENT), their_leaves.get(place, ABSENT)
            if alike(one, other):
                same += 1
            else:
                found[*where, place, line["fact"]] = [shown(one), shown(other)]
    return found, compared, same


def flat(groups, compared):
    """The lines of EXPECTED as `(peer, platform, place, fact): (why, values)`."""
    entries = {}
    for group in groups:
        values = [float(v) if isinstance(v, Decimal) else v for v in (group["ours"], group["theirs"])]
        for fact in facts_of(group, compared.get((group["peer"], group["platform"]), ["not compared"])):
            key = (group["peer"], group["platform"], group["place"], fact)
            if key in entries:
                sys.exit(f"{EXPECTED.name} has {key} twice")
            entries[key] = (group["why"], values)
    return entries


def facts_of(group, compared):
    """The facts of a line: those named, or all that were compared but those named."""
    if "facts" in group:
        return group["facts"]
    return [fact for fact in compared if fact not in group["except"]]


def bless(found, expected, compared):
    """Writes EXPECTED anew; a difference that no fact had yet is marked as unexplained."""
    def pair_of(values):
        return tuple(json.dumps(value, ensure_ascii=False) for value in values)

    # The same values at the same place have one reason; refusals (no place) may have several.
    known = {(*key[:3], *pair_of(values)): why for key, (why, values) in expected.items() if key[2]}
    groups = {}
    for key, values in found.items():
        pair = pair_of(values)
        why = expected[key][0] if key in expected else known.get((*key[:3], *pair), UNEXPLAINED)
        groups.setdefault((why, *key[:3], *pair), set()).add(key[3])
    with EXPECTED.open("w", encoding="utf-8") as out:
        for (why, peer, platform, place, ours, theirs), named in sorted(groups.items()):
            line = {"why": why, "peer": peer, "platform": platform, "place": place}
            line |= {"ours": json.loads(ours), "theirs": json.loads(theirs)}
            every = compared[peer, platform]
            if 2 * len(named) > len(every):
                line["except"] = [fact for fact in every if fact not in named]
            else:
                line["facts"] = [fact for fact in every if fact in named]
            print(json.dumps(line, ensure_ascii=False), file=out)


def main():
    verb, facts_file, *files = sys.argv[1:]
    facts = read(facts_file)
    if verb == "ask":
        return ask(facts)
    writes = "--bless" in files
    ours, *peers = (read(file) for file in files if file != "--bless")
    found, compared, same = compare(facts, ours, [line for lines in peers for line in lines])
    expected = flat(read(EXPECTED), compared) if EXPECTED.exists() else {}
    if writes:
        bless(found, expected, compared)
        expected = flat(read(EXPECTED), compared)
        bless_document(expected)
    faults = list(unexpected(found, expected)) + list(unexplained(expected))
    for fault in faults[:40]:
        print(f"conformance-peers: {fault}", file=sys.stderr)
    bodies = sum(map(len, compared.values()))
    if bodies != asked(facts):
        sys.exit(f"conformance-peers: {bodies} bodies of peers, not {asked(facts)}")
    reasons = {why for why, _ in expected.values()}
    print(
        f"conformance-peers: {len(facts)} facts, {bodies} bodies of peers beside ours: {same} places equal, "
        f"{len(found)} different for {len(reasons)} reasons, {len(faults)} faults"
    )
    if faults:
        sys.exit(1)


def asked(facts):
    """Both SDKs and Segment's destinations answer each fact, TikTok's action those of a website."""
    websites = [fact for fact in facts if fact["event"].get("action_source", "website") == "website"]
    return (2 + len(ACCOUNTS) - 1) * len(facts) + len(websites)


def unexpected(found, expected):
    for key in sorted(found.keys() | expected.keys()):
        if key not in expected:
            yield f"not expected: {key} ours {found[key][0]!r}, theirs {found[key][1]!r}"
        elif key not in found:
            yield f"expected, but does not occur: {key}"
        elif found[key] != expected[key][1]:
            yield f"other values: {key} {found[key]!r}, expected {expected[key][1]!r}"


def unexplained(expected):
    """Every reason has one row in the document, which names who differs, and there is no other row."""
    named = who(expected)
    rows = re.findall(ROW, DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    explained = [why for why, _ in rows]
    for why in sorted(named.keys() - set(explained)):
        yield f"{DOCUMENT.name} does not explain {why}"
    for why, names in rows:
        if why not in named:
            yield f"{DOCUMENT.name} explains {why}, which does not occur"
        elif names != named[why]:
            yield f"{DOCUMENT.name} says of {why} that it is {names}, not {named[why]}"
        if explained.count(why) > 1:
            yield f"{DOCUMENT.name} explains {why} twice"


def who(expected):
    """Who differs, for each reason, as the document writes it."""
    peers, segment = {}, {}
    for (peer, platform, _, _), (why, _) in expected.items():
        peers.setdefault(why, set()).add(NAMES[peer])
        if peer == "segment":
            segment.setdefault(why, set()).add(NAMES[platform])
    every = set().union(*segment.values())
    named = {}
    for why, names in peers.items():
        parts = [", ".join(sorted(names - {"Segment"}))] if names - {"Segment"} else []
        if "Segment" in names:
            platforms = segment[why]
            parts.append("Segment" if platforms == every else "Segment: " + ", ".join(sorted(platforms)))
        named[why] = "; ".join(parts)
    return named


def bless_document(expected):
    """Writes the names of who differs into the rows that are there."""
    named = who(expected)
    text = DOCUMENT.read_text(encoding="utf-8")

    def row(match):
        return f"| `{match[1]}` | {named.get(match[1], match[2])} |"

    DOCUMENT.write_text(re.sub(ROW, row, text, flags=re.MULTILINE), encoding="utf-8")


if __name__ == "__main__":
    main()
