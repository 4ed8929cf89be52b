"""What an apply does where there is something to do, and where there is nothing."""

from reconcile.errors import Exit
from tests.applier.manifests import address, classification, emr, entities, run, segment, stream, switch


def test_an_apply_starts_what_is_declared_and_the_next_plan_is_empty(bench):
    bench.define("hourly")
    bench.define("load")
    jobs = [entities("a"), classification("a"), emr("a"), stream("b"), segment("a"), switch("a"), run("a")]
    bench.write(*jobs)
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert done.actions == {address(job): "start" for job in jobs}
    assert {done.ended(address(job)) for job in jobs} == {"done"}
    assert len(bench.jobs()) == 6
    assert bench.planned() == {}
    assert bench.apply().result.rows == ()
    assert len(bench.jobs()) == 6
