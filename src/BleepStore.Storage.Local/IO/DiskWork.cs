namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Runs work that waits for the disk on another thread. The work joins the end of the thread pool's global queue. The work of
/// <c>Task.Run</c> overtakes that queue when a thread of the pool calls it. With 400 puts at a time, timers of the process then came 0.9 s
/// late.
/// </summary>
internal static class DiskWork
{
    private const TaskCreationOptions InLine = TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach;

    public static Task RunAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, InLine, TaskScheduler.Default);

    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, InLine, TaskScheduler.Default);

    public static Task RunAsync(Func<Task> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, InLine, TaskScheduler.Default).Unwrap();

    public static Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, InLine, TaskScheduler.Default).Unwrap();
}
