"""Datadog: metrics and events on their way out, monitors and dashboards kept as ops/datadog says."""
