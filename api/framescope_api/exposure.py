"""Refuses to open the service to everybody by accident."""

from ipaddress import IPv6Address, ip_address

from framescope_api.errors import SettingsError
from framescope_api.logs import logger
from framescope_api.settings import Settings


def check_exposure(settings: Settings, address: str) -> None:
    """Let the service listen on ``address``, the numeric one that its socket is bound to, or refuse.

    The bound address is looked at rather than the setting, because a name such as ``localhost`` means what the
    machine's resolver says.

    Raises:
        SettingsError: others than this machine could call, no keys are asked for, and nobody said that this is meant.
    """
    if settings.keys_file is not None or is_loopback(address):
        return
    if settings.allow_public_without_keys:
        logger().warning("listening_without_keys", address=address)
        return
    raise SettingsError(
        f"listening on {address} would let everybody who reaches this machine use the service. Make a key with "
        "`framescope keys new NAME` and name its file in FRAMESCOPE_KEYS_FILE; or listen on 127.0.0.1; or, where "
        "something else decides who gets through (in a container, the ports that it publishes), set "
        "FRAMESCOPE_ALLOW_PUBLIC_WITHOUT_KEYS=true"
    )


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches the numeric ``address``; the unspecified one stands for all, so it does not."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
