#nullable disable
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The life of one actor behind its reference: holds the instance, its mailbox, behaviours, children and watches.
/// Everything but what is named so runs on the one thread that works off the mailbox.
/// </summary>
public sealed partial class ActorCell : IUntypedActorContext
{
    public const int UndefinedUid = 0;

    [ThreadStatic]
    private static ActorCell s_current;

    private readonly LocalActorRef _self;
    private readonly MessageDispatcher _dispatcher;
    private readonly Mailbox _mailbox;
    private readonly Stack<Receive> _behaviors = new(1);
    private ActorBase _actor;
    private Props _props;
    private ActorTaskScheduler _taskScheduler;
    private Receive _behavior;

    internal ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        _self = self;
        _props = props;
        _dispatcher = dispatcher;
        ParentRef = parent;
        _mailbox = new Mailbox(this, dispatcher);
    }

    /// <summary>The cell whose actor runs on this thread, if any.</summary>
    internal static ActorCell Current
    {
        get => s_current;
        set => s_current = value;
    }

    public IActorRef Self => _self;

    public IActorRef Sender { get; private set; }

    public IActorRef Parent => ParentRef;

    public Props Props => _props;

    public ActorSystem System => SystemImpl;

    public MessageDispatcher Dispatcher => _dispatcher;

    /// <summary>What is being handled: unwrapped from its timer, as a stash would keep it.</summary>
    public object CurrentMessage { get; internal set; }

    /// <summary>Tells one delivery from the next, so that nothing is stashed twice.</summary>
    public int CurrentEnvelopeId { get; private set; }

    internal ActorSystemImpl SystemImpl { get; }

    internal IInternalActorRef ParentRef { get; }

    internal Mailbox Mailbox => _mailbox;

    internal ActorBase Actor => _actor;

    internal bool ActorHasBeenCleared { get; private set; }

    internal bool IsTerminated => _mailbox.IsClosed;

    internal int NumberOfMessages => _mailbox.NumberOfMessages;

    internal bool HasMessages => _mailbox.HasMessages;

    internal Receive CurrentBehavior => _behavior;

    internal ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    private Type ActorType => _actor?.GetType() ?? GetType();

    public static IActorRef GetCurrentSelfOrNoSender() => s_current?._self;

    public static IActorRef GetCurrentSenderOrNoSender() => s_current?.Sender;

    public void Become(Receive receive)
    {
        if (_behaviors.Count > 0) _behaviors.Pop();
        _behaviors.Push(receive);
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        _behaviors.Push(receive);
        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        // The last behaviour stays.
        if (_behaviors.Count > 1) _behaviors.Pop();
        _behavior = _behaviors.Peek();
    }

    public void Become(UntypedReceive receive) => Become(message =>
    {
        receive(message);
        return true;
    });

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(message =>
    {
        receive(message);
        return true;
    });

    public ActorSelection ActorSelection(string actorPath) => SystemImpl.Provider.ActorSelection(actorPath, _self);

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.Provider.ActorSelection(actorPath);

    internal void Init()
    {
        _mailbox.SystemEnqueueBeforeStart(new Create());
        ParentRef.SendSystemMessage(new Supervise(_self));
    }

    internal void Start()
    {
        _dispatcher.Attach(this);
        _mailbox.Start();
    }

    /// <summary>From any thread.</summary>
    internal void SendMessage(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        _mailbox.Enqueue(new Envelope(message, sender));
    }

    /// <summary>From any thread.</summary>
    internal void SendSystemMessage(SystemMessage message) => _mailbox.SystemEnqueue(message);

    /// <summary>Delivers one message to the actor.</summary>
    internal void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        var hadReceiveTimeout = _receiveTimeout is not null || _pendingReceiveTimeout is not null;
        var influencesReceiveTimeout = !hadReceiveTimeout || message is not INotInfluenceReceiveTimeout;
        try
        {
            CurrentMessage = message;
            CurrentEnvelopeId = CurrentEnvelopeId == int.MaxValue ? 0 : CurrentEnvelopeId + 1;
            Sender = envelope.Sender ?? SystemImpl.DeadLetters;
            if (hadReceiveTimeout && influencesReceiveTimeout) CancelReceiveTimeout();

            if (message is IAutoReceivedMessage) AutoReceiveMessage(envelope);
            else ReceiveMessage(message);
            CurrentMessage = null;
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }

        if (_receiveTimeout is not null || _pendingReceiveTimeout is not null) RenewReceiveTimeout(message);
    }

    /// <summary>Hands a message to the behaviour on the caller's thread; what it throws is the caller's, and no supervisor hears of it.</summary>
    internal void ReceiveMessageForTest(Envelope envelope) => UseThreadContext(() =>
    {
        (CurrentMessage, Sender) = (envelope.Message, envelope.Sender);
        try
        {
            ReceiveMessage(envelope.Message);
        }
        finally
        {
            CurrentMessage = null;
        }
    });

    internal void AutoReceiveMessage(Envelope envelope)
    {
        if (SystemImpl.Settings.DebugAutoReceive) Publish(new Debug(_self.Path.ToString(), ActorType, "received AutoReceiveMessage " + envelope.Message));
        switch (envelope.Message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                new ActorSelection(_self, selection.Elements).Tell(selection.Message, Sender);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self), ActorRefs.NoSender);
                break;
        }
    }

    private void ReceiveMessage(object message)
    {
        var handled = _actor.AroundReceive(_behavior, message);
        if (SystemImpl.Settings.AddLoggingReceive && _actor is ILogReceive)
            Publish(new Debug(_self.Path.ToString(), _actor.GetType(), $"received {(handled ? "handled" : "unhandled")} message {message} from {Sender.Path}"));
    }

    private ActorBase NewActor()
    {
        _behaviors.Clear();
        ActorHasBeenCleared = false;
        var outer = s_current;
        s_current = this;
        try
        {
            var actor = _props.NewActor();
            if (actor is IActorStash stashing) stashing.Stash = this.CreateStash(actor.GetType());
            if (actor is IInitializableActor initializable) initializable.Init();
            actor.SupervisorStrategyInternal = _props.SupervisorStrategy;
            return actor;
        }
        finally
        {
            s_current = outer;
        }
    }

    private void UseThreadContext(Action action)
    {
        var outer = s_current;
        s_current = this;
        try
        {
            action();
        }
        finally
        {
            s_current = outer;
        }
    }

    /// <summary>The end of an instance: what it stashed goes back to the mailbox, in front.</summary>
    private static void ReleaseStash(ActorBase actor)
    {
        if (actor is IActorStash stashing) stashing.Stash?.UnstashAll();
    }

    private void ClearActor(ActorBase actor)
    {
        if (actor is IDisposable disposable)
        {
            try
            {
                disposable.Dispose();
            }
            catch (Exception e)
            {
                SystemImpl.Log.Error(e, "An error occurred while disposing {0} actor. Reason: {1}", actor.GetType(), e.Message);
            }
        }

        actor?.Clear(SystemImpl.DeadLetters);
        ActorHasBeenCleared = true;
        CurrentMessage = null;
        _behaviors.Clear();
        _behavior = null;
    }

    private void Publish(LogEvent logEvent)
    {
        try
        {
            SystemImpl.EventStream.Publish(logEvent);
        }
        catch
        {
            // A logger that throws must not fail the actor that logs.
        }
    }
}
