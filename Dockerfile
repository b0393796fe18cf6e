# The daemon as an image: built from requirements.lock, run by a user without rights on a read-only root.
#   docker build --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --build-arg REVISION="$(git rev-parse HEAD)" -t kulkul .
# Why it looks like this: docs/decisions/0019-packaging.md
ARG DEBIAN=debian:trixie-20260918-slim

FROM ${DEBIAN} AS build
# The moment that every file of ours is dated with; without it the same sources would give another image each day.
ARG SOURCE_DATE_EPOCH=0
# A mirror of PyPI, for offices that reach nothing else. What comes from there still has to match the lock's hashes.
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3-venv
WORKDIR /src
COPY requirements.lock ./
# Everything that the lock pins: the tools that build the wheel, and what tells which of it the daemon needs.
RUN python3 -m venv /tools && /tools/bin/pip install --quiet --require-hashes -r requirements.lock
COPY LICENSE README.md pyproject.toml ./
COPY monitor monitor
COPY alerts alerts
COPY container container
RUN /tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /dist . \
    && /tools/bin/pip install --quiet --no-deps --no-index /dist/kulkul-*.whl \
    && /tools/bin/python container/runtime_lock.py requirements.lock > /dist/runtime.lock
# Byte code is compiled here, since nobody can write it later; by hash, since all dates are the same; and all of it, since
# what pip came to import of it is compiled by date already.
RUN python3 -m venv --without-pip /opt/kulkul \
    && /tools/bin/pip --python /opt/kulkul/bin/python install --quiet --no-compile --no-deps --require-hashes -r /dist/runtime.lock \
    && /tools/bin/pip --python /opt/kulkul/bin/python install --quiet --no-compile --no-deps --no-index /dist/kulkul-*.whl \
    && /opt/kulkul/bin/python -m compileall -q -f --invalidation-mode unchecked-hash /opt/kulkul/lib \
    && find /opt -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${DEBIAN}
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Kulkul" \
      org.opencontainers.image.description="Uptime and link monitoring for public-service websites" \
      org.opencontainers.image.vendor="UPTD PELITA, Pemerintah Provinsi Bali" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/ldconfig /var/cache/debconf/*-old /var/log/* \
    && groupadd --gid 8686 kulkul \
    && useradd --uid 8686 --gid kulkul --no-create-home --home-dir /var/lib/kulkul --shell /usr/sbin/nologin kulkul \
    && install --directory --owner=kulkul --group=kulkul --mode=0750 /var/lib/kulkul
COPY --from=build /opt /opt
# PYTHONSAFEPATH: the working directory is the one place that can be written to, and no code may come from there.
ENV PATH=/opt/kulkul/bin:/usr/local/bin:/usr/bin:/bin \
    KULKUL_CONFIG=/etc/kulkul/kulkul.yml \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1
WORKDIR /var/lib/kulkul
VOLUME /var/lib/kulkul
USER 8686:8686
EXPOSE 8686
# Another port than 8686 (web.port) has to be named here too: python -m monitor.health 127.0.0.1:PORT
HEALTHCHECK --interval=15s --timeout=5s --start-period=5m --retries=3 CMD ["python", "-m", "monitor.health"]
ENTRYPOINT ["kulkul"]
CMD ["run"]
