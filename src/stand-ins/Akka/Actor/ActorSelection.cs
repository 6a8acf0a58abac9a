#nullable disable
using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>Actors by path from an anchor down: names, "..", patterns with * and ?, and ** for all below.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Length == 0 ? [] : path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        Path = [.. elements.Where(e => !string.IsNullOrEmpty(e)).Select(Element)];
        if (Path.SkipLast(1).Any(e => e is SelectChildRecursive)) throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join<SelectionPathElement>('/', Path);

    public void Tell(object message, IActorRef sender = null) =>
        Deliver((IInternalActorRef)Anchor, sender ?? ActorCell.GetCurrentSelfOrNoSender(), new ActorSelectionMessage(message, Path));

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    public override bool Equals(object obj) => obj is ActorSelection other && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path.ToStringWithUid()}), Path({PathString})]";

    private static SelectionPathElement Element(string text) => text switch
    {
        "**" => SelectChildRecursive.Instance,
        ".." => SelectParent.Instance,
        _ when text.AsSpan().IndexOfAny('?', '*') >= 0 => new SelectChildPattern(text),
        _ => new SelectChildName(text),
    };

    private static void Deliver(IInternalActorRef at, IActorRef sender, ActorSelectionMessage selection)
    {
        var anchor = at;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (at is not LocalActorRef local)
            {
                var rest = selection.Elements[i..];
                var child = at.GetChild([.. rest.Select(e => e.ToString())]);
                if (child.IsNobody()) at.Tell(new ActorSelectionMessage(selection.Message, rest, selection.WildCardFanOut), sender);
                else child.Tell(selection.Message, sender);
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    at = local.Parent;
                    break;
                case SelectChildName { Name: var name }:
                    at = local.GetSingleChild(name);
                    if (!at.IsNobody()) break;
                    TellNowhere(anchor, sender, selection, local);
                    return;
                case SelectChildRecursive:
                    foreach (var child in local.Children)
                    {
                        child.Tell(selection.Message, sender);
                        Deliver((IInternalActorRef)child, sender, new ActorSelectionMessage(selection.Message, [SelectChildRecursive.Instance], wildCardFanOut: true));
                    }

                    return;
                case SelectChildPattern { PatternStr: var pattern }:
                    var matching = local.Children.Where(c => FileSystemName.MatchesSimpleExpression(pattern, c.Path.Name, ignoreCase: false)).ToArray();
                    if (matching.Length == 0) TellNowhere(anchor, sender, selection, local);
                    var below = new ActorSelectionMessage(selection.Message, selection.Elements[(i + 1)..], selection.WildCardFanOut || matching.Length > 1);
                    foreach (var child in matching) Deliver((IInternalActorRef)child, sender, below);
                    return;
            }
        }

        at.Tell(selection.Message, sender);
    }

    private static void TellNowhere(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection, LocalActorRef near)
    {
        if (selection.WildCardFanOut) return;
        var path = anchor.Path / selection.Elements.Select(e => e.ToString());
        new EmptyLocalActorRef(near.Provider, path, near.Cell.SystemImpl.EventStream).Tell(selection, sender);
    }
}

public class ActorSelectionMessage : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    {
        Message = message;
        Elements = elements;
        WildCardFanOut = wildCardFanOut;
    }

    public object Message { get; }

    public SelectionPathElement[] Elements { get; }

    public bool WildCardFanOut { get; }

    public override string ToString() =>
        $"ActorSelectionMessage - Message: {Message} - WildCartFanOut: {WildCardFanOut} - Elements: {string.Join<SelectionPathElement>('/', Elements)}";
}

public abstract class SelectionPathElement;

public class SelectChildName(string name) : SelectionPathElement
{
    public string Name => name;

    public override bool Equals(object obj) => obj is SelectChildName other && other.Name == name;

    public override int GetHashCode() => name.GetHashCode();

    public override string ToString() => name;
}

public class SelectChildPattern(string patternStr) : SelectionPathElement
{
    public string PatternStr => patternStr;

    public override bool Equals(object obj) => obj is SelectChildPattern other && other.PatternStr == patternStr;

    public override int GetHashCode() => patternStr.GetHashCode();

    public override string ToString() => patternStr;
}

public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override string ToString() => "**";
}

public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override string ToString() => "..";
}
