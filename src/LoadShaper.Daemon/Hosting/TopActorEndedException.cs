namespace LoadShaper.Daemon.Hosting;

/// <summary>The actors ended without a stop request: the VM is no longer protected, and the process has to be started again.</summary>
internal sealed class TopActorEndedException() : Exception("the actor system ended without a stop request; the log has the cause");
