"""Byzantine behaviour: agents that are faulty or malicious in any way, lying included.

Each signal is a file that turns what happened into a log-likelihood ratio; `belief` adds them up to one
probability an agent. What a Byzantine fault is: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals
Problem", ACM TOPLAS 4(3), 1982.
"""

from app.core.detectors.byzantine.observe import observe

__all__ = ["observe"]
