"""Webhooks: alerts and transitions of enforcement, signed, to whoever asked to be told. docs/webhooks.md."""
