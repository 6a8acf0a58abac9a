#nullable disable
namespace Akka.Actor
{
    public abstract class AkkaException : Exception
    {
        protected AkkaException()
        {
        }

        protected AkkaException(string message, Exception cause = null)
            : base(message, cause)
        {
        }

        protected Exception Cause => InnerException;
    }

    public class InvalidActorNameException : AkkaException
    {
        public InvalidActorNameException(string message)
            : base(message)
        {
        }

        public InvalidActorNameException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    public class IllegalActorNameException(string message) : AkkaException(message);

    public class IllegalActorStateException(string message) : AkkaException(message);

    public class AskTimeoutException(string message) : AkkaException(message);

    public class ActorInitializationException : AkkaException
    {
        public ActorInitializationException()
        {
        }

        public ActorInitializationException(string message)
            : base(message)
        {
        }

        public ActorInitializationException(string message, Exception cause)
            : base(message, cause)
        {
        }

        public ActorInitializationException(IActorRef actor, string message, Exception cause = null)
            : base(message, cause)
        {
            Actor = actor;
        }

        public IActorRef Actor { get; set; }

        public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
    }

    /// <summary>PreRestart threw; the restart goes on all the same.</summary>
    public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : ActorInitializationException(actor, $"Exception pre restart ({restartException?.GetType().ToString() ?? "null"})", cause)
    {
        public Exception RestartException { get; } = restartException;

        public object OptionalMessage { get; } = optionalMessage;
    }

    /// <summary>The constructor or PostRestart of a restarted actor threw.</summary>
    public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : ActorInitializationException(actor, $"Exception post restart ({originalCause?.GetType().ToString() ?? "null"})", cause)
    {
        public Exception OriginalCause { get; } = originalCause;
    }

    public class ActorKilledException : AkkaException
    {
        public ActorKilledException()
        {
        }

        public ActorKilledException(string message)
            : base(message)
        {
        }
    }

    /// <summary>A Terminated that the actor had asked for was left unhandled.</summary>
    public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
    {
        public IActorRef DeadActor { get; } = deadActor;
    }

    public class ActorNotFoundException : AkkaException
    {
        public ActorNotFoundException()
        {
        }

        public ActorNotFoundException(string message, Exception innerException = null)
            : base(message, innerException)
        {
        }
    }

    public class InvalidMessageException : AkkaException
    {
        public InvalidMessageException()
            : this("Message is null")
        {
        }

        public InvalidMessageException(string message)
            : base(message)
        {
        }
    }

    public class LoggerInitializationException : AkkaException
    {
        public LoggerInitializationException()
        {
        }

        public LoggerInitializationException(string message)
            : base(message)
        {
        }

        public LoggerInitializationException(string message, Exception cause = null)
            : base(message, cause)
        {
        }
    }

    public sealed class SchedulerException(string message) : AkkaException(message);

    public class StashOverflowException(string message, Exception cause = null) : AkkaException(message, cause);
}

namespace Akka.Pattern
{
    public class IllegalStateException : Akka.Actor.AkkaException
    {
        public IllegalStateException(string message)
            : base(message)
        {
        }

        public IllegalStateException(string message, Exception innerEx)
            : base(message, innerEx)
        {
        }
    }
}
