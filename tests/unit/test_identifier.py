"""Finding port IDs in pasted text."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.identifier import port_ids_in
from tests.support.hostile_text import any_character, any_text, hostile_text, times
from tests.support.kubectl import pipeline_json, pipeline_yaml

ID = "123e4567-e89b-12d3-a456-426614174000"
OTHER = "00000000-0000-4000-8000-00000000000f"
THIRD = "ffffffff-0000-4000-8000-00000000000f"

_surroundings = st.text(any_character.filter(lambda c: c not in "-0123456789abcdefABCDEF"))


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.upper(),
        f"“{ID}”",
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f"{ID}?tab=ports#top",
        f"https://cloud-api.calyptia.com/v1/pipeline_ports/{ID}",
        f"curl -X PATCH 'https://localhost:5000/v1/pipeline_ports/{ID}' -d '{{}}'",
        f"https://login.example/?next=%2Fv1%2Fpipeline_ports%2F{ID}",
        f"https://ui.example/ports?filter=%7B%22id%22%3A%22{ID}%22%7D",
        json.dumps({"id": ID, "protocol": "tcp"}),
        json.dumps({"id": ID, "protocol": "tcp"}, indent=2),
        json.dumps(json.dumps({"id": ID})),
        f"pipeline-{ID}",
        f"port-{ID}-frontend",
        f"calyptia/endpoint-{ID}-a",
        f"\x1b[33m{ID}\x1b[0m",
        f'2026-11-24T07:09:27.123Z ERR port={ID} msg="in use"',
        f"Nov 24 07:09:27 node-7f3a core[991]: port {ID}: bind: address already in use",
        f"port\u00a0{ID}\u200b",
        f"{ID} {ID.upper()} {{{ID}}}",
        ID.replace("-", ""),
        f" {{{ID.replace('-', '').upper()}}}\n",
    ],
)
def test_a_single_id_is_found_in_any_kind_of_paste(text: str) -> None:
    assert port_ids_in(text) == (UUID(ID),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "24224",
        "tcp 24224 → 24224",
        ID[:-1],
        ID[1:],
        ID.replace("-", "_"),
        ID.replace("e", "g"),
        ID.replace("4", "٤"),  # an Arabic-Indic digit
        ID.replace("-", "\u2010"),
        f"..{ID[2:]}",
        ID.replace("-", "") + "0",
        f"sha256:{ID.replace('-', '')}",
    ],
)
def test_a_text_without_an_id_yields_nothing(text: str) -> None:
    assert port_ids_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"0{ID}",
        f"{ID}0",
        f"{ID}f",
        f"deadbeef{ID}",
        f"cafe-{ID}",
        f"{ID}-0000",
        f"{ID}-{OTHER}",
        f"pipeline_ports/{ID}0",
        f"pipeline_ports/{ID}-0000",
    ],
)
def test_an_id_that_is_part_of_something_longer_is_ignored(text: str) -> None:
    assert port_ids_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"/v1/projects/{OTHER}/pipeline_ports/{ID}?trace={THIRD}",
        json.dumps({"id": OTHER, "url": f"/v1/pipeline_ports/{ID}"}),
        f'{{"id": "{OTHER}"}} PATCH pipeline_ports/{ID} 409',
        f"%2Fpipelines%2F{OTHER}%2Fpipeline_ports%2F{ID}",
    ],
)
def test_the_id_after_pipeline_ports_wins_over_any_other(text: str) -> None:
    assert port_ids_in(text) == (UUID(ID),)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"pipelineID": OTHER, "id": ID, "projectID": THIRD}),
        f"got {OTHER}: " + json.dumps(json.dumps({"id": ID})),
        f'"id"\n:\t"{ID}" {OTHER}',
    ],
)
def test_a_json_id_wins_over_uuids_under_other_names(text: str) -> None:
    assert port_ids_in(text) == (UUID(ID),)


@pytest.mark.parametrize(
    "text",
    [
        f"{ID} {OTHER} {ID}",
        f"/pipeline_ports/{ID} /pipeline_ports/{OTHER} {THIRD}",
        json.dumps([{"id": ID}, {"id": OTHER, "pluginID": THIRD}]),
    ],
)
def test_competing_ids_are_all_returned_in_order(text: str) -> None:
    assert port_ids_in(text) == (UUID(ID), UUID(OTHER))


_PORTS = (UUID(ID), UUID(OTHER))


@pytest.mark.parametrize("port_ids", [_PORTS, _PORTS[:1], ()])
@pytest.mark.parametrize(
    "written",
    [
        pipeline_yaml,
        pipeline_json,
        lambda *ports: pipeline_json(*ports, indent=None),
        lambda *ports: pipeline_yaml(*ports).replace("\n", "\r\n"),
        lambda *ports: pipeline_yaml(*ports).replace("\n", "\r"),  # as terminals paste it
        lambda *ports: json.dumps(
            {"apiVersion": "v1", "items": [json.loads(pipeline_json(*ports))]}
        ),
    ],
)
def test_kubectls_pipelines_have_their_cloud_resource_ids_and_no_other(
    written: type[str], port_ids: tuple[UUID, ...]
) -> None:
    assert port_ids_in(written(*port_ids)) == port_ids


@pytest.mark.parametrize(
    "text",
    [
        f"    cloudResourceID: {ID}",
        f"  - cloudResourceID: '{ID.upper()}'",
        f'cloudResourceID: "{ID}"\nuid: {OTHER}',
        f'{{"uid":"{OTHER}","cloudResourceID":"{ID}"}}',
        json.dumps(json.dumps({"uid": OTHER, "cloudResourceID": ID})),
    ],
)
def test_part_of_kubectls_output_is_enough(text: str) -> None:
    assert port_ids_in(text) == (UUID(ID),)


@pytest.mark.parametrize(
    "text",
    [
        f'cloudResourceID: ""\nuid: {ID}',
        f"f:cloudResourceID: {{}}\nuid: {ID}",
        f"cloudResourceID: {ID}0",
        f"apiVersion: core.calyptia.com/v1\nkind: Pipeline\nid: {ID}",
    ],
)
def test_without_a_cloud_resource_id_kubectls_output_has_no_port_id(text: str) -> None:
    assert port_ids_in(text) == ()


@times(200)
@given(st.uuids(), _surroundings, _surroundings, st.sampled_from([str, lambda u: str(u).upper()]))
def test_an_id_is_found_whatever_surrounds_it(
    port_id: UUID, before: str, after: str, written: type[str]
) -> None:
    assert port_ids_in(before + written(port_id) + after) == (port_id,)


@times(200)
@given(
    st.lists(st.uuids() | any_text | hostile_text | st.sampled_from(["-", "a", "%2F", '"id":"']))
)
def test_every_id_that_is_found_is_in_the_text_and_is_returned_once(
    pieces: list[UUID | str],
) -> None:
    text = "".join(map(str, pieces))
    found = port_ids_in(text)
    assert len(set(found)) == len(found)
    assert all(str(port_id) in text.lower() or port_id.hex in text.lower() for port_id in found)
