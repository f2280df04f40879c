using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>
/// The only place where a thread waits for a task. Ordinary .NET code (zip, XML, Parquet) calls <c>Read</c> and <c>Write</c> on the streams
/// that are handed out. Such a call waits here where a request must be opened, or where a store takes bytes more slowly than they come.
/// </summary>
/// <remarks>
/// Everything that is waited for awaits without the caller's synchronisation context, so it cannot need the thread that waits. A task is
/// waited for, and not a source of one. So the thread pool knows that one of its threads is blocked, and adds another.
/// </remarks>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "These are the edges where a synchronous caller waits.")]
internal static class Blocking
{
    /// <summary>Reads a body synchronously.</summary>
    public static int Read(Stream body, Span<byte> buffer)
    {
        if (body is not AsyncReadStream)
        {
            return body.Read(buffer);
        }

        // A failed read may still write into the buffer, so only a completed read returns the buffer.
        byte[] rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        int count = Wait(body.ReadAsync(rented.AsMemory(0, buffer.Length), CancellationToken.None));
        rented.AsSpan(0, count).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    /// <summary>Waits for a result. Throws the exception of a failed task.</summary>
    public static T Wait<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();

    /// <summary>Waits for the end of a task. Throws the exception of a failed task.</summary>
    public static void Wait(Task task) => task.GetAwaiter().GetResult();
}
