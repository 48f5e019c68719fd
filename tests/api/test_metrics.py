import httpx
import pytest
from keyword_engine import INFO

from framescope_api.metrics import Metrics


async def test_requests_documents_and_flags_are_counted(client: httpx.AsyncClient) -> None:
    await client.post("/v1/score", json={"documents": [{"text": "The worst ever."}, {"text": " "}]})
    await client.get("/no/such/path")
    await client.get("/openapi.json")
    text = (await client.get("/metrics")).text
    assert 'framescope_requests_total{method="POST",route="/v1/score",status="200"} 1.0' in text
    assert 'framescope_requests_total{method="GET",route="unmatched",status="404"} 1.0' in text
    assert 'framescope_requests_total{method="GET",route="/openapi.json",status="200"} 1.0' in text
    assert 'framescope_documents_total{outcome="scored"} 1.0' in text
    assert 'framescope_documents_total{outcome="empty_text"} 1.0' in text
    assert 'framescope_flagged_documents_total{feature="unattributed_superlative"} 1.0' in text
    assert "framescope_scored_codepoints_total 15.0" in text
    assert "framescope_queue_documents 0.0" in text
    assert f'framescope_model_info{{name="keyword",revision="{INFO.revision}",version="1.2.3"}} 1.0' in text


async def test_the_format_is_stated(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain; version=")


def test_each_application_counts_for_itself() -> None:
    first, second = Metrics(), Metrics()
    first.request_finished("GET", "/livez", 200, 0.1)
    assert b'route="/livez"' in first.render()
    assert b'route="/livez"' not in second.render()


@pytest.mark.parametrize("method", ["BREW", "x" * 1000])
def test_invented_methods_do_not_make_new_series(method: str) -> None:
    metrics = Metrics()
    metrics.request_finished(method, "unmatched", 405, 0.1)
    assert b'method="other"' in metrics.render()
