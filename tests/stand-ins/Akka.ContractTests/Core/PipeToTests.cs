using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Core;

public class PipeToTests : WithSystem
{
    [Fact]
    public async Task A_result_is_told_as_it_is()
    {
        var book = Book();

        await Task.FromResult(5).PipeTo(book.Ref, Sys.DeadLetters);

        await book.Expect(5);
    }

    [Fact]
    public async Task A_failure_is_told_as_a_status()
    {
        var book = Book();
        var cause = new InvalidOperationException("no");

        await Task.FromException<int>(cause).PipeTo(book.Ref);

        Assert.Same(cause, (await book.Next<Status.Failure>()).Cause);
    }

    [Fact]
    public async Task Both_can_be_put_in_words()
    {
        var book = Book();

        await Task.FromResult(5).PipeTo(book.Ref, success: r => $"got {r}", failure: e => $"failed: {e.Message}");
        await Task.FromException<int>(new InvalidOperationException("no")).PipeTo(book.Ref, success: r => $"got {r}", failure: e => $"failed: {e.Message}");

        await book.Expect("got 5", "failed: no");
    }

    [Fact]
    public async Task A_task_without_result_tells_only_what_success_makes()
    {
        var book = Book();

        await Task.CompletedTask.PipeTo(book.Ref);
        await Task.CompletedTask.PipeTo(book.Ref, success: () => "done");

        await book.Expect("done");
    }

    [Fact]
    public async Task The_sender_can_be_given()
    {
        var book = Book();
        var sender = Book().Ref;

        await Task.FromResult("x").PipeTo(book.Ref, sender);

        await book.Expect("x");
        Assert.Equal(sender, book.LastSender);
    }
}
