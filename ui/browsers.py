"""The other browsers somebody is signed in on."""

import settings
from db.queries import accounts
from rules.accounts import sign_in_ended
from ui import signin, store


def others() -> int:
    """Count the actor's sign-ins that are not over, save the one of this browser."""
    actor, config, now = signin.actor(), settings.current(), store.now()
    if actor.account_id is None:
        return 0
    with store.reading() as session:
        times = accounts.sign_in_times(session, actor.account_id, but=signin.token())
    return sum(
        not sign_in_ended(
            started_at=started_at,
            seen_at=seen_at,
            now=now,
            roles=actor.roles,
            idle_minutes=config.idle_minutes,
            session_hours=config.session_hours,
            screen_hours=config.screen_hours,
        )
        for started_at, seen_at in times
    )
