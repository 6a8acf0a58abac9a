#nullable disable
using System.Globalization;
using Akka.Util;

namespace Akka.Actor;

public sealed partial class ActorCell
{
    private readonly ChildrenContainer _children = new();
    private long _lastRandomName = -1;

    internal bool IsTerminating => _children.IsTerminating;

    private bool IsWaitingForChildren => _children.IsWaitedFor;

    public IActorRef Child(string name) => _children.ByName(name)?.Child ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => _children.Refs();

    public IActorRef ActorOf(Props props, string name = null) => AttachChild(props, name);

    public void Stop(IActorRef child)
    {
        _children.WillStop(child);
        ((IInternalActorRef)child).Stop();
    }

    /// <summary>From any thread on a guardian, else from the actor itself.</summary>
    internal IActorRef AttachChild(Props props, string name)
    {
        if (name is null) name = Base64Encoding.Base64Encode(Interlocked.Increment(ref _lastRandomName), "$");
        else CheckName(name);

        if (_children.IsTerminating) throw new InvalidOperationException("Cannot create child while terminating or terminated");
        _children.Reserve(name);
        LocalActorRef child;
        try
        {
            child = SystemImpl.Provider.CreateLocalRef(props, _self, new ChildActorPath(_self.Path, name, NewUid()));
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }

        if (IsFailed)
        {
            for (var i = _mailbox.SuspendCount; i > 0; i--) child.Suspend();
        }

        var stays = _children.Add(child);
        child.Start();
        if (!stays) child.Stop();
        return child;
    }

    /// <summary>From any thread. The name may carry the uid of an incarnation: name#uid.</summary>
    internal IInternalActorRef GetSingleChild(string name)
    {
        var hash = name.IndexOf('#');
        if (hash < 0) return _children.ByName(name)?.Child ?? ActorRefs.Nobody;
        var stats = _children.ByName(name[..hash]);
        var uid = long.Parse(name.AsSpan(hash + 1), CultureInfo.InvariantCulture);
        return stats is not null && (uid == UndefinedUid || uid == stats.Uid) ? stats.Child : ActorRefs.Nobody;
    }

    internal void AddReserved(LocalActorRef child)
    {
        _children.Reserve(child.Path.Name);
        _children.Add(child);
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0) throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only contain these special characters: ${ActorPath.ValidSymbols}.");
        }
    }

    private static long NewUid() => Random.Shared.Next(1, int.MaxValue);

    private void StopChildren()
    {
        foreach (var child in _children.Refs()) Stop(child);
    }

    private void SuspendChildren(IReadOnlyCollection<IInternalActorRef> except)
    {
        foreach (var child in _children.Refs())
        {
            if (!except.Contains(child)) child.Suspend();
        }
    }
}
