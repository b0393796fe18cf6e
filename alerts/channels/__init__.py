"""How messages travel. A new channel is one module and one line in CHANNELS."""

from __future__ import annotations

from alerts.channels.alertmanager import Alertmanager
from alerts.channels.apprise import Apprise
from alerts.channels.email import Email
from alerts.channels.telegram import Telegram
from alerts.channels.webhook import Webhook
from alerts.delivery import Opens, Sends
from monitor.core.route import Channel, ChannelKind

CHANNELS: dict[ChannelKind, Opens] = {
    ChannelKind.EMAIL: Email,
    ChannelKind.TELEGRAM: Telegram,
    ChannelKind.WEBHOOK: Webhook,
    ChannelKind.ALERTMANAGER: Alertmanager,
    ChannelKind.APPRISE: Apprise,
}


def open_channel(settings: Channel) -> Sends:
    """Return the channel of these settings; it connects to nothing before its first message."""
    return CHANNELS[settings.kind](settings)
