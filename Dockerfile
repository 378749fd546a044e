# The builder has pip; the image that runs has only what the builder made.
FROM python:3.13-slim-trixie AS builder

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/ims

COPY requirements/run.txt requirements/run.txt
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install \
        --require-hashes --only-binary :all: --requirement requirements/run.txt

# The tree runs where it lies: app/ finds alembic/ and pyproject.toml beside itself. So the project
# is not installed, and nothing but the locked wheels comes from the network.
RUN printf '%s\n' '#!/opt/venv/bin/python' 'from app.cli import main' 'main()' > /opt/venv/bin/ims \
    && chmod 755 /opt/venv/bin/ims
COPY pyproject.toml ./
COPY alembic alembic
COPY app app
# The file system is read-only later, so byte code has to be there already.
RUN python -m compileall -q --invalidation-mode unchecked-hash app alembic


FROM python:3.13-slim-trixie

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Interaction Management System" \
      org.opencontainers.image.description="Records, finds and reports the interactions of an organisation with many sites" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

RUN python -m pip uninstall --yes --quiet --root-user-action ignore pip \
    && rm -rf /usr/local/lib/python3.13/ensurepip \
    && groupadd --gid 10001 ims \
    && useradd --uid 10001 --gid ims --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin ims \
    && install --directory --owner=ims --group=ims --mode=700 /var/lib/ims

COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /srv/ims /srv/ims

WORKDIR /srv/ims
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/ims \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    IMS_STATE_DIR=/tmp/ims \
    HOST=0.0.0.0 \
    PORT=8000

USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=2)"]

ENTRYPOINT ["ims"]
CMD ["serve"]
