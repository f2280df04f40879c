using System.Diagnostics;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>Tells telemetry of the requests of a backend.</summary>
public static class UpstreamTelemetry
{
    /// <summary>
    /// Returns the activity of the operation that is running, so a backend can add tags of its requests. It returns
    /// <see langword="null"/> when nobody records the activity, and within another operation, such as a large put that sends parts.
    /// </summary>
    /// <param name="operation">The name of the operation, such as <c>UploadPart</c>.</param>
    public static Activity? ActivityOf(string operation) =>
        Activity.Current is { IsAllDataRequested: true } activity
        && activity.OperationName == operation
        && activity.Source.Name == BleepStoreTelemetry.Name
            ? activity
            : null;

    /// <summary>Says that a request that failed is sent again. Costs nothing where nobody listens.</summary>
    /// <param name="provider">The backend's short name (<see cref="StorageBackend.Provider"/>).</param>
    public static void CountRetry(string provider) =>
        Telemetry.Retries.Add(1, new KeyValuePair<string, object?>(Telemetry.ProviderTag, provider));
}
