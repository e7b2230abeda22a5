"""Talks to a TAXII server by the client of the standard's own makers: taxii2-client and stix2. Arguments: base address, token."""
import json
import sys

try:
    import stix2
    from requests.auth import AuthBase
    from taxii2client.v21 import Server, as_pages
except ImportError as missing:
    print("taxii: skipped, this Python has no %s (pip install taxii2-client stix2)" % missing.name)
    sys.exit(77)


class Bearer(AuthBase):
    def __call__(self, request):
        request.headers["Authorization"] = "Bearer " + sys.argv[2]
        return request


server = Server(sys.argv[1] + "/taxii2/", auth=Bearer())
root = server.default
assert "application/taxii+json;version=2.1" in root.versions, root.versions
collections = {collection.title: collection for collection in root.collections}
blocked = collections["Blocked"]
assert blocked.can_read and blocked.can_write

sent = [
    stix2.Indicator(
        name="beacon %d" % n,
        pattern="[domain-name:value = 'h%d.bad.example']" % n,
        pattern_type="stix",
        valid_from="2026-01-05T10:00:00Z",
        confidence=80,
        labels=["a label"],
    )
    for n in range(7)
]
status = blocked.add_objects({"objects": [json.loads(indicator.serialize()) for indicator in sent]})
assert status.status == "complete" and status.success_count == 7 and not status.failures, status
assert root.get_status(status.id).success_count == 7

got = {}
for page in as_pages(blocked.get_objects, per_request=3):
    for stored in page.get("objects", []):
        got[stored["id"]] = stix2.parse(stored)
assert len(got) == 7, got
for indicator in sent:
    assert got[indicator.id].serialize(sort_keys=True) == indicator.serialize(sort_keys=True)

entry = blocked.get_manifest(limit=100)["objects"][0]
later = blocked.get_objects(added_after=entry["date_added"])
assert len(later.get("objects", [])) < 7
one = blocked.get_object(sent[0].id)["objects"]
assert [stored["id"] for stored in one] == [sent[0].id]
assert blocked.object_versions(sent[0].id)["versions"]
blocked.delete_object(sent[0].id)
assert len(blocked.get_objects(limit=100)["objects"]) == 6
print("taxii: client and server agree")
