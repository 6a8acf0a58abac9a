using Akka.Actor;
using Akka.ContractTests.Persistence;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Akka.ContractTests.Hosting;

public class HostingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_actor_system_starts_with_the_host_and_ends_with_it()
    {
        var host = await JournalFixture.StartHost(_ => { });
        var system = host.System();
        Assert.Equal("contract", system.Name);
        Assert.False(system.WhenTerminated.IsCompleted);
        await host.StopAsync();
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        host.Dispose();
    }

    [Fact]
    public async Task The_host_stops_when_the_actor_system_ends()
    {
        using var host = await JournalFixture.StartHost(_ => { });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await host.System().Terminate();
        await stopping.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Actors_start_in_their_order_and_startup_tasks_after_them()
    {
        var order = new List<string>();
        using var host = await JournalFixture.StartHost(builder => builder
            .AddStartup((_, _) => order.Add("startup"))
            .WithActors((_, _) => order.Add("first"))
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                order.Add("second");
            })
            .StartActors((_, _) => order.Add("third")));
        Assert.Equal(["first", "second", "third", "startup"], order);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_start_that_fails_fails_the_host() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => JournalFixture.StartHost(builder =>
            builder.WithActors((ActorSystem _, IActorRegistry _) => throw new InvalidTimeZoneException())));

    [Fact]
    public async Task A_registered_actor_is_found_by_its_type()
    {
        using var host = await JournalFixture.StartHost(builder => builder.WithActors((system, registry) =>
            registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo("echo")), "echo"))));
        var required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        Assert.Equal("echo hello", await required.ActorRef.Ask<string>("hello", Patience));
        Assert.Equal(required.ActorRef, await required.GetAsync());
        Assert.Equal(required.ActorRef, host.Services.GetRequiredService<IReadOnlyActorRegistry>().Get<Echo>());
        Assert.Equal(required.ActorRef, ActorRegistry.For(host.System()).Get<Echo>());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_key_is_registered_once_unless_overwritten()
    {
        using var host = await JournalFixture.StartHost(_ => { });
        var registry = host.Services.GetRequiredService<IActorRegistry>();
        var (one, two) = (New("one"), New("two"));
        registry.Register<Echo>(one);
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<Echo>(two));
        Assert.False(registry.TryRegister<Echo>(two));
        Assert.Equal(one, registry.Get<Echo>());
        registry.Register<Echo>(two, overwrite: true);
        Assert.Equal(two, registry.Get<Echo>());
        await host.StopAsync();

        IActorRef New(string name) => host.System().ActorOf(Props.Create(() => new Echo(name)));
    }

    [Fact]
    public async Task A_missing_actor_is_an_error_and_can_be_waited_for()
    {
        using var host = await JournalFixture.StartHost(_ => { });
        var registry = host.Services.GetRequiredService<ActorRegistry>();
        var required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<Echo>());
        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
        Assert.False(registry.TryGet<Echo>(out var nobody));
        Assert.Equal(ActorRefs.Nobody, nobody);

        var waiting = registry.GetAsync<Echo>();
        Assert.False(waiting.IsCompleted);
        var echo = host.System().ActorOf(Props.Create(() => new Echo("late")));
        registry.Register<Echo>(echo);
        Assert.Equal(echo, await waiting.WaitAsync(Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task Waiting_for_an_actor_can_be_cancelled()
    {
        using var host = await JournalFixture.StartHost(_ => { });
        using var cancel = new CancellationTokenSource();
        var waiting = host.Services.GetRequiredService<ActorRegistry>().GetAsync<Echo>(cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_actor_gets_services_and_arguments_in_each_incarnation()
    {
        using var host = await JournalFixture.StartHost(
            (builder, provider) =>
            {
                Assert.NotNull(provider.GetService<Greeting>());
                builder.WithActors((system, registry, resolver) =>
                    registry.Register<Greeter>(system.ActorOf(resolver.Props<Greeter>("world"))));
            },
            services => services.AddSingleton(new Greeting("hello")));
        var greeter = host.Services.GetRequiredService<ActorRegistry>().Get<Greeter>();
        Assert.Equal("hello world", await greeter.Ask<string>("greet", Patience));
        greeter.Tell("fail");
        Assert.Equal("hello world", await greeter.Ask<string>("greet", Patience));
        Assert.Equal("hello", DependencyResolver.For(host.System()).Resolver.GetService<Greeting>().Word);
        await host.StopAsync();
    }

    [Fact]
    public async Task Hocon_is_put_before_or_behind_what_was_added()
    {
        using var host = await JournalFixture.StartHost(builder => builder
            .AddHocon("a = 1, b = 1", HoconAddMode.Append)
            .AddHocon("b = 2, c = 2", HoconAddMode.Append)
            .AddHocon("c = 3, d = 3", HoconAddMode.Prepend));
        var config = host.System().Settings.Config;
        Assert.Equal([1, 1, 3, 3], ((string[])["a", "b", "c", "d"]).Select(key => config.GetInt(key)));
        await host.StopAsync();
    }

    [Fact]
    public async Task Tasks_of_the_coordinated_shutdown_run_when_the_host_stops()
    {
        var ran = false;
        using var host = await JournalFixture.StartHost(builder => builder.WithActors((system, _) =>
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "note", () =>
            {
                ran = true;
                return Task.FromResult(Done.Instance);
            })));
        await host.StopAsync();
        Assert.True(ran);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo(string name) => Receive<string>(text => Sender.Tell($"{name} {text}"));
    }

    private sealed record Greeting(string Word);

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(Greeting greeting, string whom)
        {
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException("told to"));
            Receive<string>(_ => Sender.Tell($"{greeting.Word} {whom}"));
        }
    }
}
