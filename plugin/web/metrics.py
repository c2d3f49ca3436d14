"""Figures for Prometheus.

Counts of requests are this process's own; what waits, is open or dead is read from the store, so it is true in any
process.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from plugin.pipeline.parts import Parts
from plugin.store.records import StoreError
from plugin.web.looks import Look, Looks


class Metrics:
    """One registry per application."""

    def __init__(self, parts: Parts, looks: Looks) -> None:
        self._registry = CollectorRegistry()
        self._received = Counter(
            "escalation_webhook_requests_total",
            "Webhook requests by connection, status and answer.",
            ["connection", "status", "answer"],
            registry=self._registry,
        )
        self._registry.register(_StoreFigures(parts, looks))

    def received(self, connection: str, status: int, answer: str) -> None:
        """Count one request."""
        self._received.labels(connection, str(status), answer).inc()

    def render(self) -> bytes:
        """Return the figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _StoreFigures(Collector):
    def __init__(self, parts: Parts, looks: Looks) -> None:
        self._parts = parts
        self._looks = looks

    def describe(self) -> list[Metric]:
        """Describe nothing beforehand: registering must not ask the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read the figures now."""
        look = self._look()
        if look is None:
            yield GaugeMetricFamily("escalation_store_up", "1 if the store answers.", value=0)
            return
        yield GaugeMetricFamily("escalation_store_up", "1 if the store answers.", value=1)
        found, policy, held = look.figures, look.policy, look.held
        gauges = {
            "escalation_deliveries_pending": ("Deliveries not worked on yet.", found.pending_deliveries),
            "escalation_delivery_oldest_seconds": ("Age of the oldest of them.", self._age(found.oldest_pending)),
            "escalation_deliveries_dead": ("Deliveries that wait for a person.", found.dead_deliveries),
            "escalation_operations_open": ("Writes not finished.", found.open_operations),
            "escalation_operations_dead": ("Writes the platform refused.", found.dead_operations),
            "escalation_messages_waiting": ("Messages to destinations not sent yet.", found.waiting_messages),
            "escalation_message_oldest_seconds": ("Age of the oldest of them.", self._age(found.oldest_message)),
            "escalation_messages_dead": ("Messages to destinations that wait for a person.", found.dead_messages),
            "escalation_cases_open": ("Open escalation cases.", found.open_cases),
            "escalation_cases_silent": ("Open cases without a timer; must be 0.", found.silent_cases),
            "escalation_cases_woken": ("Silent cases found and woken so far; must be 0.", found.woken_cases),
            "escalation_follow_ups_open": ("Follow-ups of ended cases, not finished.", found.follow_ups_open),
            "escalation_follow_ups_overdue": ("Follow-ups with something overdue.", found.follow_ups_overdue),
            "escalation_rules_held": ("Rules that acted too often and wait for a person.", len(held)),
            "escalation_policy_refused": ("1 if the policy file does not check.", int(bool(policy and policy.problem))),
        }
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(name, text, value=value)
        made = GaugeMetricFamily("escalation_api_calls_today", "API calls since midnight UTC.", labels=["connection"])
        failed = GaugeMetricFamily(
            "escalation_api_calls_failed_today", "Those refused or not answered.", labels=["connection"]
        )
        for connection, (count, failures) in sorted(look.calls.items()):
            made.add_metric([connection], count)
            failed.add_metric([connection], failures)
        yield from (made, failed)
        yield from self._reconciled(look)

    def _reconciled(self, look: Look) -> Iterator[Metric]:
        age = GaugeMetricFamily("escalation_reconciled_seconds", "Age of the last look.", labels=["connection"])
        failing = GaugeMetricFamily(
            "escalation_reconciliation_failing", "1 if the last look failed.", labels=["connection"]
        )
        found = GaugeMetricFamily(
            "escalation_events_found_later", "Events that no webhook told.", labels=["connection"]
        )
        for one in look.reconciled:
            if one.looked_at:
                age.add_metric([one.connection], self._age(one.looked_at))
            failing.add_metric([one.connection], int(one.problem is not None))
            found.add_metric([one.connection], one.missed)
        yield from (age, failing, found)

    def _age(self, since: datetime | None) -> float:
        return (self._parts.clock() - since).total_seconds() if since else 0.0

    def _look(self) -> Look | None:
        try:
            return self._looks.look()
        except StoreError:
            return None
