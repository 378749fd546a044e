"""The name under which the worker is told of a job."""

START_JOB = "start_job"
