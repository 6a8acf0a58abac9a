namespace Akka.TestKit;

/// <summary>A test that bears this mark tells without a sender; otherwise the sender is the test actor.</summary>
public interface INoImplicitSender
{
}
