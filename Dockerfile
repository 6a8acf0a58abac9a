# The base images, to pin by digest: --build-arg RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0@sha256:…
# Not the chiseled variant: it lacks the shell and the chown that the health check, `docker exec loadshaper loadshaper`
# and the init container of deploy/kubernetes need; a health check that starts .NET costs 50 times the CPU.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS build
ARG TARGETARCH
# false builds quicker, starts slower.
ARG READY_TO_RUN=true
WORKDIR /source
COPY . .
# Compiled ahead, for either architecture on any: on a small machine compiling at each start is felt. Where the feed has
# no packs for that (Microsoft.NETCore.App.Crossgen2), portable; what else is wrong fails there again.
RUN --mount=type=cache,target=/root/.nuget/packages \
    publish="dotnet publish src/LoadShaper.Cli/LoadShaper.Cli.csproj -c Release -o /app -p:UseAppHost=false" && \
    case "$TARGETARCH" in amd64) runtime=linux-x64 ;; *) runtime=linux-$TARGETARCH ;; esac && \
    { $publish -r $runtime --self-contained false -p:PublishReadyToRun=$READY_TO_RUN || { rm -rf /app && $publish; }; } && \
    rm -f /app/*.pdb /app/*.xml && mkdir -p /data/loadshaper && chmod 750 /data/loadshaper

FROM $RUNTIME_IMAGE
ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="loadshaper" \
      org.opencontainers.image.description="Keeps an Oracle Always Free VM from being reclaimed as idle" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=build /app /app
# The mark by which the program knows that it runs from the image and refuses a directory that is no volume.
COPY deploy/container/container-image /app/
COPY --chmod=755 deploy/container/healthcheck /app/
COPY --chmod=755 deploy/container/loadshaper /usr/bin/
# A new named volume takes its owner from here.
COPY --from=build --chown=1000:1000 /data /var/lib
# Nothing is written outside the volume, so that the root file system can be read-only.
ENV DOTNET_EnableDiagnostics=0 \
    SQLITE_TMPDIR=/var/lib/loadshaper \
    ASPNETCORE_HTTP_PORTS=
WORKDIR /app
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
# No VOLUME: an anonymous volume would be removed with the container, and the seven days of history with it.
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s --retries=3 CMD ["/app/healthcheck"]
ENTRYPOINT ["dotnet", "/app/loadshaper.dll"]
CMD ["run"]
