"""What an answer means: type of error first, status second."""

import pytest

from index.es.verdicts import Verdict, of_failure, of_item, of_status

V = Verdict


@pytest.mark.parametrize(
    ("status", "type", "verdict"),
    [
        (400, "document_parsing_exception", V.REFUSED),
        (400, "strict_dynamic_mapping_exception", V.REFUSED),
        (400, "illegal_argument_exception", V.REFUSED),
        (400, "index_closed_exception", V.BLOCKED),
        (403, "cluster_block_exception", V.BLOCKED),
        (429, "cluster_block_exception", V.BLOCKED),
        (503, "cluster_block_exception", V.BLOCKED),
        (403, "security_exception", V.FORBIDDEN),
        (401, "security_exception", V.FORBIDDEN),
        (404, "index_not_found_exception", V.MISSING),
        (404, "shard_not_found_exception", V.BROKEN),
        (429, "es_rejected_execution_exception", V.BUSY),
        (429, "circuit_breaking_exception", V.BUSY),
        (503, "unavailable_shards_exception", V.BUSY),
        (503, "no_shard_available_action_exception", V.BUSY),
        (500, "null_pointer_exception", V.BROKEN),
        (409, "something_new_exception", V.REFUSED),
    ],
)
def test_of_one_document(status: int, type: str, verdict: Verdict) -> None:
    item = {"status": status, "error": {"type": type, "reason": "why"}}
    finding = of_item("index", item)
    assert (finding.verdict, finding.status, finding.type) == (verdict, status, type)


def test_nothing_to_delete_is_no_error() -> None:
    absent = {"status": 404, "error": {"type": "index_not_found_exception", "reason": ""}}
    assert of_item("delete", {"status": 404}).verdict is V.GONE
    assert of_item("delete", absent).verdict is V.GONE
    # There the index is missing under its alias, not the document.
    assert of_item("delete", absent, alias=True).verdict is V.MISSING


@pytest.mark.parametrize(
    ("status", "type", "verdict"),
    [
        (413, "", V.TOO_LARGE),
        (429, "es_rejected_execution_exception", V.BUSY),
        (503, "master_not_discovered_exception", V.BUSY),
        (503, "cluster_block_exception", V.BLOCKED),
        (502, "", V.BUSY),
        (500, "", V.BROKEN),
        (520, "", V.BROKEN),
        (400, "illegal_argument_exception", V.REFUSED),
        (400, "", V.WRONG),
        (400, "media_type_header_exception", V.WRONG),
        (401, "security_exception", V.FORBIDDEN),
        (403, "", V.FORBIDDEN),
        (404, "", V.WRONG),
        (405, "", V.WRONG),
        (302, "", V.WRONG),
    ],
)
def test_of_a_whole_request(status: int, type: str, verdict: Verdict) -> None:
    body = {"error": {"type": type, "reason": "why"}} if type else "<html>"
    assert of_status(status, body).verdict is verdict


def test_a_parameter_that_the_server_does_not_know_is_no_fault_of_a_document() -> None:
    reason = "request [/_bulk] contains unrecognized parameter: [x]"
    answer = {"error": {"type": "illegal_argument_exception", "reason": reason}}
    assert of_status(400, answer).verdict is V.WRONG


def test_the_cause_is_told_and_long_reasons_are_cut() -> None:
    error = {"type": "document_parsing_exception", "reason": "bad", "caused_by": {"reason": "date"}}
    assert of_item("index", {"status": 400, "error": error}).reason == "bad: date"
    error = {"type": "x", "reason": "y" * 10_000}
    assert len(of_item("index", {"status": 400, "error": error}).reason) == 501


def test_faults_of_this_program_are_none_of_the_server() -> None:
    assert of_failure(KeyError("x")) is None
