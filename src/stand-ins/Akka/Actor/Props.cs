#nullable disable
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>How to make an actor, as a value: type, arguments, dispatcher, supervision.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None = new(typeof(EmptyActor));

    internal static readonly Props Terminated = new(typeof(EmptyActor));

    public Props(Type type)
        : this(type, [])
    {
    }

    public Props(Type type, object[] args)
        : this(type, null, args)
    {
    }

    public Props(Type type, SupervisorStrategy supervisorStrategy, params object[] args)
    {
        Type = type;
        SupervisorStrategy = supervisorStrategy;
        Arguments = args ?? [];
    }

    private Props(Props copy)
    {
        Type = copy.Type;
        Arguments = copy.Arguments;
        SupervisorStrategy = copy.SupervisorStrategy;
        Dispatcher = copy.Dispatcher;
        Factory = copy.Factory;
    }

    public static Props Empty { get; } = new(typeof(EmptyActor));

    public Type Type { get; }

    public string TypeName => Type.AssemblyQualifiedName;

    public object[] Arguments { get; }

    public SupervisorStrategy SupervisorStrategy { get; private set; }

    /// <summary>Makes the actor where arguments alone do not; null otherwise.</summary>
    private Func<ActorBase> Factory { get; init; }

    /// <summary>The path of the dispatcher in the configuration.</summary>
    public string Dispatcher { get; private init; } = Dispatch.Dispatchers.DefaultDispatcherId;

    /// <summary>The arguments are evaluated now, once; every incarnation is made with them.</summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is UnaryExpression) return new Props(typeof(TActor), supervisorStrategy);
        var construction = factory.Body as NewExpression ?? throw new ArgumentException("The create function must be a 'new T (args)' expression");
        return new Props(construction.Type.IsAssignableTo(typeof(TActor)) ? construction.Type : typeof(TActor), supervisorStrategy, [.. construction.Arguments.Select(Evaluate)]);
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), supervisorStrategy);

    public static Props Create(Type type, params object[] args) =>
        type is null ? throw new ArgumentNullException(nameof(type), "Props must be instantiated with an actor type.") : new Props(type, args);

    /// <summary>For actors whose constructor gets more than the arguments: each incarnation is made by the factory.</summary>
    internal static Props CreateBy(Type type, object[] args, Func<ActorBase> factory) => new(type, args) { Factory = factory };

    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    public virtual ActorBase NewActor()
    {
        try
        {
            return Factory is null ? (ActorBase)Activator.CreateInstance(Type, Arguments) : Factory();
        }
        catch (Exception e)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with ({Arguments.Length}) args: ({string.Join(",", Arguments.Select(a => a ?? "null"))})", e);
        }
    }

    public bool Equals(Props other) =>
        other is not null && Type == other.Type && Dispatcher == other.Dispatcher && Arguments.SequenceEqual(other.Arguments);

    public override bool Equals(object obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Dispatcher, Arguments.Length);

    // What nearly every argument is needs no compiler: a constant, a captured variable, a field or property of one.
    private static object Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } access => field.GetValue(access.Expression is null ? null : Evaluate(access.Expression)),
        MemberExpression { Member: PropertyInfo property } access => property.GetValue(access.Expression is null ? null : Evaluate(access.Expression)),
        _ => Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
