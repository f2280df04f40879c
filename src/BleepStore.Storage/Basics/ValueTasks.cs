using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.Basics;

/// <summary>Avoids async state machines on synchronous completions.</summary>
internal static class ValueTasks
{
    /// <summary>
    /// Starts an operation. An exception that is thrown at once becomes the failure of the task, as from an <see langword="async"/> method.
    /// </summary>
    /// <param name="state">Handed to <paramref name="body"/>, so it can be a static lambda.</param>
    /// <param name="body">The operation to start.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    public static ValueTask<T> StartAsync<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> body, CancellationToken cancellationToken)
    {
        try
        {
            return body(state, cancellationToken);
        }
        catch (Exception thrown)
        {
            return ValueTask.FromException<T>(thrown);
        }
    }

    /// <summary>Takes the result if the task has completed.</summary>
    /// <param name="task">The task, which must not be used again.</param>
    /// <param name="result">The result, if the task has completed.</param>
    /// <param name="pending">The task to await, if it has not.</param>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "It is done, and neither waits nor fails.")]
    public static bool TryTake<T>(this ValueTask<T> task, [MaybeNullWhen(false)] out T result, out ValueTask<T> pending)
    {
        bool isDone = task.IsCompletedSuccessfully;
        result = isDone ? task.Result : default;
        pending = isDone ? default : task;
        return isDone;
    }
}
