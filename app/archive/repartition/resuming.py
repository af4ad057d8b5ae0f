"""Going on where an earlier run was interrupted."""

from pathlib import Path

from app.archive.repartition import job as jobs
from app.archive.repartition.errors import NotReadyError
from app.archive.repartition.job import Job
from app.archive.repartition.readiness import raw_ends
from app.archive.repartition.site import Site
from app.topics import DECISIONS, RAW


def interrupted(site: Site, folder: Path, after: int) -> Job | None:
    """The job that an earlier run has begun in the folder, if its archive is still all that there was.

    Raises NotReadyError where the folder belongs to another job.
    """
    job = jobs.load(folder)
    if job is None:
        return None
    if job.step == "done" or job.after != after:
        raise NotReadyError(f"{folder} holds a move to {job.after} partitions: name another --archive folder")
    if not site.has(RAW):
        return job
    layout = site.layout()
    if layout.identity.cluster != job.cluster:
        raise NotReadyError(f"{folder} holds the archive of another cluster: name another --archive folder")
    made_anew = layout.identity.topics[RAW.name] != job.raw_topic_id
    return job if made_anew or is_complete(site, job) else None


def is_complete(site: Site, job: Job) -> bool:
    """Whether the raw topic, the one that was archived, still ends where it ended then."""
    archived = {member.partition: member.end for member in job.dumps[RAW.name].members if member.topic == RAW.name}
    return archived == raw_ends(site.kafka)


def decided_since(site: Site, job: Job) -> int:
    """How much workers have decided, about, of a raw topic that an interrupted run made, and that is made anew."""
    if not site.has(RAW, DECISIONS) or site.is_raw(job.raw_topic_id):
        return 0
    return site.size(DECISIONS)
