using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.AspNetCore.Files;

/// <summary>The only place of this package where a thread waits for a task, because <c>IFileProvider</c> is synchronous.</summary>
/// <remarks>Everything that is waited for awaits without a synchronisation context, so it cannot need the thread that waits.</remarks>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The interface is synchronous.")]
internal static class Blocking
{
    /// <summary>Waits for a result. Throws the exception of a failed task.</summary>
    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
