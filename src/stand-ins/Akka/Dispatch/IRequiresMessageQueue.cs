namespace Akka.Dispatch;

/// <summary>An actor that asks for a kind of mailbox; here every mailbox serves.</summary>
public interface IRequiresMessageQueue<T>;
