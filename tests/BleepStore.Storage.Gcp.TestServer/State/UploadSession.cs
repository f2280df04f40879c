using BleepStore.Storage.Gcp.TestServer.Http;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>
/// A resumable upload ("Resumable uploads"). It guards itself, because the service handles one request of a session at a time.
/// </summary>
internal sealed class UploadSession(NewObject target) : IDisposable
{
    public NewObject Target { get; } = target;

    public SemaphoreSlim Lock { get; } = new(1);

    public MemoryStream Received { get; } = new();

    /// <summary>The length in <c>X-Upload-Content-Length</c>.</summary>
    public long? AnnouncedLength { get; init; }

    public StoredObject? Finished { get; set; }

    public bool IsCancelled { get; set; }

    public void Dispose()
    {
        Lock.Dispose();
        Received.Dispose();
    }
}
