using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.Basics;

/// <summary>What is done already needs no state machine to be awaited.</summary>
internal static class ValueTasks
{
    /// <summary>
    /// Starts something. What is thrown at once is the task's failure, too, as from a method that is <see langword="async"/>.
    /// </summary>
    /// <param name="state">Handed to <paramref name="body"/>, so that it can be a static lambda.</param>
    /// <param name="body">What to start.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    public static ValueTask<T> StartAsync<TState, T>(TState state, Func<TState, CancellationToken, ValueTask<T>> body, CancellationToken cancellationToken)
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

    /// <summary>Takes the result if it is there.</summary>
    /// <param name="task">The task; this uses it up.</param>
    /// <param name="result">The result, if it is there.</param>
    /// <param name="pending">What to await, if it is not.</param>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "It is done, and neither waits nor fails.")]
    public static bool TryTake<T>(this ValueTask<T> task, [MaybeNullWhen(false)] out T result, out ValueTask<T> pending)
    {
        bool isDone = task.IsCompletedSuccessfully;
        result = isDone ? task.Result : default;
        pending = isDone ? default : task;
        return isDone;
    }
}
