FROM python:3.13-alpine AS build
COPY . /source
RUN python -m venv /hdrcli \
    && /hdrcli/bin/pip install --no-cache-dir "/source[socks]" \
    && /hdrcli/bin/pip uninstall --yes pip \
    && find /hdrcli -name __pycache__ -prune -exec rm -r {} +

FROM python:3.13-alpine
COPY --from=build /hdrcli /hdrcli
ENV PATH="/hdrcli/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
WORKDIR /project
USER 65534
ENTRYPOINT ["hdrcli"]
