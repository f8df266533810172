# The image of the pipeline: wheels are built in a stage of their own, and nothing but them gets in.
# In a checkout they are built from source; in a folder that `tingfeng init --stack` made, from the
# wheels in dist/. No secret is needed to build it, and .dockerignore lets none near it.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim-bookworm AS wheels
# A mirror where pypi.org is slow: https://pypi.tuna.tsinghua.edu.cn/simple
ARG PIP_INDEX_URL=https://pypi.org/simple
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY . .
RUN if [ -f pyproject.toml ]; then rm -rf dist && pip wheel --no-deps --wheel-dir dist . ./encoder; fi
RUN if ls dist/tingfeng_encoder-*.whl; then extras=elastic,encoder; else extras=elastic; fi \
    && pip wheel --find-links dist --wheel-dir /wheels "$(ls dist/tingfeng-*.whl | sort -V | tail -n 1)[$extras]"

FROM python:${PYTHON}-slim-bookworm
# HOME: the root file system is read-only in docker-compose.yml, /tmp is not.
ENV TZ=Asia/Shanghai LANG=C.UTF-8 HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --disable-pip-version-check --no-cache-dir --no-index /wheels/*.whl \
    && useradd --uid 1000 --user-group --no-create-home --home-dir /tmp tingfeng \
    && install --directory --owner=tingfeng --group=tingfeng /app
WORKDIR /app
USER tingfeng
# Unhealthy: `tingfeng doctor` found something that must be mended, and says what.
HEALTHCHECK --interval=10m --timeout=2m --start-period=5m --retries=2 CMD ["tingfeng", "doctor"]
ENTRYPOINT ["tingfeng"]
CMD ["watch"]
