FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# Compiled ahead, for either architecture on any: on a small machine compiling at each start is felt. Where the feed has
# no packs for that (Microsoft.NETCore.App.Crossgen2), portable; what else is wrong fails there again.
RUN --mount=type=cache,target=/root/.nuget/packages \
    publish="dotnet publish src/LoadShaper.Cli/LoadShaper.Cli.csproj -c Release -o /app -p:UseAppHost=false" && \
    case "$TARGETARCH" in amd64) runtime=linux-x64 ;; *) runtime=linux-$TARGETARCH ;; esac && \
    { $publish -r $runtime --self-contained false -p:PublishReadyToRun=true || { rm -rf /app && $publish; }; }

FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="loadshaper" \
      org.opencontainers.image.description="Keeps an Oracle Always Free VM from looking idle" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# Nothing is written outside the volume, so that the root file system can be read-only.
ENV DOTNET_EnableDiagnostics=0 \
    SQLITE_TMPDIR=/var/lib/loadshaper \
    ASPNETCORE_HTTP_PORTS=
WORKDIR /app
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
# No VOLUME and no such directory in the image: without a mounted volume the daemon refuses to start, rather than
# lose its seven days of history with the container.
# The base image has no curl. Every start of the runtime costs CPU time, hence only once a minute.
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s --retries=3 \
    CMD ["dotnet", "/app/loadshaper.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/loadshaper.dll"]
CMD ["run"]
