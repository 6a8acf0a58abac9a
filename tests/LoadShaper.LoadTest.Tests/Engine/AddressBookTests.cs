using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Engine;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class AddressBookTests
{
    private static LoadTarget Named(string host, params IPAddress[] addresses) =>
        new() { Name = host, Protocol = TargetProtocol.Http, Host = host, Port = 8_080, Addresses = addresses };

    private static string[] Texts(AddressBook book) => [.. book.Addresses.Select(address => address.Text)];

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8080")]
    [InlineData("::1", "[::1]:8080")]
    [InlineData("[::1]", "[::1]:8080")]
    public async Task Addresses_are_not_looked_up(string host, string expected)
    {
        var book = new AddressBook(Named(host), (_, _) => throw new InvalidOperationException("looked up"));
        await book.ResolveAsync(CancellationToken.None);
        Assert.Equal([expected], Texts(book));
    }

    [Fact]
    public async Task Given_addresses_are_used_as_they_are()
    {
        var book = new AddressBook(Named("service", IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")), (_, _) => throw new InvalidOperationException("looked up"));
        await book.ResolveAsync(CancellationToken.None);
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080"], Texts(book));
    }

    [Fact]
    public async Task A_failed_connection_resolves_again_and_an_unknown_name_keeps_the_old_addresses()
    {
        var answers = new Queue<IPAddress[]?>([[IPAddress.Parse("10.0.0.1")], null, [IPAddress.Parse("10.0.0.2")]]);
        var asked = 0;
        var book = new AddressBook(Named("service"), (_, _) =>
        {
            var answer = answers.Dequeue();
            Volatile.Write(ref asked, asked + 1);
            return answer is null ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult(answer);
        }, minimumAge: TimeSpan.Zero);
        await book.ResolveAsync(CancellationToken.None);

        await AskAgain(2);
        Assert.Equal(["10.0.0.1:8080"], Texts(book));
        await AskAgain(3);
        await Until(() => book.Addresses[0].Text == "10.0.0.2:8080");

        Task AskAgain(int count) => Until(() =>
        {
            if (Volatile.Read(ref asked) < count)
                book.OnConnectFailed();
            return Volatile.Read(ref asked) == count;
        });
    }

    [Fact]
    public async Task Resolving_again_is_limited()
    {
        var asked = 0;
        var book = new AddressBook(Named("service"), (_, _) =>
        {
            asked++;
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        }, minimumAge: TimeSpan.FromHours(1));
        await book.ResolveAsync(CancellationToken.None);
        for (var i = 0; i < 1_000; i++)
            book.OnConnectFailed();
        Assert.Equal(1, asked);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(1, limit.Token);
    }
}
