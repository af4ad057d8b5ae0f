"""Telling what goes on: metrics, events in Datadog, and alerts of what fails around the fold. docs/metrics.md."""
