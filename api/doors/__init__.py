"""The doors: where gateways and SDKs ask whether an agent may go on (QUAR-2)."""
