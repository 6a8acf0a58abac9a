#nullable disable
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Runs the pieces of an async handler inside its actor; meanwhile the actor takes no other message.</summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    public object CurrentMessage { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        var scheduler = cell.TaskScheduler;
        cell.Mailbox.Suspend();
        scheduler.CurrentMessage = cell.CurrentMessage;
        Task.Factory.StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap()
            .ContinueWith(static (done, state) => ((ActorTaskScheduler)state).Completed(done), scheduler, CancellationToken.None, TaskContinuationOptions.None, scheduler);
    }

    internal void ExecuteTask(Task task) => TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected override void QueueTask(Task task)
    {
        var inActor = ActorCell.Current == _cell;
        if (inActor && (task.CreationOptions & TaskCreationOptions.LongRunning) == 0) TryExecuteTask(task);
        else _cell.SendSystemMessage(new ActorTaskSchedulerMessage(this, task, CurrentMessage));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private void Completed(Task done)
    {
        var failure = done.Status switch
        {
            TaskStatus.Canceled => new TaskCanceledException(),
            TaskStatus.Faulted => done.Exception.InnerExceptions.Count == 1 ? done.Exception.InnerException : done.Exception,
            _ => null,
        };
        if (failure is null)
        {
            _cell.Mailbox.Resume();
            _cell.CheckReceiveTimeout(CurrentMessage is not INotInfluenceReceiveTimeout);
        }
        else
        {
            _cell.SendSystemMessage(new ActorTaskSchedulerMessage(failure, CurrentMessage));
        }

        CurrentMessage = null;
    }
}
