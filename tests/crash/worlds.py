"""What nobody here can know about the services: each world answers otherwise, and a sweep goes through them in turn."""

from dataclasses import dataclass

from reconcile.sandbox.settings import Settings

_ALWAYS = {"rates": False, "running": 100_000.0, "pending": 2.0, "stopping": 0.3}


@dataclass(frozen=True)
class World:
    """`pause`: seconds that pass between the kill and the next apply, on the services' clocks and on ours."""

    name: str
    settings: dict
    pause: float = 0.0

    def made(self, seed, more=None):
        return Settings(seed=seed).changed({**_ALWAYS, **self.settings, **(more or {})})


WORLDS = (
    World("as documented", {"listing_delay": 0}),
    World("late lists", {"listing_delay": 25, "comprehend_name_filter": "prefix", "dataarts_offset": "record"}),
    World(
        "forgotten tokens",
        {"token_lifetime": 20, "listing_delay": 5, "token_mismatch": "replay", "personalize_words": "CREATE PENDING"},
        pause=60,
    ),
    World(
        "ended meanwhile",
        {"running": 10, "listing_delay": 5, "comprehend_capacity_code": "LimitExceededException"},
        pause=60,
    ),
    World(
        "strict",
        {
            "listing_delay": 2,
            "describe_delay": 1,
            "token_repeat": "refuse",
            "dataarts_start_started": "refuse",
            "emr_cancel_ended": "refuse",
            "comprehend_stop_submitted": "refuse",
            "dataarts_window": 86_400,
        },
    ),
)
